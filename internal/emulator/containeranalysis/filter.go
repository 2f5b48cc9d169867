package containeranalysis

import (
	"regexp"
	"strings"

	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
)

// term is one comparison of a filter.
type term struct {
	field, value string
	holds        func(have, want string) bool
}

// fields are the fields of a message available to filters.
type fields[T any] map[string]func(T) string

// The filters of https://cloud.google.com/artifact-analysis/docs/filter-occurrences, as far as
// attestations need them:
//
//	kind="ATTESTATION" AND resourceUrl="https://gcr.io/p/web@sha256:…"
//	has_suffix(resourceUrl, "sha256:…")
var (
	comparison = regexp.MustCompile(`^\s*([A-Za-z_]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s"()]+)`)
	function   = regexp.MustCompile(`^\s*(has_prefix|has_suffix)\(\s*([A-Za-z_]+)\s*,\s*("(?:[^"\\]|\\.)*")\s*\)`)
	and        = regexp.MustCompile(`^\s+AND\s`)
	escaped    = regexp.MustCompile(`\\(.)`)
)

// parseFilter reads terms joined by AND; an empty filter has none.
func parseFilter[T any](filter string, known fields[T]) ([]term, error) {
	if strings.TrimSpace(filter) == "" {
		return nil, nil
	}
	var terms []term
	for rest := filter; ; {
		t, length := parseTerm(rest)
		if length == 0 {
			return nil, invalid("invalid filter %q", filter)
		}
		if known[t.field] == nil {
			return nil, invalid("invalid filter: %q is not a field that can be filtered by", t.field)
		}
		terms, rest = append(terms, t), rest[length:]
		if strings.TrimSpace(rest) == "" {
			return terms, nil
		}
		joint := and.FindString(rest)
		if joint == "" {
			return nil, invalid("invalid filter %q", filter)
		}
		rest = rest[len(joint):]
	}
}

// parseTerm parses the term at the beginning of text and returns its length, 0 if there is none.
func parseTerm(text string) (t term, length int) {
	if m := function.FindStringSubmatch(text); m != nil {
		holds := strings.HasPrefix
		if m[1] == "has_suffix" {
			holds = strings.HasSuffix
		}
		return term{field: m[2], value: unquote(m[3]), holds: holds}, len(m[0])
	}
	if m := comparison.FindStringSubmatch(text); m != nil {
		return term{field: m[1], value: unquote(m[2]), holds: func(have, want string) bool { return have == want }}, len(m[0])
	}
	return term{}, 0
}

func unquote(s string) string {
	if !strings.HasPrefix(s, `"`) {
		return s
	}
	return escaped.ReplaceAllString(s[1:len(s)-1], "$1")
}

// matches reports whether every term holds for a message.
func matches[T any](terms []term, of fields[T], m T) bool {
	for _, t := range terms {
		if !t.holds(of[t.field](m), t.value) {
			return false
		}
	}
	return true
}

var (
	noteFields = named(fields[*grafeaspb.Note]{
		"kind": func(n *grafeaspb.Note) string { return n.GetKind().String() },
	}, (*grafeaspb.Note).GetName)

	occurrenceFields = named(fields[*grafeaspb.Occurrence]{
		"kind":         func(o *grafeaspb.Occurrence) string { return o.GetKind().String() },
		"resourceUrl":  (*grafeaspb.Occurrence).GetResourceUri,
		"resource_url": (*grafeaspb.Occurrence).GetResourceUri,
		"resourceUri":  (*grafeaspb.Occurrence).GetResourceUri,
		"resource_uri": (*grafeaspb.Occurrence).GetResourceUri,
	}, (*grafeaspb.Occurrence).GetNoteName)
)

// named adds the parts of a note's name, projects/{project}/notes/{note}, to fields.
func named[T any](all fields[T], name func(T) string) fields[T] {
	part := func(i int) func(T) string {
		return func(m T) string { return strings.Split(name(m), "/")[i] }
	}
	all["noteProjectId"], all["note_project_id"] = part(1), part(1)
	all["noteId"], all["note_id"] = part(3), part(3)
	all["noteName"], all["note_name"] = name, name
	return all
}
