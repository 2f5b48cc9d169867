package transport

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

// takeLiberties brings r to what the rest of the package reads: Google's front end takes a path with a slash at its end, and JSON with single
// quotes. Published tutorials depend on both.
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

// failing is the rest of a body that could not be read.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// doubleQuotes puts double quotes in the place of single ones around strings of a JSON text. What is in double quotes is left alone.
func doubleQuotes(text []byte) []byte {
	if !bytes.ContainsRune(text, '\'') {
		return text
	}
	out := make([]byte, 0, len(text))
	quote := byte(0) // the one that the string being read began with
	for i := 0; i < len(text); i++ {
		b := text[i]
		switch {
		case quote == 0 && (b == '"' || b == '\''):
			quote, b = b, '"'
		case quote != 0 && b == quote:
			quote, b = 0, '"'
		case quote != 0 && b == '\\' && i+1 < len(text):
			i++
			if text[i] != '\'' { // which needs no escape between double quotes
				out = append(out, b)
			}
			b = text[i]
		case quote == '\'' && b == '"':
			out = append(out, '\\')
		}
		out = append(out, b)
	}
	return out
}
