package allowpolicy

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"
)

func TestMembers(t *testing.T) {
	t.Parallel()
	for m, valid := range map[string]bool{
		"allUsers": true, "allAuthenticatedUsers": true, "user:jane@example.com": true,
		"group:G@Example.com": true, "domain:example.com": true,
		"serviceAccount:ci@p.iam.gserviceaccount.com": true, "serviceAccount:p.svc.id.goog[ns/sa]": true, "projectOwner:my-project": true,
		"principal://iam.googleapis.com/locations/global/workforcePools/P/subject/S":              true,
		"principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/P/*": true,
		"deleted:user:jane@example.com?uid=123":                                                   true,
		"deleted:principal://iam.googleapis.com/locations/global/workforcePools/P/subject/S":      true,
		"": false, "user": false, "user:": false, "user:jane": false, "jane@example.com": false, " allUsers": false,
		"allUsers ": false, "allusers": false, "User:jane@example.com": false, "user:jane@example.com,user:joe@example.com": false,
		"user:a@b@c": false, "principal:x": false, "deleted:user:jane@example.com": false, "projectOwners": false,
		"x\nallUsers": false, "allUsers\n": false, "robot:jane@example.com": false,
	} {
		if err := CheckMember(m); (err == nil) != valid {
			t.Errorf("%q: %v", m, err)
		}
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	for r, valid := range map[string]bool{
		"roles/viewer": true, "roles/binaryauthorization.attestorsViewer": true,
		"projects/p/roles/my_role": true, "organizations/123/roles/r": true,
		"": false, "viewer": false, "roles/": false, "roles/a b": false, "organizations/o/roles/r": false, "x/roles/r": false,
		"roles/viewer\n": false,
	} {
		if err := CheckRole(r); (err == nil) != valid {
			t.Errorf("%q: %v", r, err)
		}
	}
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	for m, want := range map[string]string{
		"user:Jane@Example.com":         "user:jane@example.com",
		"serviceAccount:CI@p.iam":       "serviceAccount:ci@p.iam",
		"domain:Example.com":            "domain:example.com",
		"allUsers":                      "allUsers",
		"principalSet://A/B":            "principalSet://A/B",
		"deleted:user:Jane@x.com?uid=1": "deleted:user:Jane@x.com?uid=1",
	} {
		if got := Canonical(m); got != want {
			t.Errorf("%q: %q, not %q", m, got, want)
		}
	}
}

// grants are drawn from few values, so collisions are common.
var grants = rapid.Custom(func(t *rapid.T) Grant {
	g := Grant{Binding: Binding{Role: rapid.SampledFrom([]string{"roles/a", "roles/b"}).Draw(t, "role")}}
	g.Member = rapid.SampledFrom([]string{"user:x@example.com", "user:X@Example.com", "principal://X", "principal://x"}).Draw(t, "member")
	g.Condition = rapid.SampledFrom([]Condition{{}, {"t", "", "a"}, {"t", "", "b"}, {"t", "d", "a"}}).Draw(t, "condition")
	return g
})

func drawn(t *rapid.T, label string) *Policy {
	p := new(Policy)
	for _, g := range rapid.SliceOf(grants).Draw(t, label) {
		Add(p, g)
	}
	return p
}

// TestEditsChangeOneGrant: an edit of one grant changes nothing else, and a policy with a condition
// has version 3.
func TestEditsChangeOneGrant(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, g := drawn(t, "policy"), grants.Draw(t, "grant")
		had := Has(p, g)
		with, without := proto.CloneOf(p), proto.CloneOf(p)
		Add(with, g)
		Remove(without, g)
		if !Has(with, g) || Has(without, g) || len(Lost(p, with)) != 0 || (len(Lost(p, without)) == 1) != had {
			t.Errorf("%v\nwith %v\nwithout %v", p, with, without)
		}
		conditional := slices.ContainsFunc(sorted(Grants(with)), func(g Grant) bool { return g.Condition != Condition{} })
		if conditional && with.GetVersion() != 3 {
			t.Errorf("version %d", with.GetVersion())
		}
		for _, b := range without.GetBindings() {
			if len(b.GetMembers()) == 0 {
				t.Error("a binding without members is left")
			}
		}
	})
}

// TestSetMembers: SetMembers sets the members of one binding and keeps all others.
func TestSetMembers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, key := drawn(t, "policy"), grants.Draw(t, "key").Binding
		members := rapid.SliceOf(rapid.SampledFrom([]string{"user:a@x.com", "user:b@x.com"})).Draw(t, "members")
		set := proto.CloneOf(p)
		SetMembers(set, key, members)
		if !SameMembers(Members(set, key), members) {
			t.Errorf("%v", set)
		}
		for g := range Grants(p) {
			if g.Binding != key && !Has(set, g) {
				t.Errorf("%v is lost", g)
			}
		}
		for g := range Grants(set) {
			if g.Binding != key && !Has(p, g) {
				t.Errorf("%v was added", g)
			}
		}
	})
}

// TestDataRoundTrip: a policy written as JSON is read back unchanged, and a policy equals itself
// even if its bindings are split.
func TestDataRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t, "policy")
		for _, b := range p.GetBindings() {
			for i, m := range b.GetMembers() {
				if CheckMember(m) != nil || CheckConditional(b.GetRole(), m, ConditionOf(b.GetCondition())) != nil {
					b.Members[i] = "allUsers"
				}
			}
		}
		read, err := ParseData(FormatData(p))
		if err != nil || !Same(read, p) || FormatData(read) != FormatData(p) {
			t.Errorf("%v\n%s\n%v %v", p, FormatData(p), read, err)
		}
	})
}

func TestParseDataOfOthers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{}`: "", `{"bindings":[]}`: "",
		`{"bindings":[{"members":["user:A@x.com"],"role":"roles/a"},{"members":["user:b@x.com"],"role":"roles/a"}],` +
			`"etag":"x","version":3}`: "roles/a: user:a@x.com, user:b@x.com",
		`{"bindings":[{"condition":{"expression":"a < b && c","title":"t"},` +
			`"members":["user:a@x.com"],"role":"roles/a"}]}`: "roles/a if t: user:a@x.com",
	} {
		p, err := ParseData(text)
		if err != nil || Summary(p) != want {
			t.Errorf("%s: %q %v", text, Summary(p), err)
		}
	}
	for _, text := range []string{
		``, `null`, `[]`, `"x"`, `{} {}`, `{"bindings":[{"role":"x","members":["allUsers"]}]}`,
		`{"bindings":[{"role":"roles/a","members":["x"]}]}`, `{"Bindings2":[]}`,
		`{"bindings":{}}`, `{"bindings":[{"role":"roles/a","members":["user:a@x.com"],"condition":{"title":"t"}}]}`,
		`{"auditConfigs":[{}]}`,
		`{"bindings":[{"role":"roles/owner","members":["user:a@x.com"],"condition":{"title":"t","expression":"true"}}]}`,
	} {
		if p, err := ParseData(text); err == nil {
			t.Errorf("%s: %v", text, p)
		}
	}
}

func FuzzParseData(f *testing.F) {
	f.Add(`{"bindings":[{"role":"roles/a","members":["allUsers"],"condition":{"title":"t","expression":"true"}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := ParseData(text); err == nil {
			if again, err := ParseData(FormatData(p)); err != nil || !Same(again, p) {
				t.Errorf("%v %v", again, err)
			}
		}
	})
}

func TestConditionRoundTrip(t *testing.T) {
	t.Parallel()
	for _, c := range []Condition{{"t", "", "e"}, {`a "b" <c>`, "d", "request.time < x && y"}} {
		if read, err := ParseCondition(c.String()); err != nil || read != c {
			t.Errorf("%v: %v %v", c, read, err)
		}
	}
	if (Condition{}).String() != "" {
		t.Error("no condition has a text")
	}
	for _, text := range []string{"", "{}", "x", `{"title":"t"}`} {
		if c, err := ParseCondition(text); err == nil {
			t.Errorf("%s: %v", text, c)
		}
	}
}

func TestServiceAgents(t *testing.T) {
	t.Parallel()
	for m, is := range map[string]bool{
		"serviceAccount:service-1@gcp-sa-binaryauthorization.iam.gserviceaccount.com": true,
		"serviceAccount:service-1@gcp-sa-other.iam.gserviceaccount.com":               false,
		"user:service-1@gcp-sa-binaryauthorization.iam.gserviceaccount.com":           false,
	} {
		if IsServiceAgent(m) != is {
			t.Error(m)
		}
	}
}
