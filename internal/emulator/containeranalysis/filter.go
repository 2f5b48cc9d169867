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
func parseFilter(filter string) ([]term, error) {
	if strings.TrimSpace(filter) == "" {
		return nil, nil
	}
	var terms []term
	for rest := filter; ; {
		t, length := parseTerm(rest)
		if length == 0 {
			return nil, invalid("invalid filter %q", filter)
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

// matches reports whether every term holds. field returns the value of a field, false if there is
// no such field.
func matches(terms []term, field func(name string) (string, bool)) (bool, error) {
	all := true
	for _, t := range terms {
		have, known := field(t.field)
		if !known {
			return false, invalid("invalid filter: %q is not a field that can be filtered by", t.field)
		}
		all = all && t.holds(have, t.value)
	}
	return all, nil
}

func noteField(n *grafeaspb.Note, name string) (string, bool) {
	if name == "kind" {
		return n.GetKind().String(), true
	}
	return noteNameField(n.GetName(), name)
}

func occurrenceField(o *grafeaspb.Occurrence, name string) (string, bool) {
	switch name {
	case "kind":
		return o.GetKind().String(), true
	case "resourceUrl", "resource_url", "resourceUri", "resource_uri":
		return o.GetResourceUri(), true
	}
	return noteNameField(o.GetNoteName(), name)
}

// noteNameField returns the parts of a note's name available to filters.
func noteNameField(noteName, name string) (string, bool) {
	parts := strings.Split(noteName, "/") // projects/{project}/notes/{note}
	switch name {
	case "noteProjectId", "note_project_id":
		return parts[1], true
	case "noteId", "note_id":
		return parts[3], true
	case "noteName", "note_name":
		return noteName, true
	}
	return "", false
}
