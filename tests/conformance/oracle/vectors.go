package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"strings"

	"gopkg.in/yaml.v3"
)

const vectorFormat = "hnp-vectors/1"

// vectorFile is what the oracle reads of a vector file.
type vectorFile struct {
	Format   string            `yaml:"format"`
	Config   map[string]any    `yaml:"config"`
	Contexts map[string]string `yaml:"contexts"`
	Cases    []vectorCase      `yaml:"cases"`

	// What a file of changes says for all its cases.
	Base   string `yaml:"base"`
	Judged any    `yaml:"judged"`

	path string
}

type vectorCase struct {
	Name    string         `yaml:"name"`
	Judged  any            `yaml:"judged"`
	Config  map[string]any `yaml:"config"`
	Context string         `yaml:"context"`
	Subject string         `yaml:"subject"`
	Tree    string         `yaml:"tree"`
	Verdict string         `yaml:"verdict"`

	// Changes of a base.
	Base      string                    `yaml:"base"`
	Of        []string                  `yaml:"of"`
	Remove    []string                  `yaml:"remove"`
	Documents string                    `yaml:"documents"`
	Drop      map[string][]string       `yaml:"drop"`
	Set       map[string]map[string]any `yaml:"set"`
	// Webhook says that only the webhook gives this verdict.
	Webhook bool `yaml:"webhook"`
}

func readVectors(path string) ([]byte, *vectorFile, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("reading vectors: %w", err)
	}
	file := &vectorFile{path: path}
	if err := yaml.Unmarshal(text, file); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	if file.Format != vectorFormat && file.Format != patchedFormat {
		return nil, nil, fmt.Errorf("%s: format %q, want %q or %q", path, file.Format, vectorFormat, patchedFormat)
	}

	return text, file, nil
}

// judgeCase asks about a case's subject. It cannot answer for a list of rules: Validate() runs them all.
func (file *vectorFile) judgeCase(ctx context.Context, c vectorCase) (verdict, bool, error) {
	said := c.Judged
	if said == nil {
		said = file.Judged
	}
	judged, whole := said.(string)
	if !whole || (c.Webhook && !withWebhooks) {
		return verdict{}, false, nil
	}
	documents := split(c.Name, []byte(c.Tree))
	if file.Format == patchedFormat {
		var err error
		if documents, err = file.patched(c); err != nil {
			return verdict{}, false, err
		}
	}
	if c.Context != "" {
		shared, ok := file.Contexts[c.Context]
		if !ok {
			return verdict{}, false, fmt.Errorf("%s: no context %s", c.Name, c.Context)
		}
		documents = append(documents, split(c.Context, []byte(shared))...)
	}
	settings := maps.Clone(file.Config)
	if settings == nil {
		settings = map[string]any{}
	}
	maps.Copy(settings, c.Config)
	t := newTree(documents)
	cfg, err := newConfig(settings, t.hasGateways())
	if err != nil {
		return verdict{}, false, fmt.Errorf("%s: %w", c.Name, err)
	}
	kind, name, _ := strings.Cut(c.Subject, "/")
	subject := t.find(kind, name)
	if subject == nil {
		return verdict{}, false, fmt.Errorf("%s: no %s in its tree", c.Name, c.Subject)
	}

	return t.judge(ctx, cfg, subject, judged == "tree"), true, nil
}

// checkVectors compares recorded verdicts with the oracle's.
func checkVectors(ctx context.Context, paths []string, out io.Writer) error {
	version, _ := module()
	same, different, unjudged := 0, 0, 0
	for _, path := range paths {
		_, file, err := readVectors(path)
		if err != nil {
			return err
		}
		for _, c := range file.Cases {
			said, answered, err := file.judgeCase(ctx, c)
			switch {
			case err != nil:
				return fmt.Errorf("%s: %w", path, err)
			case !answered:
				unjudged++
			case said.Verdict == c.Verdict:
				same++
			default:
				different++
				fmt.Fprintf(out, "%s: %s: recorded %s, %s says %s at %s: %s\n", path, c.Name, c.Verdict, version, said.Verdict, said.Stage, said.Error)
			}
		}
	}
	fmt.Fprintf(out, "%d agree, %d differ, %d unjudged\n", same, different, unjudged)
	if different > 0 {
		return errDiffers
	}

	return nil
}

// recordVectors prints a vector file with the oracle as its judge. Cases that it cannot answer are left out and counted on standard error.
func recordVectors(ctx context.Context, path string, out io.Writer) error {
	version, published := module()
	if !published {
		return fmt.Errorf("the module is %s: only the published module's verdicts are recorded", version)
	}
	text, file, err := readVectors(path)
	if err != nil {
		return err
	}
	root := yaml.Node{}
	if err := yaml.Unmarshal(text, &root); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if len(root.Content) != 1 {
		return errors.New("a vector file is one document")
	}
	top := root.Content[0]
	set(top, "judge", "oracle")
	set(top, "module", version)
	cases := get(top, "cases")
	if cases == nil || len(cases.Content) != len(file.Cases) {
		return errors.New("a vector file has a list of cases")
	}
	kept, left := []*yaml.Node{}, 0
	for at, c := range file.Cases {
		said, answered, err := file.judgeCase(ctx, c)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if !answered {
			left++

			continue
		}
		set(cases.Content[at], "verdict", said.Verdict)
		kept = append(kept, cases.Content[at])
	}
	cases.Content = kept
	fmt.Fprintf(os.Stderr, "%s: %d recorded, %d left out\n", path, len(kept), left)

	var buffer bytes.Buffer
	encoder := yaml.NewEncoder(&buffer)
	encoder.SetIndent(2)
	if err := encoder.Encode(&root); err != nil {
		return fmt.Errorf("writing vectors: %w", err)
	}
	_, err = out.Write(buffer.Bytes())

	return err
}

func get(mapping *yaml.Node, key string) *yaml.Node {
	for at := 0; at+1 < len(mapping.Content); at += 2 {
		if mapping.Content[at].Value == key {
			return mapping.Content[at+1]
		}
	}

	return nil
}

func set(mapping *yaml.Node, key, value string) {
	if node := get(mapping, key); node != nil {
		node.SetString(value)

		return
	}
	name, node := &yaml.Node{}, &yaml.Node{}
	name.SetString(key)
	node.SetString(value)
	mapping.Content = append(mapping.Content, name, node)
}
