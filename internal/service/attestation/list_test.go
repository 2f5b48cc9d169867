package attestation_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// archive is two projects with attestations of three attestors. Two attestors read the same note.
type archive struct {
	*keeper
	// Descriptions of the attestations, by their full names.
	what map[string]string
}

func newArchive(t *testing.T) *archive {
	t.Helper()
	acctest.NeedsQueries(t)
	k := newKeeper(t)
	ofCI, ofQA := k.version.KeyID(), "https://qa.example.com/1"
	k.adds(t, "ci", ofCI)
	k.reads(t, "qa", "ci", ofQA)
	k.adds(t, "other", ofCI)
	third := strings.ReplaceAll(webImage, "/web", "/third")
	return &archive{k, map[string]string{
		k.attests(t, k.Project, "ci", webImage, webImage, ofCI):                 "by ci",
		k.attests(t, k.Project, "ci", otherImage, otherImage, ofQA):             "by qa",
		k.attestsTwice(t, "ci", third, ofCI, ofQA):                              "by ci and qa",
		k.attests(t, k.Project, "ci", third, third, "https://gone.example.com"): "by nobody",
		k.attests(t, k.Project, "other", webImage, webImage, ofCI):              "by other",
		k.attests(t, "demo-shared", "ci", webImage, webImage, ofCI):             "elsewhere",
	}}
}

func listed(config, more string) string {
	return "list \"binauthz_attestation\" \"all\" {\n  provider = binauthz\n  " + more + "\n  config {\n    " + config + "\n  }\n}\n"
}

// whose returns the attestors in the result of a query, by the descriptions of the attestations.
func (a *archive) whose(t *testing.T, found []acctest.Found) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, f := range found {
		attestor, _ := f.Resource["attestor"].(string)
		name := "projects/" + f.Identity["project"] + "/occurrences/" + f.Identity["name"]
		all[a.what[name]] = strings.TrimPrefix(attestor, "projects/demo/attestors/")
	}
	return all
}

func TestAttestationsAreFoundByAttestorAndNote(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	cli := a.CLI(t, "")
	for config, want := range map[string]map[string]string{
		"":                                      {"by ci": "ci", "by qa": "qa", "by ci and qa": "", "by nobody": "", "by other": "other"},
		`note = "ci"`:                           {"by ci": "ci", "by qa": "qa", "by ci and qa": "", "by nobody": ""},
		`note = "projects/demo/notes/other"`:    {"by other": "other"},
		`note = "projects/demo-shared/notes/c"`: {},
		`attestor = "ci"`:                       {"by ci": "ci", "by ci and qa": "ci"},
		`attestor = "projects/demo/attestors/qa"`:                                  {"by qa": "qa", "by ci and qa": "qa"},
		`project = "demo-shared"`:                                                  {"elsewhere": "ci"},
		"project = \"demo-shared\"\n    attestor = \"projects/demo/attestors/qa\"": {},
	} {
		found, said := cli.Query(t, listed(config, "include_resource = true"))
		if got := a.whose(t, found); !maps.Equal(got, want) {
			t.Errorf("%q: found %v", config, got)
		}
		unknown := 0
		for _, attestor := range want {
			if attestor == "" {
				unknown++
			}
		}
		summary := fmt.Sprintf("Attestor not known (%d attestations)", unknown)
		if len(said) != min(unknown, 1) || len(said) > 0 && said[0].Summary != summary {
			t.Errorf("%q: said %v", config, said)
		}
		for _, d := range said {
			for name, what := range a.what {
				if attestor, shown := want[what]; strings.Contains(d.Detail, name) != (shown && attestor == "") {
					t.Errorf("%q: %s is not named rightly in %s", config, what, d.Detail)
				}
			}
		}
	}
	if n := a.Calls("GetOccurrence"); n > 0 {
		t.Errorf("%d attestations were read by name", n)
	}
}

// TestWhoseAnAttestationIsIsNotAskedForInVain: a query lists attestors only to show them, and once
// per project.
func TestWhoseAnAttestationIsIsNotAskedForInVain(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	cli := a.CLI(t, "")
	for more, want := range map[string]int{"": 0, "include_resource = true": 1} {
		before := a.Calls("ListAttestors")
		found, _ := cli.Query(t, listed("", more))
		if isWeb := func(f acctest.Found) bool { return f.DisplayName == webImage }; len(found) != 5 || !slices.ContainsFunc(found, isWeb) {
			t.Errorf("%q: found %v", more, found)
		}
		if n := a.Calls("ListAttestors") - before; n != want {
			t.Errorf("%q: %d lists of attestors", more, n)
		}
	}
}

func TestAttestorsThatMayNotBeListedAreMissed(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	if err := a.Emulator.Inject(fault.Fault{Method: "ListAttestors", Kind: "permission_denied", Count: fault.Forever}); err != nil {
		t.Fatal(err)
	}
	found, said := a.CLI(t, "").Query(t, listed("", "include_resource = true"))
	if len(found) != 5 || len(said) != 1 {
		t.Fatalf("found %d and said %v", len(found), said)
	}
	if d := said[0]; d.Severity != "warning" || !strings.Contains(d.Detail, "binaryauthorization.attestors.list is missing") {
		t.Errorf("said %v", d)
	}
}

func TestAnAttestorThatIsNotThereIsAnError(t *testing.T) {
	t.Parallel()
	cli := newArchive(t).CLI(t, "")
	for config, want := range map[string]string{
		`attestor = "none"`:                    "projects/demo/attestors/none",
		`attestor = "projects/demo/notes/ci"`:  "is not the name of an attestor",
		`note = "projects/demo/attestors/ci"`:  "is not the name of a note",
		"attestor = \"ci\"\n    note = \"ci\"": "cannot be specified when",
	} {
		found, said := cli.Query(t, listed(config, ""))
		if len(found) > 0 || len(said) != 1 || said[0].Severity != "error" || !strings.Contains(said[0].Detail, want) {
			t.Errorf("%q: found %v and said %v", config, found, said)
		}
	}
}

// TestAConfigurationForOneOfTwoAttestors: an attestation can be imported for one attestor, even if
// another also verifies it. The apply then records the attestor in the state.
func TestAConfigurationForOneOfTwoAttestors(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	cli := a.CLI(t, "")
	cli.WriteFile(t, "all.tfquery.hcl", listed(`attestor = "ci"`, ""))
	runs(t, cli, 0, "query", "-generate-config-out=found.tf")
	expectWords(t, runs(t, a.Fresh(t, cli), 0, "apply", "-auto-approve"), "2 imported, 0 added, 1 changed, 0 destroyed")
	runs(t, a.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
	if made, deleted := a.Calls("CreateOccurrence"), a.Calls("DeleteOccurrence"); made != len(a.what) || deleted > 0 {
		t.Errorf("%d were made, %d deleted", made, deleted)
	}
}
