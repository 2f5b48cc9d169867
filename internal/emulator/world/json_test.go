package world

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

type part struct {
	Count int64 `json:"count,omitempty,string"`
}

type body struct {
	CheckSets []*part         `json:"checkSets,omitempty"`
	Free      json.RawMessage `json:"free,omitempty"`
	Hidden    string          `json:"-"`
	part
}

func TestReadJSON(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]body{
		"":                                      {},
		"null":                                  {},
		`{"checkSets":[ {"count":"5"}]}` + "\n": {CheckSets: []*part{{5}}},
		`{"check_sets":[{"count":"5"}]}`:        {CheckSets: []*part{{5}}},
		`{"checkSets":null,"count":"7"}`:        {part: part{7}},
		`{"free":{"ANY_name":[9007199254740993]}}`: {Free: json.RawMessage(`{"ANY_name":[9007199254740993]}`)},
	} {
		var got body
		if err := ReadJSON(strings.NewReader(text), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
}

func TestReadJSONRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"CheckSets":[]}`:                 `Unknown name "CheckSets"`,
		`{"checksets":[]}`:                 `Unknown name "checksets"`,
		`{"check_Sets":[]}`:                `Unknown name "check_Sets"`,
		`{"Hidden":""}`:                    `Unknown name "Hidden"`,
		`{"checkSets":[{"Count":"5"}]}`:    `Unknown name "Count"`,
		`{"checkSets":[],"check_sets":[]}`: `duplicate field "checkSets"`,
		`{"checkSets":[]} {}`:              "text follows",
		`{"checkSets":[]}x`:                "text follows",
		`{"checkSets":{}}`:                 "cannot unmarshal",
		`{"checkSets":[`:                   "unexpected EOF",
		`{"checkSets":[{"count":"x"}]}`:    "",
	} {
		err := ReadJSON(strings.NewReader(text), &body{})
		if status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestReadKnownJSON(t *testing.T) {
	t.Parallel()
	var got body
	err := ReadKnownJSON(strings.NewReader(`{"later":{},"CheckSets":[{}],"check_sets":[{"later":1,"count":"5"}]}`), &got)
	if err != nil || !reflect.DeepEqual(got, body{CheckSets: []*part{{5}}}) {
		t.Errorf("%+v, %v", got, err)
	}
}
