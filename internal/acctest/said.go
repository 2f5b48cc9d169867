package acctest

import (
	"regexp"
	"strings"
	"testing"
)

// Succeeds runs a command that must succeed, and returns its output.
func (c *CLI) Succeeds(t *testing.T, args ...string) string {
	t.Helper()
	out, code := c.Run(t, args...)
	if code != 0 {
		t.Fatalf("%s ended with %d:\n%s", strings.Join(args, " "), code, out)
	}
	return out
}

// Fails runs a command that must fail with a text, and returns its output.
func (c *CLI) Fails(t *testing.T, text string, args ...string) string {
	t.Helper()
	out, code := c.Run(t, args...)
	if code == 0 || !Words(text).MatchString(out) {
		t.Errorf("%s ended with %d, without %q:\n%s", strings.Join(args, " "), code, text, out)
	}
	return out
}

// Says checks for texts in the output of a command; a text with "!" in front must be missing.
func Says(t *testing.T, out string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		unwanted, not := strings.CutPrefix(text, "!")
		if Words(unwanted).MatchString(out) == not {
			t.Errorf("%q in\n%s", text, out)
		}
	}
}

// Words matches a text with any line breaks of the CLI.
func Words(text string) *regexp.Regexp {
	return regexp.MustCompile(strings.Join(strings.Fields(regexp.QuoteMeta(text)), `[\s│]+`))
}
