package attestation_test

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// requiring returns the action with require; more holds further attributes and blocks.
func requiring(require, more string) string {
	return signing(map[string]string{"project": "\"demo\"\n    require = " + require + "\n    " + more})
}

// untouched fails the test if the action signed or wrote something.
func (p *pipeline) untouched(t *testing.T) {
	t.Helper()
	inspected{&keeper{Ground: p.Ground}}.untouched(t)
}

func (p *pipeline) scanned(t *testing.T, s scan) {
	t.Helper()
	fine(t, p.Emulator.Analysis().Scan(p.Project, signedImage, s))
}

func TestSignActionWaitsForTheScan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limit string
		code  int
		words []string
	}{
		"that passes": {"HIGH", 0, []string{"(triggered by CLI): Signing with "}},
		"that fails": {
			"LOW",
			1,
			[]string{
				"Error: Cannot sign attestation", "vulnerability = {", openssl + " (HIGH): openssl, fixed in 3.0-2",
				"Nothing was signed or written.",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPipeline(t, emulator.Options{})
			p.scanned(t, scan{Status: "PENDING"})
			cli := p.applied(t, requiring(limited(c.limit, "HIGH"), ""))
			done := inspected{&keeper{Ground: p.Ground}}.onceWaiting(func() { p.scanned(t, scan{Findings: findings}) })
			said := p.run(t, cli, c.code, "apply", "-auto-approve", invoke)
			<-done
			acctest.Says(t, said, append(c.words,
				"(triggered by CLI): Waiting for the vulnerability scan of "+signedImage+": the vulnerability scan in project demo is "+
					"PENDING.")...)
			if c.code != 0 {
				p.untouched(t)
			} else if n := len(p.attestations(t)); n != 1 {
				t.Errorf("%d attestations", n)
			}
		})
	}
}

func TestSignActionRefusesAnImageThatDoesNotPass(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		require, more string
		plan          int
		words         []string
	}{
		"in the plan":   {limited("LOW", "LOW"), "", 1, []string{openssl}},
		"wrong builder": {ruled(byCloudBuild), "", 1, []string{"rules[0]", "https://ci.example.com/worker"}},
		"no provenance": {
			ruled(byCloudBuild + "\nattestation_source = { container_analysis_attestation_projects = [\"projects/builds\"] }"), "", 0,
			[]string{"there is no provenance"},
		},
		"no scan in time": {
			limited("LOW", "LOW", `container_analysis_vulnerability_projects = ["projects/scans"]`),
			"timeouts {\n      invoke = \"500ms\"\n    }", 0,
			[]string{"timed out", "no vulnerability scan in scans"},
		},
		"nothing required": {"{}", "", 1, []string{"Nothing is required"}},
		"no builder":       {ruled(fromAcme), "", 1, []string{`attribute "trusted_builder" is required`}},
		"a null":           {limited("HIGH", "HIGH", "allowed_cves = [null]"), "", 1, []string{"Null element"}},
		"a constraint": {
			ruled(byCloudBuild + `, custom_constraints = "true"`), "", 1, []string{"Custom constraints are not supported here"},
		},
		"no time": {limited("HIGH", "HIGH"), "timeouts {\n      invoke = \"0s\"\n    }", 1, []string{"Invalid time limit"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPipeline(t, emulator.Options{})
			p.scanned(t, scan{Findings: findings})
			fine(t, p.Emulator.Analysis().Build(p.Project, signedImage, build{Builder: "https://ci.example.com/worker"}))
			cli := p.applied(t, "")
			cli.Write(t, p.base()+requiring(c.require, c.more))
			if said := p.run(t, cli, c.plan, "plan", invoke); c.plan != 0 {
				acctest.Says(t, said, c.words...)
			}
			acctest.Says(t, p.run(t, cli, 1, "apply", "-auto-approve", invoke), c.words...)
			p.untouched(t)
		})
	}
}

// TestThePlanOfTheSignActionDuringAnOutage: the plan gives up after three calls, with a warning.
func TestThePlanOfTheSignActionDuringAnOutage(t *testing.T) {
	t.Parallel()
	p := newPipeline(t, emulator.Options{})
	cli := p.applied(t, requiring(limited("HIGH", "HIGH"), ""))
	fine(t, p.Emulator.Inject(fault.Fault{Method: "ListOccurrences", Kind: "unavailable", Count: 12}))
	before := p.Calls("ListOccurrences")
	acctest.Says(t, p.run(t, cli, 0, "plan", invoke), "Warning: Not checked until apply", "temporarily unavailable")
	if n := p.Calls("ListOccurrences") - before; n != 3 {
		t.Errorf("%d calls, want 3", n)
	}
}

// TestSignActionBeforeARelease: an image is released only after it passes.
func TestSignActionBeforeARelease(t *testing.T) {
	t.Parallel()
	p := newPipeline(t, emulator.Options{})
	cli := p.applied(t, "")
	cli.Write(t, p.base()+requiring(ruled(byCloudBuild), "")+triggered("before_create"))
	acctest.Says(t, p.run(t, cli, 1, "apply", "-auto-approve"), "there is no provenance")
	acctest.Says(t, p.run(t, cli, 0, "state", "list"), "!terraform_data.release")
	fine(t, p.Emulator.Analysis().Build(p.Project, signedImage, build{Source: "https://github.com/acme/web"}))
	p.run(t, cli, 0, "apply", "-auto-approve")
	if n := len(p.attestations(t)); n != 1 {
		t.Errorf("%d attestations", n)
	}
}
