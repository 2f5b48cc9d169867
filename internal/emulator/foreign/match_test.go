package foreign_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

var variable = regexp.MustCompile(`\{\{([a-z]+(?:-[0-9]+)?)\}\}`)

const more = "..." // the key of an object that may have more fields than written

// values are the values of a transcript's variables in this run.
type values map[string]string

// fill puts values in the places of their variables; in JSON, escaped.
func (v values) fill(text string, inJSON bool) (filled string, err error) {
	filled = variable.ReplaceAllStringFunc(text, func(found string) string {
		value, ok := v[strings.Trim(found, "{}")]
		if !ok {
			err = fmt.Errorf("%s has no value yet", found)
		}
		if inJSON {
			quoted, _ := json.Marshal(value) // strings always have a JSON form
			value = string(quoted[1 : len(quoted)-1])
		}
		return value
	})
	return filled, err
}

// match reports the first difference between the expected and the actual value, and stores the
// values of new variables.
func (v values) match(path string, want, got any) error {
	switch want := want.(type) {
	case map[string]any:
		return v.matchObject(path, want, got)
	case []any:
		return v.matchArray(path, want, got)
	case string:
		return v.matchString(path, want, got)
	}
	if want != got {
		return fmt.Errorf("%s: got %v, want %v", path, got, want)
	}
	return nil
}

func (v values) matchObject(path string, want map[string]any, got any) error {
	object, ok := got.(map[string]any)
	if !ok {
		return fmt.Errorf("%s: got %v, want an object", path, got)
	}
	_, partial := want[more]
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if _, ok := want[key]; !ok && !partial {
			return fmt.Errorf("%s.%s: %v is too much", path, key, object[key])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if key == more {
			continue
		}
		if err := v.match(path+"."+key, want[key], object[key]); err != nil {
			return err
		}
	}
	return nil
}

func (v values) matchArray(path string, want []any, got any) error {
	array, ok := got.([]any)
	if !ok || len(array) != len(want) {
		return fmt.Errorf("%s: got %v, want %d entries", path, got, len(want))
	}
	for i := range want {
		if err := v.match(fmt.Sprintf("%s[%d]", path, i), want[i], array[i]); err != nil {
			return err
		}
	}
	return nil
}

func (v values) matchString(path, want string, got any) error {
	text, ok := got.(string)
	pattern, unset := v.pattern(want)
	found := pattern.FindStringSubmatch(text)
	if !ok && want != "{{any}}" || found == nil {
		return fmt.Errorf("%s: got %#v, want %q", path, got, want)
	}
	for i, name := range unset {
		v[name] = found[i+1]
	}
	return nil
}

// pattern is the expected form of a string, with a group for each variable without a value.
func (v values) pattern(want string) (p *regexp.Regexp, unset []string) {
	var out strings.Builder
	for rest := want; ; {
		at := variable.FindStringSubmatchIndex(rest)
		if at == nil {
			out.WriteString(regexp.QuoteMeta(rest))
			return regexp.MustCompile(`(?s)^` + out.String() + `$`), unset
		}
		out.WriteString(regexp.QuoteMeta(rest[:at[0]]))
		name := rest[at[2]:at[3]]
		switch value, set := v[name]; {
		case name == "time":
			out.WriteString(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z`)
		case name == "any":
			out.WriteString(`.*`)
		case set:
			out.WriteString(regexp.QuoteMeta(value))
		default:
			out.WriteString(`(.+)`)
			unset = append(unset, name)
		}
		rest = rest[at[1]:]
	}
}
