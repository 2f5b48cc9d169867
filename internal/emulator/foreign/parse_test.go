package foreign_test

import (
	"encoding/json"
	"testing"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want, got string
		ok        bool
	}{
		{`{"a":1}`, `{"a":1}`, true},
		{`{"a":1}`, `{"a":2}`, false},
		{`{"a":1}`, `{"a":1,"b":2}`, false},
		{`{"a":1,"...":"..."}`, `{"a":1,"b":2}`, true},
		{`{"a":1,"...":"..."}`, `{"b":2}`, false},
		{`[1,2]`, `[1]`, false},
		{`["{{x-1}}","{{x-1}}"]`, `["a","a"]`, true},
		{`["{{x-1}}","{{x-1}}"]`, `["a","b"]`, false},
		{`"op/{{x-1}}/end"`, `"op/a/end"`, true},
		{`"op/{{x-1}}/end"`, `"op/a/other"`, false},
		{`"{{time}}"`, `"2026-01-02T03:04:05.678Z"`, true},
		{`"{{time}}"`, `"yesterday"`, false},
		{`"{{any}}"`, `12`, true},
		{`"a"`, `null`, false},
	} {
		var want, got any
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(c.got), &got); err != nil {
			t.Fatal(err)
		}
		if err := (values{}).match("", want, got); (err == nil) != c.ok {
			t.Errorf("%s and %s: %v", c.want, c.got, err)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	all, err := parse("# said\n> PUT /a?b=c\n> X-A: b\n{\n \"x\": 1\n}\n< 200\n{}\n\n> GET /a\n< 404\n")
	if err != nil || len(all) != 2 {
		t.Fatalf("%d, %v", len(all), err)
	}
	if x := all[0]; x.what != "said" || x.method != "PUT" || x.path != "/a?b=c" || x.header.Get("X-A") != "b" || x.body != `{ "x": 1}` ||
		x.status != 200 || x.answer != "{}" {
		t.Errorf("%+v", x)
	}
	if x := all[1]; x.method != "GET" || x.body != "" || x.status != 404 || x.answer != "" {
		t.Errorf("%+v", x)
	}
	for _, bad := range []string{"{}\n", "> GET\n", "> GET /a\n< ok\n"} {
		if _, err := parse(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
