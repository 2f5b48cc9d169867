package acctest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	fenced = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")
	// changing is text that differs between two runs of one command: times, ids, line numbers.
	changing = regexp.MustCompile(`\d{4}-\d{2}-\d{2}T[0-9:.]+Z|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\.tf line \d+|(?m:^[│ ]+\d+: )`)
	hidden   = regexp.MustCompile(`\(\d+ unchanged `)
)

// Blocks returns the fenced blocks of a Markdown page in some languages, in the order of the page.
func Blocks(page string, languages ...string) []string {
	var all []string
	for _, found := range fenced.FindAllStringSubmatch(page, -1) {
		if slices.Contains(languages, found[1]) {
			all = append(all, found[2])
		}
	}
	return all
}

// Quotes checks that a block of a page quotes the output of a command: the words of the block
// follow each other in the output. Line breaks, times, ids and line numbers may differ. "…" in the
// block stands for left-out text. Within a word it stands for the rest of the word. An output of
// OpenTofu may also differ in the name of the product and in the number of hidden attributes.
func Quotes(t *testing.T, out, block string) {
	t.Helper()
	if where := misquoted(out, block); where != "" {
		t.Errorf("%s\n%s\nis quoted from\n%s", where, block, out)
	}
}

// misquoted returns the first difference, or nothing.
func misquoted(out, block string) string {
	out, words := normalized(out, out), strings.Fields(normalized(block, out))
	if len(words) == 0 {
		return "The block is empty."
	}
	if quoting(words).MatchString(out) {
		return ""
	}
	known := 0
	for known < len(words)-1 && quoting(words[:known+1]).MatchString(out) {
		known++
	}
	return fmt.Sprintf("The output differs at %q, after %q.", words[known], strings.Join(words[max(0, known-5):known], " "))
}

// normalized removes the differences between two runs, and between Terraform and the CLI of an
// output.
func normalized(text, out string) string {
	text = changing.ReplaceAllString(text, " ~ ")
	if strings.Contains(out, "OpenTofu") {
		text = hidden.ReplaceAllString(strings.ReplaceAll(text, "OpenTofu", "Terraform"), "(some unchanged ")
	}
	return text
}

// quoting matches words with any line breaks of the CLI.
func quoting(words []string) *regexp.Regexp {
	patterns := make([]string, len(words))
	for i, word := range words {
		rest, gap := strings.CutPrefix(regexp.QuoteMeta(word), "…")
		patterns[i] = strings.ReplaceAll(rest, "…", `\S*`)
		if gap {
			patterns[i] = `.*?` + patterns[i]
		}
	}
	return regexp.MustCompile(`(?s)(?:^|\s)` + strings.Join(patterns, `[\s│]+`) + `(?:\s|$)`)
}
