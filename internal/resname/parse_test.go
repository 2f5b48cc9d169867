package resname_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// parsers read every kind of name to its full form, with "dflt" as the default project.
var parsers = map[string]func(name string) (fmt.Stringer, error){
	"attestor":        func(s string) (fmt.Stringer, error) { return resname.ParseAttestor(s, "dflt") },
	"note":            func(s string) (fmt.Stringer, error) { return resname.ParseNote(s, "dflt") },
	"occurrence":      func(s string) (fmt.Stringer, error) { return resname.ParseOccurrence(s, "dflt") },
	"policy":          func(s string) (fmt.Stringer, error) { return resname.ParsePolicy(s) },
	"platform policy": func(s string) (fmt.Stringer, error) { return resname.ParsePlatformPolicy(s) },
	"gke policy":      func(s string) (fmt.Stringer, error) { return resname.ParseGKEPolicy(s, "dflt") },
	"cluster":         func(s string) (fmt.Stringer, error) { return resname.ParseCluster(s, "dflt") },
	"key":             func(s string) (fmt.Stringer, error) { return resname.ParseKMSKey(s) },
	"key version":     func(s string) (fmt.Stringer, error) { return resname.ParseKMSKeyVersion(s) },
	"project":         func(s string) (fmt.Stringer, error) { p, err := resname.ParseProject(s); return project(p), err },
}

type project string

func (p project) String() string { return string(p) }

const (
	keyName     = "projects/p/locations/global/keyRings/r/cryptoKeys/k"
	keyVersion  = keyName + "/cryptoKeyVersions/1"
	policyName  = "projects/p/platforms/gke/policies/x"
	clusterName = "projects/p/locations/us-central1/clusters/prod"
	zonalName   = "projects/p/locations/us-central1-a/clusters/prod"
)

func TestEveryFormOfANameIsRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, name, want string }{
		{"attestor", "projects/p/attestors/a", "projects/p/attestors/a"},
		{"attestor", "p/a", "projects/p/attestors/a"},
		{"attestor", "a", "projects/dflt/attestors/a"},
		{"attestor", "//binaryauthorization.googleapis.com/projects/p/attestors/a", "projects/p/attestors/a"},
		{"attestor", "https://binaryauthorization.googleapis.com/v1/projects/p/attestors/a", "projects/p/attestors/a"},
		{"attestor", "projects/example.com:p/attestors/a", "projects/example.com:p/attestors/a"},
		{"attestor", "projects/123456789012/attestors/a", "projects/123456789012/attestors/a"},
		{"note", "projects/p/notes/n", "projects/p/notes/n"},
		{"note", "p/n", "projects/p/notes/n"},
		{"note", "n", "projects/dflt/notes/n"},
		{"note", "https://containeranalysis.googleapis.com/v1beta1/projects/p/notes/n", "projects/p/notes/n"},
		{"policy", "projects/p/policy", "projects/p/policy"},
		{"policy", "projects/p", "projects/p/policy"},
		{"policy", "p", "projects/p/policy"},
		{"policy", "//binaryauthorization.googleapis.com/projects/p/policy", "projects/p/policy"},
		{"platform policy", policyName, policyName},
		{"platform policy", "//binaryauthorization.googleapis.com/" + policyName, policyName},
		{"gke policy", policyName, policyName},
		{"gke policy", "p/gke/x", policyName},
		{"gke policy", "p/x", policyName},
		{"gke policy", "gke/x", "projects/dflt/platforms/gke/policies/x"},
		{"gke policy", "x", "projects/dflt/platforms/gke/policies/x"},
		{"cluster", clusterName, clusterName},
		{"cluster", "projects/p/zones/us-central1-a/clusters/prod", zonalName},
		{"cluster", "projects/p/regions/us-central1/clusters/prod", clusterName},
		{"cluster", "p/us-central1/prod", clusterName},
		{"cluster", "us-central1/prod", "projects/dflt/locations/us-central1/clusters/prod"},
		{"cluster", "//container.googleapis.com/" + clusterName, clusterName},
		{"cluster", "https://container.googleapis.com/v1/projects/p/zones/us-central1-a/clusters/prod", zonalName},
		{"cluster", "https://container.googleapis.com/v1beta1/" + clusterName, clusterName},
		{"cluster", "p/us-central1/" + strings.Repeat("c", 40), "projects/p/locations/us-central1/clusters/" + strings.Repeat("c", 40)},
		{"key", keyName, keyName},
		{"key", "//cloudkms.googleapis.com/" + keyName, keyName},
		{"key", "projects/p/locations/global/keyRings/_r/cryptoKeys/-k", "projects/p/locations/global/keyRings/_r/cryptoKeys/-k"},
		{"key version", keyVersion, keyVersion},
		{"key version", "//cloudkms.googleapis.com/v1/" + keyVersion, keyVersion},
		{"project", "p", "p"},
		{"project", "projects/p", "p"},
		{"project", "https://cloudresourcemanager.googleapis.com/v1/projects/p", "p"},
	} {
		t.Run(c.kind+" "+c.name, func(t *testing.T) {
			t.Parallel()
			got, err := parsers[c.kind](c.name)
			if err != nil || got.String() != c.want {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
		})
	}
}

func TestWhatIsNoNameIsRefused(t *testing.T) {
	t.Parallel()
	for kind, names := range map[string][]string{
		"attestor": {
			"", "/", "p/", "/a", "projects/p/attestors/", "projects//attestors/a", "projects/p/attestors/a/", "projects/p/notes/a",
			"projects/p/attestors/a/b", "projects/p/attestors/..", "projects/p/attestors/.", "projects/p/attestors/a b", "a\n", "a?x=1",
			"a#b", "projects/p/attestors/-", "Projects/p/attestors/a", "http://x/projects/p/attestors/a", "projects/p",
			"//binaryauthorization.googleapis.com/a",
		},
		"note":            {"", "projects/p/attestors/n", "projects/p/locations/l/notes/n", "projects/n"},
		"policy":          {"", "projects/p/policies", "p/policy/x", "projects/"},
		"platform policy": {"", "x", "p/x", "projects/p/platforms/gke/policies/", "projects/p/policy", policyName + "/versions/1"},
		"cluster": {
			"", "prod", "projects/p/locations/-/clusters/prod", "projects/p/locations/us/clusters/Prod", "p/us/prod-", "p/us/1prod",
			"p/us/" + strings.Repeat("c", 41), "p/us/c_d", "projects/p/locations/us/clusters/prod/nodePools/n", "projects/us/prod",
		},
		"key": {
			"", "k", keyVersion, keyName + ".1", strings.Replace(keyName, "/r/", "/r:1/", 1),
			strings.Replace(keyName, "keyRings", "keyrings", 1),
		},
		"key version": {
			"", "1", keyName, keyVersion + "/", "https://cloudkms.googleapis.com/v1/" + keyName,
			keyName + "/cryptoKeyVersions/latest", keyName + "/cryptoKeyVersions/0", keyName + "/cryptoKeyVersions/01",
			keyName + "/cryptoKeyVersions/1a",
		},
		"project": {"", "projects/", "projects/p/policy", "a b", "-p", "projects"},
	} {
		for _, name := range names {
			t.Run(kind+" "+name, func(t *testing.T) {
				t.Parallel()
				got, err := parsers[kind](name)
				if err == nil {
					t.Fatalf("read as %q", got)
				}
				if !strings.Contains(err.Error(), fmt.Sprintf("%q", name)) && name != "" {
					t.Errorf("the message does not quote the name: %v", err)
				}
			})
		}
	}
}

func TestAShortNameNeedsADefaultProject(t *testing.T) {
	t.Parallel()
	for name, parse := range map[string]func(project string) (fmt.Stringer, error){
		"attestor": func(p string) (fmt.Stringer, error) { return resname.ParseAttestor("a", p) },
		"note":     func(p string) (fmt.Stringer, error) { return resname.ParseNote("n", p) },
		"cluster":  func(p string) (fmt.Stringer, error) { return resname.ParseCluster("us-central1/c", p) },
	} {
		if _, err := parse(""); err == nil || !strings.Contains(err.Error(), "no default project") {
			t.Errorf("%s without a default project: %v", name, err)
		}
		if _, err := parse("a/b"); err == nil {
			t.Errorf("%s with a default project that is no project: no error", name)
		}
	}
}

func TestPartsOfNames(t *testing.T) {
	t.Parallel()
	cluster := resname.Cluster{Project: "p", Location: "us-central1", ID: "c"}
	version := resname.KMSKeyVersion{KMSKey: resname.KMSKey{Project: "p", Location: "global", KeyRing: "r", ID: "k"}, Version: "1"}
	for _, c := range []struct{ got, want string }{
		{resname.Attestor{Project: "p", ID: "a"}.Parent(), "projects/p"},
		{resname.Note{Project: "p", ID: "n"}.Parent(), "projects/p"},
		{cluster.Parent(), "projects/p/locations/us-central1"},
		{cluster.Operation("operation-1"), "projects/p/locations/us-central1/operations/operation-1"},
		{resname.EverywhereIn("p"), "projects/p/locations/-"},
		{version.Ring(), "projects/p/locations/global/keyRings/r"},
		{version.KeyID(), "//cloudkms.googleapis.com/v1/" + keyVersion},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestProjectsAreNumbersOrIDs(t *testing.T) {
	t.Parallel()
	for project, number := range map[string]bool{
		"": false, "123456789012": true, "p": false, "1p": false, "p1": false,
		"example.com:1": false,
	} {
		if resname.IsProjectNumber(project) != number {
			t.Errorf("%q: number is %t", project, !number)
		}
	}
	a := resname.PlatformPolicy{Project: "p", Platform: "gke", ID: "x"}
	b := resname.PlatformPolicy{Project: "123", Platform: "gke", ID: "x"}
	c := resname.PlatformPolicy{Project: "p", Platform: "gke", ID: "y"}
	d := resname.PlatformPolicy{Project: "p", Platform: "cloudRun", ID: "x"}
	if !a.EqualExceptProject(b) || a.EqualExceptProject(c) || a.EqualExceptProject(d) {
		t.Error("only the project may differ")
	}
}
