//go:build webhooks

package main

import (
	"context"

	"go.githedgehog.com/fabric/api/meta"
	wiringapi "go.githedgehog.com/fabric/api/wiring/v1beta1"
	"go.githedgehog.com/fabric/pkg/ctrl"
	kclient "sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

// withWebhooks says whether the rules that stand in webhooks are judged.
const withWebhooks = true

// validateWithin runs the webhook where one has rules of its own for new objects (connections within a VPC, extra switch profiles), else Validate().
func validateWithin(ctx context.Context, kube kclient.Client, cfg *meta.FabricConfig, object kclient.Object) (admission.Warnings, error) {
	switch subject := object.DeepCopyObject().(type) {
	case *wiringapi.Connection:
		webhook := &ctrl.ConnectionWebhook{Client: kube, Scheme: scheme, KubeClient: kube, Cfg: cfg}

		return webhook.ValidateCreate(ctx, subject)
	case *wiringapi.SwitchProfile:
		profiles, err := builtInProfiles(ctx, cfg)
		if err != nil {
			return nil, err
		}
		webhook := &ctrl.SwitchProfileWebhook{Client: kube, Scheme: scheme, KubeClient: kube, Cfg: cfg, Profiles: profiles}

		return webhook.ValidateCreate(ctx, subject)
	default:
		return validate(ctx, kube, cfg, object)
	}
}
