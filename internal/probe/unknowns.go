package probe

import (
	"errors"
	"strings"
)

const (
	listHeading = "// # Where the real behavior is not known\n"
	nextHeading = "// # "
	columns     = 100
)

const listPreface = "The emulator usually takes the stricter reading. Some entries take the lenient one, such as a check that is " +
	"not made; they say so. Each entry is the id of a probe in package probe, with the emulator's behavior. `make probe` asks " +
	"the emulator, and with GOOGLE_PROJECT also Google. `make unknowns` generates this list from the probes."

// List returns the list of unknowns in the documentation of package emulator, as lines of a Go
// comment.
func List(sections []Section) string {
	var b strings.Builder
	b.WriteString(listHeading + "//\n")
	wrap(&b, listPreface, "// ", "// ")
	for _, s := range sections {
		b.WriteString("//\n// " + s.Title + ":\n//\n")
		for _, p := range s.Probes {
			wrap(&b, p.ID+": "+p.Unknown, "//   - ", "//     ")
		}
	}
	b.WriteString("//\n")
	return b.String()
}

// ReplaceList returns source with its list of unknowns replaced.
func ReplaceList(source string, sections []Section) (string, error) {
	start := strings.Index(source, listHeading)
	if start < 0 {
		return "", errors.New("the documentation has no list of unknowns")
	}
	length := strings.Index(source[start+len(listHeading):], nextHeading)
	if length < 0 {
		return "", errors.New("nothing follows the list of unknowns")
	}
	return source[:start] + List(sections) + source[start+len(listHeading)+length:], nil
}

// wrap writes words in lines of at most columns characters.
func wrap(b *strings.Builder, text, first, rest string) {
	line, empty := first, true
	for word := range strings.FieldsSeq(text) {
		if !empty && len(line)+1+len(word) > columns {
			b.WriteString(line + "\n")
			line, empty = rest, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	b.WriteString(line + "\n")
}
