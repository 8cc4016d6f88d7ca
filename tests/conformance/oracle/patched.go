package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
	kyaml "sigs.k8s.io/yaml"
)

const patchedFormat = "hnp-vectors/2"

// base is a fabric that cases change: its documents, by the identity that they have in it.
type base struct {
	identities []string
	documents  map[string]document
}

func (b *base) put(identity string, d document) {
	if _, known := b.documents[identity]; !known {
		b.identities = append(b.identities, identity)
	}
	b.documents[identity] = d
}

func (b *base) list() []document {
	documents := make([]document, 0, len(b.identities))
	for _, identity := range b.identities {
		documents = append(documents, b.documents[identity])
	}

	return documents
}

// readBase reads the base of a vector file, which stands in bases beside it.
func readBase(vectors, name string) (*base, error) {
	text, err := os.ReadFile(filepath.Join(filepath.Dir(vectors), "bases", name+".yaml"))
	if err != nil {
		return nil, fmt.Errorf("reading a base: %w", err)
	}
	b := &base{documents: map[string]document{}}
	for _, d := range split(name, text) {
		identity, err := identityOf(d.text)
		if err != nil {
			return nil, fmt.Errorf("base %s: %w", name, err)
		}
		b.put(identity, d)
	}

	return b, nil
}

func identityOf(text []byte) (string, error) {
	head := struct {
		Kind     string `yaml:"kind"`
		Metadata struct {
			Name string `yaml:"name"`
		} `yaml:"metadata"`
	}{}
	if err := yaml.Unmarshal(text, &head); err != nil {
		return "", fmt.Errorf("reading a document: %w", err)
	}

	return head.Kind + "/" + head.Metadata.Name, nil
}

// filesRead keeps vector files that cases of other files name, again and again.
var filesRead = map[string]*vectorFile{}

func readOnce(path string) (*vectorFile, error) {
	if file, known := filesRead[path]; known {
		return file, nil
	}
	_, file, err := readVectors(path)
	if err != nil {
		return nil, err
	}
	filesRead[path] = file

	return file, nil
}

// patched builds the documents of a case that changes a base.
func (file *vectorFile) patched(c vectorCase) ([]document, error) {
	name := c.Base
	if name == "" {
		name = file.Base
	}
	b, err := readBase(file.path, name)
	if err != nil {
		return nil, err
	}
	for _, other := range c.Of {
		stem, name, _ := strings.Cut(other, "/")
		beside, err := readOnce(filepath.Join(filepath.Dir(file.path), stem+".yaml"))
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(beside.Cases, func(of vectorCase) bool { return of.Name == name })
		if at < 0 {
			return nil, fmt.Errorf("%s: no case %s", c.Name, other)
		}
		if err := b.change(beside.Cases[at]); err != nil {
			return nil, err
		}
	}
	if err := b.change(c); err != nil {
		return nil, err
	}

	return b.list(), nil
}

// change applies what one case changes, in the order of the format: remove, documents, drop, set.
func (b *base) change(c vectorCase) error {
	for _, identity := range c.Remove {
		delete(b.documents, identity)
		b.identities = slices.DeleteFunc(b.identities, func(of string) bool { return of == identity })
	}
	for _, d := range split(c.Name, []byte(c.Documents)) {
		identity, err := identityOf(d.text)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		b.put(identity, d)
	}
	for _, identity := range slices.Sorted(maps.Keys(c.Drop)) {
		err := b.edit(c, identity, func(root any) (any, error) {
			var err error
			for _, pointer := range c.Drop[identity] {
				if root, err = dropAt(root, segments(pointer)); err != nil {
					return nil, err
				}
			}

			return root, nil
		})
		if err != nil {
			return err
		}
	}
	for _, identity := range slices.Sorted(maps.Keys(c.Set)) {
		err := b.edit(c, identity, func(root any) (any, error) {
			var err error
			fields := c.Set[identity]
			for _, pointer := range slices.Sorted(maps.Keys(fields)) {
				if root, err = setAt(root, segments(pointer), fields[pointer]); err != nil {
					return nil, err
				}
			}

			return root, nil
		})
		if err != nil {
			return err
		}
	}

	return nil
}

// edit changes one document; a dot is the subject of the case.
func (b *base) edit(c vectorCase, identity string, with func(any) (any, error)) error {
	if identity == "." {
		identity = c.Subject
	}
	d, known := b.documents[identity]
	if !known {
		return fmt.Errorf("%s: no document %s", c.Name, identity)
	}
	var root any
	if err := kyaml.Unmarshal(d.text, &root); err != nil {
		return fmt.Errorf("%s: %s: %w", c.Name, identity, err)
	}
	root, err := with(root)
	if err != nil {
		return fmt.Errorf("%s: %s: %w", c.Name, identity, err)
	}
	if d.text, err = kyaml.Marshal(root); err != nil {
		return fmt.Errorf("%s: %s: %w", c.Name, identity, err)
	}
	b.documents[identity] = d

	return nil
}

func segments(pointer string) []string {
	parts := strings.Split(pointer, "/")[1:]
	for at, part := range parts {
		parts[at] = strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")
	}

	return parts
}

var errNoSuchItem = errors.New("no such item")

// setAt puts a value at a pointer; maps on the way are made, and a list grows by one item at its end.
func setAt(at any, path []string, value any) (any, error) {
	if len(path) == 0 {
		return value, nil
	}
	if list, ok := at.([]any); ok {
		index, err := strconv.Atoi(path[0])
		if err != nil || index < 0 || index > len(list) {
			return nil, fmt.Errorf("%s: %w", path[0], errNoSuchItem)
		}
		if index == len(list) {
			list = append(list, nil)
		}
		list[index], err = setAt(list[index], path[1:], value)

		return list, err
	}
	fields, ok := at.(map[string]any)
	if !ok {
		fields = map[string]any{}
	}
	inner, err := setAt(fields[path[0]], path[1:], value)
	fields[path[0]] = inner

	return fields, err
}

// dropAt takes a field or an item away; one that is not there is as good.
func dropAt(at any, path []string) (any, error) {
	switch holder := at.(type) {
	case map[string]any:
		if len(path) == 1 {
			delete(holder, path[0])

			return holder, nil
		}
		inner, known := holder[path[0]]
		if !known {
			return holder, nil
		}
		inner, err := dropAt(inner, path[1:])
		holder[path[0]] = inner

		return holder, err
	case []any:
		index, err := strconv.Atoi(path[0])
		if err != nil || index < 0 || index >= len(holder) {
			return nil, fmt.Errorf("%s: %w", path[0], errNoSuchItem)
		}
		if len(path) == 1 {
			return slices.Delete(holder, index, index+1), nil
		}
		holder[index], err = dropAt(holder[index], path[1:])

		return holder, err
	default:
		return at, nil
	}
}
