package attestation_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

const list = "binauthz_attestations"

// expected is one attestation in the list.
type expected struct {
	name, note, image, keyID string
	attestors                []string
	reason                   string
}

func (e expected) check() knownvalue.Check {
	attestors := make([]knownvalue.Check, len(e.attestors))
	for i, name := range e.attestors {
		attestors[i] = knownvalue.StringExact(name)
	}
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"name": knownvalue.StringExact(e.name), "note": knownvalue.StringExact(e.note), "image": knownvalue.StringExact(e.image),
		"resource_uri":   knownvalue.StringExact("https://" + e.image),
		"public_key_ids": knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact(e.keyID)}),
		"verified":       knownvalue.Bool(len(e.attestors) > 0), "attestors": knownvalue.ListExact(attestors),
		"reason":      knownvalue.StringRegexp(regexp.MustCompile("^" + e.reason + "$")),
		"create_time": knownvalue.StringRegexp(regexp.MustCompile(`^\d{4}-\d\d-\d\dT[\d:.]+Z$`)),
	})
}

func lists(id string, of ...expected) []statecheck.StateCheck {
	checks := make([]knownvalue.Check, len(of))
	for i, e := range of {
		checks[i] = e.check()
	}
	return []statecheck.StateCheck{shows(list, "id", knownvalue.StringExact(id)), shows(list, "attestations", knownvalue.ListExact(checks))}
}

func TestAttestationsOfAnImageAnAttestorANote(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	id := k.version.KeyID()
	k.adds(t, "built", id)
	k.adds(t, "tested", id)
	k.reads(t, "auditor", "built", id)
	k.reads(t, "keyless", "built")
	k.reads(t, "renamed", "built", "https://keys.example/1")
	built, tested := k.note("built").String(), k.note("tested").String()
	web := expected{
		k.attests(t, k.Project, "built", webImage, webImage, id), built, webImage, id,
		[]string{k.attestor("auditor").String(), k.attestor("built").String()},
		"",
	}
	other := expected{
		k.attests(t, "elsewhere", "built", otherImage, otherImage, id), built, otherImage, id,
		[]string{k.attestor("auditor").String(), k.attestor("built").String()},
		"",
	}
	moved := strings.Replace(webImage, "app/web", "mirror/web", 1)
	mirrored := expected{
		k.attests(t, k.Project, "tested", moved, moved, id), tested, moved, id, []string{k.attestor("tested").String()}, "",
	}
	only := func(e expected, attestor string) expected {
		e.attestors = []string{k.attestor(attestor).String()}
		return e
	}
	refused := func(e expected, reason string) expected {
		e.attestors, e.reason = nil, reason
		return e
	}
	_, digest, _ := strings.Cut(webImage, "@")
	step := func(checks []statecheck.StateCheck, attributes ...string) resource.TestStep {
		return resource.TestStep{Config: data(list, attributes...), ConfigStateChecks: checks}
	}
	k.Run(
		t,
		step(lists(k.attestor("built").String(), only(web, "built"), only(other, "built")), `attestor = "built"`),
		step(lists(k.attestor("built").String()+"@"+digest, only(web, "built")), `attestor = "projects/demo/attestors/built"`,
			`image = "`+webImage+`"`),
		step(lists(k.attestor("keyless").String()+"@"+digest,
			refused(web, `projects/demo/attestors/keyless: the attestor has no public keys.*`)), `attestor = "keyless"`,
			`image = "`+webImage+`"`),
		step(lists(k.attestor("renamed").String()+"@"+digest,
			refused(web, `.*no public key with the id .*It has: "https://keys.example/1".*`)), `attestor = "renamed"`,
			`image = "`+webImage+`"`),
		step(lists(built, web, other), `note = "built"`),
		step(lists(built+"@"+digest, web), `note = "`+built+`"`, `image = "`+webImage+`"`),
		step(lists("projects/demo@"+digest, web, mirrored), `image = "`+webImage+`"`),
		step(lists("projects/elsewhere@"+strings.Split(otherImage, "@")[1],
			refused(other, `no attestor of project elsewhere reads projects/demo/notes/built`)), `image = "`+otherImage+`"`,
			`project = "elsewhere"`),
		step(lists("projects/demo@sha256:"+strings.Repeat("3", 64)),
			`image = "us-docker.pkg.dev/acme/app/web@sha256:`+strings.Repeat("3", 64)+`"`),
	)
}

func TestAnAttestationOfSomethingElseIsNotVerified(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	id := k.version.KeyID()
	k.adds(t, "built", id)
	name := k.attests(t, k.Project, "built", webImage, otherImage, id)
	k.Run(t, resource.TestStep{
		Config: data(list, `attestor = "built"`),
		ConfigStateChecks: lists(k.attestor("built").String(), expected{
			name, k.note("built").String(), webImage, id, nil,
			`projects/demo/attestors/built: the signed payload is about sha256:222\w+, not about sha256:111\w+`,
		}),
	})
}

func TestAttestationsAreUsedInPostconditions(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "built", k.version.KeyID())
	wants := data(list, `attestor = "built"`, `image = "`+webImage+`"`,
		"lifecycle {\n    postcondition {\n      condition     = anytrue(self.attestations[*].verified)\n      error_message = \"not "+
			"attested\"\n    }\n  }")
	k.Run(
		t,
		resource.TestStep{Config: wants, ExpectError: regexp.MustCompile("not attested")},
		resource.TestStep{Config: wants, PreConfig: func() { k.attests(t, k.Project, "built", webImage, webImage, k.version.KeyID()) }},
	)
}

func TestAttestationsRefuse(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "built", k.version.KeyID())
	image := `image = "` + webImage + `"`
	k.Run(
		t,
		refuses(list, `At least one`),
		refuses(list, `cannot be specified when "attestor" is specified|cannot be specified when`, `attestor = "built"`, `note = "built"`),
		refuses(list, `has no digest(.|\n)*binauthz_image`, `image = "us-docker.pkg.dev/acme/app/web:v1"`),
		refuses(list, `has no https://`, `image = "https://`+webImage+`"`),
		refuses(list, `not found \(GetAttestor\)`, `attestor = "none"`, image),
		refuses(list, `not found \(ListNoteOccurrences\)`, `note = "none"`, image),
		refuses(list, `an attestor`, `attestor = "projects/demo/notes/built"`),
		refuses(list, `a note`, `note = "projects/demo/attestors/built"`),
		refuses(list, `project is "elsewhere", but attestor has project "demo"`, `attestor = "projects/demo/attestors/built"`,
			`project = "elsewhere"`),
	)
	k.fails(t, "ListOccurrences=permission_denied,count=forever")
	k.fails(t, "ListNoteOccurrences=permission_denied,count=forever")
	k.Run(
		t,
		refuses(list, `containeranalysis\.occurrences\.list is missing(.|\n)*roles/containeranalysis\.occurrences\.viewer`, image),
		refuses(list, `containeranalysis\.notes\.listOccurrences`, `note = "built"`),
	)
}

func TestAttestationsOutlastFaults(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "built", k.version.KeyID())
	k.attests(t, k.Project, "built", webImage, webImage, k.version.KeyID())
	for _, method := range []string{"ListOccurrences", "ListNoteOccurrences", "ListAttestors", "GetAttestor"} {
		k.fails(t, method+"=unavailable")
		k.fails(t, method+"=resource_exhausted")
		k.fails(t, method+"=reset")
	}
	one := []statecheck.StateCheck{shows(list, "attestations", knownvalue.ListSizeExact(1))}
	k.Run(
		t,
		resource.TestStep{Config: data(list, `image = "`+webImage+`"`), ConfigStateChecks: one},
		resource.TestStep{Config: data(list, `attestor = "built"`), ConfigStateChecks: one},
	)
	for method, n := range map[string]int{"ListOccurrences": 4, "ListNoteOccurrences": 4, "ListAttestors": 4, "GetAttestor": 4} {
		if got := k.Calls(method); got < n {
			t.Errorf("%s was called %d times: not all faults struck", method, got)
		}
	}
}
