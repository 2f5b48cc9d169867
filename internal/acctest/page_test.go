package acctest

import (
	"slices"
	"strings"
	"testing"
)

const planned = `
Error: Image does not conform

  with binauthz_note.built,
  on main.tf line 12, in resource "binauthz_note" "built":
  12:   name = "built"

projects/demo: between 2026-11-23T09:17:50Z and
│ 2026-11-30T09:17:50.123Z these pods of 0c611cf0-2597-4934-a9b0-506036ee6697 ran:

  PODS  IMAGE
  2     web@sha256:9f86d081 denied by the rule

Plan: 0 to add.
`

func TestAQuoteIsRecognised(t *testing.T) {
	t.Parallel()
	for _, block := range []string{
		planned,
		"Error: Image does not conform\n",
		"projects/demo: between 2020-01-02T03:04:05Z and 2020-01-02T03:04:05Z these\npods of 00000000-2597-4934-a9b0-000000000000 ran:\n",
		"Error: Image does not conform\n…\n  2     web@sha256:9f86… denied by …\n",
		"  2     web@sha256:9f86… …rule\n",
		"  on main.tf line 7, in resource \"binauthz_note\" \"built\":\n   7:   name = \"built\"\n",
	} {
		if where := misquoted(planned, block); where != "" {
			t.Errorf("%s\n%s", where, block)
		}
	}
	out := "OpenTofu will write\n    # (5 unchanged attributes hidden)\n"
	block := "Terraform will write\n    # (6 unchanged attributes hidden)\n"
	if where := misquoted(out, block); where != "" {
		t.Error(where)
	}
}

func TestAMisquoteIsFound(t *testing.T) {
	t.Parallel()
	for block, want := range map[string]string{
		"":                                  "empty",
		"Error: Image does conform":         `"conform", after "Error: Image does"`,
		"Error: Image\nPODS":                `"PODS"`,
		"Plan: 0 to add.\n…\nPODS  IMAGE\n": `"PODS"`,
		"Plan: 0 to":                        "",
		"rror: Image":                       `"rror:", after ""`,
		"web@sha256:9f86 denied":            `"web@sha256:9f86"`,
		"web@sha256:9f8… refused":           `"refused"`,
	} {
		if where := misquoted(planned, block); !strings.Contains(where, want) || want == "" && where != "" {
			t.Errorf("%q: %q instead of %q", block, where, want)
		}
	}
	if misquoted("# (5 unchanged attributes hidden)", "# (6 unchanged attributes hidden)") == "" {
		t.Error("a number of attributes differs, and nothing is found")
	}
}

func TestBlocksOfAPage(t *testing.T) {
	t.Parallel()
	page := "A\n\n```terraform\na = 1\n```\n\n```text\nError\n```\nB\n```console\n$ c\n```\n```hcl\nb = 2\n```\n"
	if got := Blocks(page, "terraform", "hcl"); !slices.Equal(got, []string{"a = 1\n", "b = 2\n"}) {
		t.Errorf("%q", got)
	}
}
