package workload

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	goyaml "go.yaml.in/yaml/v2"
	"sigs.k8s.io/yaml"
)

// ParseObjects converts the objects of a manifest to JSON. The manifest has YAML documents, or JSON
// objects one after the other. Empty documents are left out. Any other text that is not part of an
// object is an error, with the number of its document.
func ParseObjects(text string) (all []json.RawMessage, err error) {
	for _, document := range documents(text) {
		object, err := yaml.YAMLToJSONStrict([]byte(document))
		if err == nil {
			err = checkEnd(document)
		}
		if err != nil {
			return nil, inDocument(len(all), err)
		}
		if string(object) != "null" {
			all = append(all, object)
		}
	}
	return all, nil
}

// inDocument names the document of an error, by its index.
func inDocument(i int, err error) error { return fmt.Errorf("document %d: %w", i+1, err) }

// documents splits a manifest at the lines of YAML that start or end a document, and between JSON
// objects. It drops empty documents.
func documents(text string) (all []string) {
	var one strings.Builder
	end := func() {
		all = append(all, jsonValues(one.String())...)
		one.Reset()
	}
	for line := range strings.Lines(text) {
		if rest, marked := marker(line); marked {
			end()
			line = rest
		}
		one.WriteString(line)
	}
	end()
	return slices.DeleteFunc(all, func(s string) bool { return strings.TrimSpace(s) == "" })
}

// marker reports whether a line begins with the start or the end of a document, and returns its
// rest.
func marker(line string) (rest string, marked bool) {
	for _, mark := range []string{"---", "..."} {
		rest, found := strings.CutPrefix(line, mark)
		if found && (rest == "" || strings.ContainsAny(rest[:1], " \t\r\n")) {
			return strings.TrimLeft(rest, " \t"), true
		}
	}
	return line, false
}

// jsonValues returns the values of a text with only JSON values, or else the text alone.
func jsonValues(text string) (all []string) {
	for decoder := json.NewDecoder(strings.NewReader(text)); ; {
		var value json.RawMessage
		switch err := decoder.Decode(&value); {
		case errors.Is(err, io.EOF):
			return all
		case err != nil:
			return []string{text}
		}
		all = append(all, string(value))
	}
}

// checkEnd refuses text after the first YAML document: the conversion to JSON ignores it.
func checkEnd(document string) error {
	decoder := goyaml.NewDecoder(strings.NewReader(document))
	for range 2 {
		var value any
		if err := decoder.Decode(&value); errors.Is(err, io.EOF) {
			return nil
		}
	}
	return errors.New("there is text after the end of the object: write a line with --- before another object")
}
