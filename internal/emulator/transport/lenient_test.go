package transport

import (
	"encoding/json"
	"testing"
)

func TestDoubleQuotes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a":"b"}`:               `{"a":"b"}`,
		`{'a':'b', 'c': [1,'d']}`: `{"a":"b", "c": [1,"d"]}`,
		`{"a":"it's"}`:            `{"a":"it's"}`,
		`{'a':"it's"}`:            `{"a":"it's"}`,
		`{'a':'say "b"'}`:         `{"a":"say \"b\""}`,
		`{'a':'it\'s'}`:           `{"a":"it's"}`,
		`{'a':'b\\'}`:             `{"a":"b\\"}`,
		`{'a':'\"\n'}`:            `{"a":"\"\n"}`,
		`{"a":"\"'"}`:             `{"a":"\"'"}`,
		`{'a`:                     `{"a`,
		``:                        ``,
	} {
		if got := string(doubleQuotes([]byte(text))); got != want {
			t.Errorf("%s becomes %s, want %s", text, got, want)
		}
	}
}

// FuzzDoubleQuotes leaves JSON as it is.
func FuzzDoubleQuotes(f *testing.F) {
	for _, text := range []string{`{"a":"it's"}`, `["'",'']`, `"\\'"`, `{'a`, `'\`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got := string(doubleQuotes([]byte(text))); json.Valid([]byte(text)) && got != text {
			t.Errorf("%s becomes %s", text, got)
		}
	})
}
