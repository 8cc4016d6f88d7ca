package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// document is one YAML document and where it stands.
type document struct {
	file  string
	index int
	text  []byte
}

// readDirectory reads every .yaml and .yml file under dir, in the order of their paths.
func readDirectory(dir string) ([]document, error) {
	documents := []document{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if extension := filepath.Ext(path); extension != ".yaml" && extension != ".yml" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			name = path
		}
		documents = append(documents, split(filepath.ToSlash(name), text)...)

		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", dir, err)
	}

	return documents, nil
}

// split cuts a text at its separator lines, as kubectl does, and drops documents without content.
func split(file string, text []byte) []document {
	documents := []document{}
	var current bytes.Buffer
	index := 0
	flush := func() {
		if hasContent(current.String()) {
			documents = append(documents, document{file: file, index: index, text: bytes.Clone(current.Bytes())})
			index++
		}
		current.Reset()
	}
	for line := range strings.Lines(string(text)) {
		if rest, separator := strings.CutPrefix(line, "---"); separator && strings.TrimSpace(rest) == "" {
			flush()

			continue
		}
		current.WriteString(line)
	}
	flush()

	return documents
}

func hasContent(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return true
		}
	}

	return false
}
