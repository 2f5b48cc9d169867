package attest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

func read(tb testing.TB, name string) string {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// table reads lines of the form "file answer".
func table(t *testing.T, name string) map[string]string {
	t.Helper()
	rows := map[string]string{}
	for line := range strings.Lines(read(t, name)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			t.Fatalf("%s: %q has no answer", name, line)
		}
		rows[key] = value
	}
	return rows
}

func pkix(t *testing.T, name string) *attest.PKIX {
	t.Helper()
	k, err := attest.ParsePKIX(read(t, name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return k
}

func pgp(t *testing.T, name string) *attest.PGP {
	t.Helper()
	k, err := attest.ParsePGP(read(t, name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return k
}

// wantError checks for all of the words in err.
func wantError(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
}
