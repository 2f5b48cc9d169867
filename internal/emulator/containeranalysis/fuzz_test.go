package containeranalysis

import (
	"strings"
	"testing"
)

func FuzzParseFilter(f *testing.F) {
	f.Add(`kind="ATTESTATION" AND has_suffix(resourceUrl, "a\"b")`)
	f.Add(`noteId=x`)
	f.Fuzz(func(t *testing.T, filter string) {
		terms, err := parseFilter(filter, occurrenceFields)
		if err == nil && len(terms) == 0 && strings.TrimSpace(filter) != "" {
			t.Errorf("%q was taken for no filter", filter)
		}
	})
}
