package transport

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

// takeLiberties normalizes r: Google's front end accepts a trailing slash in paths, and JSON with
// single quotes. Published tutorials depend on both.
func takeLiberties(r *http.Request) {
	if len(r.URL.Path) > 1 {
		r.URL.Path, r.URL.RawPath = strings.TrimSuffix(r.URL.Path, "/"), strings.TrimSuffix(r.URL.RawPath, "/")
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{err}))
		return
	}
	body = doubleQuotes(body)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

// failing is the unreadable rest of a body.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// doubleQuotes replaces single quotes around strings of a JSON text by double quotes. Text in
// double quotes stays unchanged.
func doubleQuotes(text []byte) []byte {
	if !bytes.ContainsRune(text, '\'') {
		return text
	}
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		begin := bytes.IndexAny(text, `"'`)
		if begin < 0 {
			break
		}
		end := stringEnd(text, begin)
		out = append(append(out, text[:begin]...), doubleQuoted(text[begin:end])...)
		text = text[end:]
	}
	return append(out, text...)
}

// stringEnd returns the end of the string at begin, or the end of text.
func stringEnd(text []byte, begin int) int {
	for i := begin + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[begin]:
			return i + 1
		}
	}
	return len(text)
}

// doubleQuoted returns a string in double quotes. Inside, single quotes need no escape, double
// quotes do.
func doubleQuoted(text []byte) []byte {
	if text[0] == '"' {
		return text
	}
	out := []byte{'"'}
	for i := 1; i < len(text); i++ {
		switch b := text[i]; {
		case b == '\\' && i+1 < len(text):
			if i++; text[i] != '\'' {
				out = append(out, b)
			}
			out = append(out, text[i])
		case b == '\'':
			out = append(out, '"')
		case b == '"':
			out = append(out, '\\', b)
		default:
			out = append(out, b)
		}
	}
	return out
}
