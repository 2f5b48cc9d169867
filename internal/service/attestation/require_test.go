package attestation_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

const (
	openssl = "CVE-2026-1"
	zlib    = "CVE-2026-2"
)

// findings are one vulnerability with a fix and one without.
var findings = []finding{
	{CVE: openssl, Severity: "HIGH", Package: "openssl", Version: "3.0-1", FixedVersion: "3.0-2"},
	{CVE: zlib, Severity: "MEDIUM", Package: "zlib", Version: "1.3"},
}

// TestRequire: the scan and the provenance decide, already in the plan. If the image does not pass,
// nothing is signed or written.
func TestRequire(t *testing.T) {
	t.Parallel()
	done := scan{Findings: findings}
	for name, c := range map[string]struct {
		scan    *scan
		build   *build
		require string
		words   []string // nil: it passes
	}{
		"passes":    {&done, nil, limited("HIGH", "MEDIUM"), nil},
		"fixable":   {&done, nil, limited("MEDIUM", "MEDIUM"), []string{openssl + " (HIGH): openssl, fixed in 3.0-2", "!" + zlib}},
		"unfixable": {&done, nil, limited("HIGH", "LOW"), []string{zlib + " (MEDIUM): zlib, no fix", "!" + openssl}},
		"both": {
			&done, nil, limited("BLOCK_ALL", "BLOCK_ALL"),
			[]string{openssl, zlib, "2 vulnerabilities", "add accepted vulnerabilities to allowed_cves"},
		},
		"blocked": {
			&done, nil, limited("ALLOW_ALL", "ALLOW_ALL", `blocked_cves = ["CVE-2026-2"]`), []string{zlib, "!" + openssl},
		},
		"allowed":          {&done, nil, limited("MEDIUM", "MEDIUM", `allowed_cves = ["CVE-2026-1"]`), nil},
		"allowed, blocked": {&done, nil, limited("HIGH", "MEDIUM", `allowed_cves = ["CVE-2026-1"]`, `blocked_cves = ["CVE-2026-1"]`), nil},
		"no findings":      {&scan{}, nil, limited("BLOCK_ALL", "BLOCK_ALL"), nil},
		"failed scan": {
			&scan{Status: "FINISHED_FAILED", Error: "no layers"}, nil, limited("ALLOW_ALL", "ALLOW_ALL"),
			[]string{"FINISHED_FAILED: no layers", "push the image again"},
		},
		"unsupported": {
			&scan{Status: "FINISHED_UNSUPPORTED"}, nil, limited("ALLOW_ALL", "ALLOW_ALL"), []string{"FINISHED_UNSUPPORTED"},
		},
		"old scan": {
			&scan{ContinuousAnalysis: "INACTIVE"},
			nil,
			limited("ALLOW_ALL", "ALLOW_ALL"),
			[]string{
				"Google does not document this case, so the strictest result counts",
				"INACTIVE", "push the image again", "!list in allowed_cves",
			},
		},
		"two severities": {
			&scan{Findings: []finding{{CVE: openssl, Severity: "HIGH", EffectiveSeverity: "LOW"}}}, nil, limited("LOW", "LOW"),
			[]string{"which of a vulnerability's two severities counts", "change the limits", "!list in allowed_cves"},
		},
		"built":       {nil, &build{Source: acmeSource}, ruled(byCloudBuild, byCloudBuild+"\n"+fromAcme), nil},
		"built, v0.1": {nil, &build{Source: acmeSource, Format: "v0.1"}, ruled(byCloudBuild + "\n" + fromAcme), nil},
		"by another": {
			nil, &build{Builder: "https://ci.example.com/worker"}, ruled(byCloudBuild),
			[]string{"rules[0]", "https://ci.example.com/worker"},
		},
		"from elsewhere": {
			nil, &build{Source: "https://github.com/other/web"}, ruled(byCloudBuild + "\n" + fromAcme), []string{"github.com/other/web"},
		},
		"from a file": {
			nil, &build{Source: acmeSource, ConfigBased: true},
			ruled(byCloudBuild + "\n" + fromAcme + "\nconfig_based_build_required = true"), nil,
		},
		"not from a file": {
			nil, &build{Source: acmeSource}, ruled(byCloudBuild + "\nconfig_based_build_required = true"),
			[]string{"rules[0]", "configuration"},
		},
		"one of two rules": {
			nil, &build{Source: acmeSource}, ruled(byCloudBuild+"\nconfig_based_build_required = true", byCloudBuild+"\n"+fromAcme), nil,
		},
		"both checks": {
			&done, &build{Builder: "https://ci.example.com/worker"}, and(limited("LOW", "LOW"), ruled(byCloudBuild)),
			[]string{openssl, "https://ci.example.com/worker"},
		},
		"none of two rules": {
			nil, &build{Source: "https://github.com/other/web"},
			ruled(byCloudBuild+"\nconfig_based_build_required = true", byCloudBuild+"\n"+fromAcme),
			[]string{"rules[0]", "rules[1]"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newInspected(t)
			if c.scan != nil {
				i.scanned(t, *c.scan)
			}
			if c.build != nil {
				i.built(t, *c.build)
			}
			cli := i.CLI(t, i.requiring(c.require))
			if c.words == nil {
				i.applies(t, cli, 0)
				runs(t, i.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
				expectMade(t, i.keeper, 1)
				return
			}
			acctest.Says(t, runs(t, i.Fresh(t, cli), 1, "plan"),
				append(c.words, "Error: Image does not pass", "The apply would sign nothing.")...)
			i.untouched(t)
		})
	}
}

// TestRequireIsCheckedByTheApply: the apply waits for the scan and refuses the image, although the
// plan succeeded.
func TestRequireIsCheckedByTheApply(t *testing.T) {
	t.Parallel()
	i := newInspected(t)
	i.scanned(t, scan{Status: "PENDING"})
	cli := i.CLI(t, i.requiring(limited("LOW", "LOW")))
	acctest.Says(t, runs(t, i.Fresh(t, cli), 0, "plan"), "!Warning", "!PENDING")
	done := i.onceWaiting(func() { i.scanned(t, scan{Findings: findings}) })
	acctest.Says(t, i.applies(t, cli, 1), "Error: Cannot create attestation", "attestation of "+webImage, "vulnerability = {", openssl,
		zlib, "Nothing was signed or written.")
	<-done
	i.untouched(t)
	if n := i.Calls("ListNoteOccurrences"); n > 0 {
		t.Errorf("%d looks for an attestation to adopt", n)
	}
}

// TestRequireWaitsForTheScan: the apply waits for a running scan, and for one not yet started.
func TestRequireWaitsForTheScan(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"", "PENDING", "SCANNING"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			i := newInspected(t)
			if status != "" {
				i.scanned(t, scan{Status: status})
			}
			cli := i.CLI(t, i.requiring(limited("HIGH", "HIGH")))
			done := i.onceWaiting(func() { i.scanned(t, scan{Findings: findings}) })
			i.applies(t, cli, 0)
			<-done
			expectMade(t, i.keeper, 1)
		})
	}
}

// TestRequireDoesNotWaitForEver: the wait has a time limit. If the provenance fails, the apply does
// not wait for a scan.
func TestRequireDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	const short = "timeouts {\n    create = \"500ms\"\n  }"
	for name, c := range map[string]struct {
		status, require, more string
		at                    string
		words                 []string
	}{
		"pending": {
			"PENDING", limited("HIGH", "HIGH"), short, "vulnerability",
			[]string{"timed out", "the vulnerability scan in project acme is PENDING", "a longer limit in timeouts"},
		},
		"scanning": {
			"SCANNING", limited("HIGH", "HIGH"), short, "vulnerability",
			[]string{"timed out", "the vulnerability scan in project acme is SCANNING"},
		},
		"no scan": {
			"",
			limited("HIGH", "HIGH"),
			short,
			"vulnerability",
			[]string{
				"timed out", "no vulnerability scan in acme", "gcloud services enable containerscanning.googleapis.com --project=acme",
			},
		},
		"project given": {
			"", limited("HIGH", "HIGH", `container_analysis_vulnerability_projects = ["projects/scans"]`), short, "vulnerability",
			[]string{"no vulnerability scan in scans"},
		},
		"no provenance": {
			"SCANNING", and(limited("HIGH", "HIGH"), ruled(byCloudBuild)), "", "slsa",
			[]string{"No provenance of the image", "rules[0]: there is no provenance", "!SCANNING"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newInspected(t)
			if c.status != "" {
				i.scanned(t, scan{Status: c.status})
			}
			cli := i.CLI(t, i.requiring(c.require, c.more))
			runs(t, i.Fresh(t, cli), 0, "plan")
			acctest.Says(t, i.applies(t, cli, 1), append(c.words, "Error: Cannot create attestation", c.at+" = {")...)
			i.untouched(t)
		})
	}
}

// TestTwoScansOfWhichOneGoesOn: the apply waits until both scans have finished.
func TestTwoScansOfWhichOneGoesOn(t *testing.T) {
	t.Parallel()
	i := newInspected(t)
	fine(t, i.Emulator.Analysis().Scan("one", webImage, scan{}))
	fine(t, i.Emulator.Analysis().Scan("two", webImage, scan{Status: "SCANNING"}))
	cli := i.CLI(t, i.requiring(limited("HIGH", "HIGH", `container_analysis_vulnerability_projects = ["projects/one", "projects/two"]`)))
	done := i.onceWaiting(func() {
		fine(t, i.Emulator.Analysis().Scan("two", webImage, scan{Findings: []finding{{CVE: openssl, Severity: "CRITICAL"}}}))
	})
	acctest.Says(t, i.applies(t, cli, 1), openssl)
	<-done
	i.untouched(t)
}

// TestAnInterruptedWait: an interrupted apply ends at once, and leaves nothing behind.
func TestAnInterruptedWait(t *testing.T) {
	t.Parallel()
	i := newInspected(t)
	i.scanned(t, scan{Status: "SCANNING"})
	cli := i.CLI(t, i.requiring(limited("HIGH", "HIGH")))
	out, took := i.InterruptAfter(t, manyLooks, cli, "ListOccurrences", "apply", "-auto-approve")
	if acctest.Says(t, out, "nterrupted"); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	i.untouched(t)
	if out := runs(t, i.Fresh(t, cli), 0, "state", "list"); out != "" {
		t.Errorf("the state has %s", out)
	}
}

// TestRequireWithoutPermission: the plan warns and the apply fails. Both name the missing role.
func TestRequireWithoutPermission(t *testing.T) {
	t.Parallel()
	for name, require := range map[string]string{"vulnerability": limited("HIGH", "HIGH"), "slsa": ruled(byCloudBuild)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newInspected(t)
			cli := i.CLI(t, i.requiring(require))
			fine(t, i.Emulator.Inject(fault.Fault{Method: "ListOccurrences", Kind: "permission_denied", Count: fault.Forever}))
			acctest.Says(t, runs(t, i.Fresh(t, cli), 0, "plan"), "Warning: Not checked until apply",
				"roles/containeranalysis.occurrences.viewer")
			acctest.Says(t, i.applies(t, cli, 1), "Error: Cannot create attestation",
				"The permission containeranalysis.occurrences.list is missing",
				"roles/containeranalysis.occurrences.viewer", "add-iam-policy-binding acme")
			i.untouched(t)
		})
	}
}

// TestRequireDuringAnOutage: the plan gives up after three calls per check, and leaves the check to
// the apply. The apply retries until its time limit, and signs nothing.
func TestRequireDuringAnOutage(t *testing.T) {
	t.Parallel()
	i := newInspected(t)
	cli := i.CLI(t, i.requiring(and(limited("HIGH", "HIGH"), ruled(byCloudBuild)), "timeouts {\n    create = \"500ms\"\n  }"))
	const outage = 12
	fine(t, i.Emulator.Inject(fault.Fault{Method: "ListOccurrences", Kind: "unavailable", Count: outage}))
	acctest.Says(t, runs(t, i.Fresh(t, cli), 0, "plan"), "Warning: Not checked until apply", "temporarily unavailable")
	if n := i.Calls("ListOccurrences"); n != 6 {
		t.Fatalf("%d calls, want 3 for each of 2 checks", n)
	}
	fine(t, i.Emulator.Inject(fault.Fault{Method: "ListOccurrences", Kind: "unavailable", Count: fault.Forever}))
	acctest.Says(t, i.applies(t, cli, 1), "Error: Cannot create attestation", "vulnerability = {", "timed out")
	i.untouched(t)
}

// TestRequireGovernsAnAdoption: an existing attestation is adopted only if the image passes.
func TestRequireGovernsAnAdoption(t *testing.T) {
	t.Parallel()
	i := newInspected(t)
	i.scanned(t, scan{Findings: findings})
	name := i.attests(t, i.Project, "ci", webImage, webImage, i.version.KeyID())
	i.Emulator.ResetCalls()
	cli := i.CLI(t, i.requiring(limited("LOW", "LOW")))
	acctest.Says(t, i.applies(t, cli, 1), openssl)
	cli.Write(t, i.requiring(limited("HIGH", "HIGH")))
	i.applies(t, cli, 0)
	acctest.Says(t, runs(t, i.Fresh(t, cli), 0, "state", "show", it), name)
	i.untouched(t)
}

// TestAnotherRequire: a changed require is an in-place update with a new check. If the image does
// not pass, the attestation stays, and the state keeps the previous require.
func TestAnotherRequire(t *testing.T) {
	t.Parallel()
	i := newInspected(t)
	i.scanned(t, scan{Findings: findings})
	loose, strict := i.requiring(limited("HIGH", "HIGH")), i.requiring(limited("LOW", "LOW"))
	cli := i.CLI(t, loose)
	i.applies(t, cli, 0)
	cli.Write(t, strict)
	acctest.Says(t, runs(t, i.Fresh(t, cli), 1, "plan"), "Error: Image does not pass", openssl, "The existing attestation stays unchanged")
	i.scanned(t, scan{Status: "SCANNING"})
	acctest.Says(t, runs(t, i.Fresh(t, cli), 0, "plan"), "0 to add, 1 to change, 0 to destroy")
	done := i.onceWaiting(func() { i.scanned(t, scan{Findings: findings}) })
	acctest.Says(t, i.applies(t, cli, 1), "Error: Cannot update attestation", openssl,
		"The existing attestation stays unchanged, and the state keeps the previous require.")
	<-done
	cli.Write(t, loose)
	runs(t, i.Fresh(t, cli), 0, "plan", "-detailed-exitcode")

	cli.Write(t, i.requiring(limited("CRITICAL", "HIGH")))
	acctest.Says(t, i.applies(t, cli, 0), "0 added, 1 changed, 0 destroyed")
	i.scanned(t, scan{Findings: []finding{{CVE: zlib, Severity: "CRITICAL"}}})
	i.Emulator.ResetCalls()
	runs(t, i.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
	cli.Write(t, attested("ci", webImage, by(i.version)))
	acctest.Says(t, i.applies(t, cli, 0), "0 added, 1 changed, 0 destroyed")
	if n := i.Calls("ListOccurrences"); n > 0 {
		t.Errorf("%d looks although nothing is to be checked", n)
	}
	i.untouched(t)
	if all := there(t, i.Ground, "ci"); len(all) != 1 {
		t.Errorf("there are %v", all)
	}
}

// TestOtherLimits: a change of timeouts updates only the state, and does not read the scan.
func TestOtherLimits(t *testing.T) {
	t.Parallel()
	i := newInspected(t)
	i.scanned(t, scan{})
	cli := i.CLI(t, i.requiring(limited("HIGH", "HIGH")))
	i.applies(t, cli, 0)
	i.Emulator.ResetCalls()
	cli.Write(t, i.requiring(limited("HIGH", "HIGH"), "timeouts {\n    create = \"1h\"\n  }"))
	acctest.Says(t, i.applies(t, cli, 0), "0 added, 1 changed, 0 destroyed")
	runs(t, i.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
	if n := i.Calls("ListOccurrences"); n > 0 {
		t.Errorf("%d looks at the scan", n)
	}
	cli.Write(t, i.requiring(limited("HIGH", "HIGH"), "timeouts {\n    create = \"0s\"\n  }"))
	acctest.Says(t, runs(t, i.Fresh(t, cli), 1, "plan"), "Invalid time limit")
}

// TestAnImportedAttestation: an import has no require. Adding one is an update with a check.
func TestAnImportedAttestation(t *testing.T) {
	t.Parallel()
	i := newInspected(t)
	i.scanned(t, scan{Findings: findings})
	name := i.attests(t, i.Project, "ci", webImage, webImage, i.version.KeyID())
	block := fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", it, name)
	cli := i.CLI(t, block+i.requiring(limited("LOW", "LOW")))
	acctest.Says(t, runs(t, i.Fresh(t, cli), 1, "plan"), openssl)
	cli.Write(t, block+i.requiring(limited("HIGH", "HIGH")))
	i.Emulator.ResetCalls()
	acctest.Says(t, i.applies(t, cli, 0), "1 imported, 0 added, 1 changed, 0 destroyed")
	runs(t, i.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
	i.untouched(t)
}

// TestRequireThatIsNotKnown: an unknown require is checked by the apply.
func TestRequireThatIsNotKnown(t *testing.T) {
	t.Parallel()
	i := newInspected(t)
	i.scanned(t, scan{Findings: findings})
	later := "resource \"terraform_data\" \"later\" {\n  input = %q\n}\n"
	config := strings.Replace(i.requiring(limited("LIMIT", "HIGH")), `"LIMIT"`, "terraform_data.later.output", 1)
	cli := i.CLI(t, fmt.Sprintf(later, "LOW")+config)
	runs(t, i.Fresh(t, cli), 0, "plan")
	acctest.Says(t, i.applies(t, cli, 1), openssl)
	i.untouched(t)
	cli.Write(t, fmt.Sprintf(later, "HIGH")+config)
	i.applies(t, cli, 0)
	runs(t, i.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
}

// TestRequiresThatCannotBe: an invalid require is refused without a call.
func TestRequiresThatCannotBe(t *testing.T) {
	t.Parallel()
	for require, words := range map[string][]string{
		"{}":                      {"Error: Nothing is required", "Set vulnerability or slsa"},
		limited("SEVERE", "HIGH"): {"maximum_fixable_severity", "SEVERE"},
		limited("HIGH", "HIGH", `allowed_cves = ["projects/goog-vulnz/notes/CVE-1"]`):   {"Invalid vulnerability", "want it bare"},
		limited("HIGH", "HIGH", `container_analysis_vulnerability_projects = ["acme"]`): {"Invalid project", "projects/PROJECT_ID"},
		"{ slsa = { rules = [] } }":     {"slsa.rules", "at least 1"},
		"{ slsa = {} }":                 {`attribute "rules" is required`},
		ruled(`trusted_builder = "me"`): {"trusted_builder"},
		ruled(fromAcme):                 {`attribute "trusted_builder" is required`},
		ruled(""):                       {`attribute "trusted_builder" is required`},
		ruled(`trusted_builder = ""`):   {"trusted_builder", "GOOGLE_CLOUD_BUILD"},
		ruled(`trusted_builder = null`): {"trusted_builder", "required"},
		"{ slsa = { rules = [null] } }": {"Error: Null element", "Element 1 is null"},
		ruled(byCloudBuild +
			`, trusted_source_repo_patterns = [null]`): {"Error: Null element"},
		ruled(byCloudBuild +
			`, attestation_source = { container_analysis_attestation_projects = ["projects/acme", null] }`): {"Error: Null element"},
		limited("HIGH", "HIGH",
			`allowed_cves = ["CVE-2026-1", null]`): {"Error: Null element", "Remove it"},
		limited("HIGH", "HIGH",
			`blocked_cves = [null]`): {"Error: Null element"},
		limited("HIGH", "HIGH",
			`container_analysis_vulnerability_projects = [null]`): {"Error: Null element"},
		ruled(byCloudBuild + `, custom_constraints = "a == b"`): {
			"Error: Custom constraints are not supported here", "the provider does not evaluate CEL expressions",
			"binauthz_platform_policy",
		},
	} {
		t.Run(strings.Join(strings.Fields(require), " "), func(t *testing.T) {
			t.Parallel()
			i := newInspected(t)
			acctest.Says(t, runs(t, i.CLI(t, i.requiring(require)), 1, "validate"), words...)
			i.untouched(t)
		})
	}
}
