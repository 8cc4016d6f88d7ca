package main

import (
	"context"
	"fmt"
	"slices"

	gwapi "go.githedgehog.com/fabric/api/gateway/v1alpha1"
	"go.githedgehog.com/fabric/api/meta"
	vpcapi "go.githedgehog.com/fabric/api/vpc/v1beta1"
	wiringapi "go.githedgehog.com/fabric/api/wiring/v1beta1"
	"go.githedgehog.com/fabric/pkg/ctrl/switchprofile"
	kmetav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	kclient "sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
	kyaml "sigs.k8s.io/yaml"
)

// Where a verdict comes from.
const (
	stageDecode   = "decode"
	stageDefault  = "default"
	stageValidate = "validate"
)

const (
	accept = "accept"
	reject = "reject"
)

// verdict is what Hedgehog's code says of one object.
type verdict struct {
	Object   string   `json:"object"`
	File     string   `json:"file"`
	Document int      `json:"document"`
	Verdict  string   `json:"verdict"`
	Stage    string   `json:"stage"`
	Error    string   `json:"error,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// The two shapes of Validate() in Hedgehog's API packages.
type (
	validator interface {
		Validate(ctx context.Context, kube kclient.Reader, cfg *meta.FabricConfig) (admission.Warnings, error)
	}
	gatewayValidator interface {
		Validate(ctx context.Context, kube kclient.Reader, cfg *meta.FabricConfig) error
	}
	defaulter interface{ Default() }
)

// applyOrder is the order in which kinds are admitted; unknown kinds come last.
var applyOrder = []string{
	"IPv4Namespace", "VLANNamespace", "SwitchGroup", "SwitchProfile", "GatewayGroup", "Switch", "Server", "ServerProfile", "Gateway", "VPC",
	"Connection", "External", "VPCAttachment", "ExternalAttachment", "VPCPeering", "ExternalPeering", "GatewayPeering",
}

var scheme = newScheme()

func newScheme() *runtime.Scheme {
	s := runtime.NewScheme()
	utilruntime.Must(wiringapi.AddToScheme(s))
	utilruntime.Must(vpcapi.AddToScheme(s))
	utilruntime.Must(gwapi.AddToScheme(s))

	return s
}

// entry is a document with the object it became.
type entry struct {
	document

	kind, namespace, name string
	object                kclient.Object
	stage                 string
	err                   error
}

// tree is a set of entries in apply order, defaulted.
type tree struct {
	entries []*entry
}

func newTree(documents []document) *tree {
	entries := make([]*entry, 0, len(documents))
	for _, document := range documents {
		entries = append(entries, decode(document))
	}
	slices.SortStableFunc(entries, func(a, b *entry) int { return rank(a.kind) - rank(b.kind) })
	seen := map[string]*entry{}
	for _, e := range entries {
		if e.err == nil {
			e.err = guarded(func() error { return applyDefault(e.object) })
			e.stage = stageDefault
			e.namespace = e.object.GetNamespace()
		}
		if first, twice := seen[e.id()]; twice && e.err == nil {
			e.err = fmt.Errorf("already defined in %s", first.file)
			e.stage = stageDecode
		} else if !twice {
			seen[e.id()] = e
		}
	}

	return &tree{entries: entries}
}

func rank(kind string) int {
	if at := slices.Index(applyOrder, kind); at >= 0 {
		return at
	}

	return len(applyOrder)
}

func (e *entry) id() string { return e.kind + "/" + e.namespace + "/" + e.name }

// decode makes the typed object of a document; unknown fields are errors, as they are for kubectl.
func decode(document document) *entry {
	e := &entry{document: document, stage: stageDecode}
	head := kmetav1.PartialObjectMetadata{}
	if e.err = kyaml.Unmarshal(document.text, &head); e.err != nil {
		return e
	}
	e.kind, e.namespace, e.name = head.Kind, head.Namespace, head.Name
	made, err := scheme.New(schema.FromAPIVersionAndKind(head.APIVersion, head.Kind))
	if err != nil {
		e.err = err

		return e
	}
	object, ok := made.(kclient.Object)
	if !ok {
		e.err = fmt.Errorf("%s is a list", head.Kind)

		return e
	}
	e.object = object
	e.err = kyaml.UnmarshalStrict(document.text, object)

	return e
}

func applyDefault(object kclient.Object) error {
	if d, ok := object.(defaulter); ok {
		d.Default()
	}

	return nil
}

func (t *tree) hasGateways() bool {
	return slices.ContainsFunc(t.entries, func(e *entry) bool {
		return e.object != nil && e.object.GetObjectKind().GroupVersionKind().Group == gwapi.GroupVersion.Group
	})
}

// judgeAll judges each entry against all others.
func (t *tree) judgeAll(ctx context.Context, cfg *meta.FabricConfig) []verdict {
	verdicts := make([]verdict, 0, len(t.entries))
	for _, e := range t.entries {
		verdicts = append(verdicts, t.judge(ctx, cfg, e, true))
	}

	return verdicts
}

// find returns the entry with this kind and name.
func (t *tree) find(kind, name string) *entry {
	at := slices.IndexFunc(t.entries, func(e *entry) bool { return e.kind == kind && e.name == name })
	if at < 0 {
		return nil
	}

	return t.entries[at]
}

// judge asks about one entry; without a reader only single-object rules run.
func (t *tree) judge(ctx context.Context, cfg *meta.FabricConfig, e *entry, withReader bool) verdict {
	v := verdict{Object: e.id(), File: e.file, Document: e.index, Verdict: accept, Stage: e.stage}
	err := e.err
	if err == nil {
		v.Stage = stageValidate
		err = guarded(func() error {
			var warnings admission.Warnings
			var err error
			if withReader {
				kube, failed := t.client(ctx, cfg, e)
				if failed != nil {
					return failed
				}
				warnings, err = validateWithin(ctx, kube, cfg, e.object)
			} else {
				warnings, err = validate(ctx, nil, cfg, e.object)
			}
			v.Warnings = warnings

			return err
		})
	}
	if err != nil {
		v.Verdict, v.Error = reject, err.Error()
	}

	return v
}

// validate calls Validate() of the API type. A nil reader must be a nil interface: Hedgehog compares with nil.
func validate(ctx context.Context, kube kclient.Reader, cfg *meta.FabricConfig, object kclient.Object) (admission.Warnings, error) {
	copied, ok := object.DeepCopyObject().(kclient.Object)
	if !ok {
		return nil, fmt.Errorf("copying %T", object)
	}
	switch subject := any(copied).(type) {
	case validator:
		return subject.Validate(ctx, kube, cfg)
	case gatewayValidator:
		return nil, subject.Validate(ctx, kube, cfg)
	default:
		return nil, fmt.Errorf("%T has no Validate()", object)
	}
}

// client holds all other entries, the built-in switch profiles and the default gateway group, as a running cluster would.
func (t *tree) client(ctx context.Context, cfg *meta.FabricConfig, subject *entry) (kclient.Client, error) {
	builder := fake.NewClientBuilder().WithScheme(scheme)
	held := map[string]bool{subject.id(): true}
	for _, e := range t.entries {
		if e.err == nil && !held[e.id()] {
			held[e.id()] = true
			builder = builder.WithObjects(stored(e.object))
		}
	}
	profiles, err := builtInProfiles(ctx, cfg)
	if err != nil {
		return nil, err
	}
	for _, profile := range profiles.List() {
		if id := "SwitchProfile/" + profile.Namespace + "/" + profile.Name; !held[id] {
			held[id] = true
			builder = builder.WithObjects(stored(profile))
		}
	}
	group := &gwapi.GatewayGroup{ObjectMeta: kmetav1.ObjectMeta{Name: gwapi.DefaultGatewayGroup, Namespace: kmetav1.NamespaceDefault}}
	group.Default()
	if !held["GatewayGroup/"+group.Namespace+"/"+group.Name] {
		builder = builder.WithObjects(group)
	}

	return builder.Build(), nil
}

// builtIn keeps the profiles between questions: registering validates every one of them.
var builtIn *switchprofile.Default

// builtInProfiles are the switch profiles that every cluster has.
func builtInProfiles(ctx context.Context, cfg *meta.FabricConfig) (*switchprofile.Default, error) {
	if builtIn != nil {
		return builtIn, nil
	}
	registry := switchprofile.NewDefaultSwitchProfiles()
	if err := registry.RegisterAll(ctx, fake.NewClientBuilder().WithScheme(scheme).Build(), cfg); err != nil {
		return nil, fmt.Errorf("registering built-in switch profiles: %w", err)
	}
	builtIn = registry

	return builtIn, nil
}

// stored is a copy that the fake client may keep; it refuses objects with a resource version.
func stored(object kclient.Object) kclient.Object {
	copied, ok := object.DeepCopyObject().(kclient.Object)
	if !ok {
		return object
	}
	copied.SetResourceVersion("")

	return copied
}

// guarded turns a panic of Hedgehog's code into an error: a webhook that panics answers with an error too.
func guarded(action func() error) (err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("panic: %v", caught)
		}
	}()

	return action()
}
