package resname_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// TestFormatThenParseIsTheSameName builds a name of every kind out of any elements a name may have.
func TestFormatThenParseIsTheSameName(t *testing.T) {
	t.Parallel()
	segment := rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9._~:+@%-]{0,12}`).Filter(func(s string) bool { return s != "projects" })
	kms := rapid.StringMatching(`[A-Za-z0-9_-]{1,13}`)
	number := rapid.StringMatching(`[1-9][0-9]{0,8}`)
	id := rapid.StringMatching(`[a-z]([a-z0-9-]{0,38}[a-z0-9])?`)
	rapid.Check(t, func(t *rapid.T) {
		s := func(label string) string { return segment.Draw(t, label) }
		p, l, n := s("project"), s("location"), s("name")
		key := resname.KMSKey{Project: p, Location: l, KeyRing: kms.Draw(t, "ring"), ID: kms.Draw(t, "key")}
		same(t, resname.Attestor{Project: p, ID: n}, func(s string) (resname.Attestor, error) { return resname.ParseAttestor(s, "") })
		same(t, resname.Note{Project: p, ID: n}, func(s string) (resname.Note, error) { return resname.ParseNote(s, "") })
		same(t, resname.Occurrence{Project: p, ID: n}, func(s string) (resname.Occurrence, error) { return resname.ParseOccurrence(s, "") })
		same(t, resname.Policy{Project: p}, resname.ParsePolicy)
		same(t, resname.PlatformPolicy{Project: p, Platform: s("platform"), ID: n}, resname.ParsePlatformPolicy)
		same(t, resname.Cluster{Project: p, Location: l, ID: id.Draw(t, "cluster")}, func(s string) (resname.Cluster, error) {
			return resname.ParseCluster(s, "")
		})
		same(t, key, resname.ParseKMSKey)
		same(t, resname.KMSKeyVersion{KMSKey: key, Version: number.Draw(t, "version")}, resname.ParseKMSKeyVersion)
	})
}

func same[N interface {
	comparable
	String() string
}](t *rapid.T, name N, parse func(string) (N, error)) {
	for _, form := range []string{
		name.String(), "//service.googleapis.com/" + name.String(),
		"https://service.googleapis.com/v1/" + name.String(),
	} {
		if got, err := parse(form); err != nil || got != name {
			t.Fatalf("%s is read as %s, %v", form, got, err)
		}
	}
}

// FuzzParse: no text makes a parser panic, and parsing, printing and parsing again is stable.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "/", "//", "https://", "//x/projects/", "a", "p/a", "p/l/c", "projects/p/attestors/a", "projects/p/policy", clusterName,
		zonalName, keyVersion, policyName,
		"https://container.googleapis.com/v1/" + clusterName, "projects/\x00/attestors/\xff", "projects/p/attestors/{attestor}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for kind, parse := range parsers {
			name, err := parse(text)
			if err != nil {
				continue
			}
			if again, err := parse(name.String()); err != nil || again != name {
				t.Errorf("%s: %q is read as %s, and that as %s, %v", kind, text, name, again, err)
			}
		}
	})
}
