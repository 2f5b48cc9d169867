package lifecycle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Source is an object in the state of another provider, or a block of it. It is read leniently:
// unused attributes do not matter, null and an empty text are absent, and a single block is a list
// of one. A used attribute of another type is a problem, and then the object is not moved.
type Source struct {
	path     string // of a block: "attestation_authority_note[0]"; "" for the object itself
	values   map[string]any
	problems *[]string
}

// readSource reads the JSON of an object's state.
func readSource(raw *tfprotov6.RawState) *Source {
	s := &Source{problems: new([]string)}
	if raw == nil || len(raw.JSON) == 0 {
		s.problem("the state is missing, or was written by a Terraform older than 0.12")
		return s
	}
	decoder := json.NewDecoder(bytes.NewReader(raw.JSON))
	decoder.UseNumber()
	if err := decoder.Decode(&s.values); err != nil {
		s.problem("the state is not a JSON object: " + err.Error())
	} else if s.values == nil {
		s.problem("the state is empty")
	}
	return s
}

// Text is an attribute as text, "" if it is absent.
func (s *Source) Text(name string) string {
	switch v := s.values[name].(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number, bool:
		return fmt.Sprint(v)
	default:
		s.problem(s.at(name) + " is not a text")
		return ""
	}
}

// Need is Text of a required attribute.
func (s *Source) Need(name string) string {
	text := s.Text(name)
	if v := s.values[name]; v == nil || v == "" {
		s.problem(s.at(name) + " is missing")
	}
	return text
}

// NeedOne is the number of an enum word of the API. It is required.
func (s *Source) NeedOne(name string, numbers map[string]int32) int32 {
	number, known := numbers[s.Need(name)]
	if !known {
		s.Refuse(name, fmt.Errorf("%q is not one of %s", s.Text(name), strings.Join(slices.Sorted(maps.Keys(numbers)), ", ")))
	}
	return number
}

// Texts are the elements of a list or a set of texts.
func (s *Source) Texts(name string) []string {
	var all []string
	for _, element := range s.list(name) {
		text, ok := element.(string)
		if !ok {
			s.problem(s.at(name) + " is not a list of texts")
			return nil
		}
		all = append(all, text)
	}
	return all
}

// Blocks are the blocks of a name, or the objects in a list or a set. A null block, such as an
// empty one, becomes an empty block.
func (s *Source) Blocks(name string) []*Source {
	var all []*Source
	for i, element := range s.list(name) {
		values, ok := element.(map[string]any)
		if !ok && element != nil {
			s.problem(fmt.Sprintf("%s[%d] is not a block", s.at(name), i))
			continue
		}
		all = append(all, &Source{path: fmt.Sprintf("%s[%d]", s.at(name), i), values: values, problems: s.problems})
	}
	return all
}

// Block is the first block of a name, an empty one if there is none.
func (s *Source) Block(name string) *Source {
	if all := s.Blocks(name); len(all) > 0 {
		return all[0]
	}
	return &Source{path: s.at(name), problems: s.problems}
}

// Time is a moment in RFC 3339, nil if it is absent.
func (s *Source) Time(name string) *timestamppb.Timestamp {
	if s.Text(name) == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, s.Text(name))
	s.Refuse(name, err)
	return timestamppb.New(t)
}

// Refuse notes why an attribute is of no use; nil is no reason.
func (s *Source) Refuse(name string, err error) {
	switch {
	case err == nil:
	case s.Text(name) == "":
		s.problem(s.at(name) + " is missing")
	default:
		s.problem(s.at(name) + ": " + err.Error())
	}
}

// list is a list, or one object in the place of a list of one.
func (s *Source) list(name string) []any {
	switch v := s.values[name].(type) {
	case nil:
		return nil
	case []any:
		return v
	case map[string]any:
		return []any{v}
	default:
		s.problem(s.at(name) + " is not a list")
		return nil
	}
}

func (s *Source) at(name string) string {
	return strings.TrimPrefix(s.path+"."+name, ".")
}

func (s *Source) problem(what string) {
	if !slices.Contains(*s.problems, what) {
		*s.problems = append(*s.problems, what)
	}
}
