package examples_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// widest is the number of columns of prose.
const widest = 100

// TestWidthOfProse: lines of prose have at most 100 columns. Code blocks, tables, front matter,
// template directives and lines with an address may be longer.
func TestWidthOfProse(t *testing.T) {
	t.Parallel()
	written := slices.DeleteFunc(pages(t), func(page string) bool { return strings.HasPrefix(page, "docs/") })
	for _, path := range glob(t, "templates/guides/*") {
		written = append(written, strings.TrimPrefix(path, root+"/"))
	}
	if len(written) < 10 {
		t.Fatalf("only %d pages: %v", len(written), written)
	}
	for _, page := range written {
		for i, line := range prose(read(t, page)) {
			if utf8.RuneCountInString(line) > widest && !strings.Contains(line, "](http") {
				t.Errorf("%s:%d has %d columns: %s", page, i+1, utf8.RuneCountInString(line), line)
			}
		}
	}
}

// prose returns the lines of a page, with "" for lines outside of prose.
func prose(page string) []string {
	lines := strings.Split(page, "\n")
	front, code := lines[0] == "---", false
	for i, line := range lines {
		fence := strings.HasPrefix(strings.TrimSpace(line), "```")
		if front || code || fence || strings.HasPrefix(line, "|") || strings.HasPrefix(line, "{{") {
			lines[i] = ""
		}
		front = front && (i == 0 || line != "---")
		code = code != fence
	}
	return lines
}
