package platformpolicy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/artifactregistry"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/containeranalysis"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// image returns an image in Artifact Registry by its name. Each name has its own digest.
func image(name string) string {
	return fmt.Sprintf("us-docker.pkg.dev/demo/prod/%s@sha256:%064x", name, []byte(name))
}

// scanned completes a scan of an image with these findings.
func (w *world) scanned(name string, findings ...containeranalysis.Finding) {
	w.t.Helper()
	if err := w.Emulator.Analysis().Scan(w.Project, image(name), containeranalysis.Scan{Findings: findings}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) uploaded(name string, ago time.Duration) {
	w.t.Helper()
	if err := w.Emulator.Artifacts().Put(artifactregistry.Image{URI: image(name), UploadTime: time.Now().Add(-ago)}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) inject(f fault.Fault) {
	w.t.Helper()
	if err := w.Emulator.Inject(f); err != nil {
		w.t.Fatal(err)
	}
}

// writes returns the number of policy writes.
func (w *world) writes() int {
	return w.Calls("CreatePlatformPolicy") + w.Calls("ReplacePlatformPolicy")
}

var highCVE = containeranalysis.Finding{CVE: "CVE-2026-1111", Severity: "HIGH", Package: "zlib", FixAvailable: true}

const scans = `{ display_name = "Scans", vulnerability_check = { maximum_fixable_severity = "LOW", maximum_unfixable_severity = "HIGH",
  container_analysis_vulnerability_projects = ["projects/demo"] } }`

const fresh = `{ display_name = "Fresh", image_freshness_check = { max_upload_age_days = 30 } }`

// must returns must_conform for these images.
func must(names ...string) string {
	var all []string
	for _, name := range names {
		all = append(all, fmt.Sprintf("{ image = %q }", image(name)))
	}
	return "must_conform = [" + strings.Join(all, ", ") + "]"
}

func emulatedWorld(t *testing.T) *world {
	t.Helper()
	return newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
}

// quiet fails on a warning.
func quiet(t *testing.T, out string) {
	t.Helper()
	if strings.Contains(out, "Warning") {
		t.Errorf("said was %s", out)
	}
}

func TestMustConform(t *testing.T) {
	t.Parallel()
	w := emulatedWorld(t)
	w.scanned("web")
	w.uploaded("web", 24*time.Hour)
	cli := w.CLI(t, w.config(rest(scans+", "+fresh), must("web")))
	quiet(t, cli.Succeeds(t, "apply", "-auto-approve"))
	quiet(t, cli.Succeeds(t, "plan", "-detailed-exitcode"))
	// The plan refuses a nonconformant image and names each failed check. Nothing is written.
	w.scanned("bad", highCVE)
	w.uploaded("bad", 40*24*time.Hour)
	written := w.writes()
	cli.Write(t, w.config(rest(scans+", "+fresh), must("web", "bad")))
	out := flat(cli.Fails(t, "Image does not conform", "apply", "-auto-approve"))
	acctest.Says(t, out, "Error: Image does not conform",
		`VulnerabilityCheck at check_sets[0].checks[0] ("Scans"): NON_CONFORMANT. Image has a vulnerability`, "CVE-2026-1111",
		`ImageFreshnessCheck at check_sets[0].checks[1] ("Fresh"): NON_CONFORMANT. Image was uploaded more than 30 days ago`, image("bad"))
	if strings.Contains(out, image("web")+":") {
		t.Errorf("%s conforms, and said was %s", image("web"), out)
	}
	// An empty or missing list checks nothing.
	for _, list := range []string{"must_conform = []", ""} {
		w.Emulator.ResetCalls()
		cli.Write(t, w.config(rest(scans+", "+fresh), list))
		quiet(t, cli.Succeeds(t, "apply", "-auto-approve"))
		if n := w.Calls("ListOccurrences"); n > 0 {
			t.Errorf("%d lists were read for nothing", n)
		}
	}
	if n := w.writes(); n != 0 || written != 1 {
		t.Errorf("%d and then %d policies were written", written, n)
	}
}

// TestMustConformOfWhatIsNotProven: without proof, a certain failure at the service is an error,
// and a possible one is a warning.
func TestMustConformOfWhatIsNotProven(t *testing.T) {
	t.Parallel()
	constrained := `{ slsa_check = { rules = [{ trusted_builder = "GOOGLE_CLOUD_BUILD", custom_constraints = "true",
	  attestation_source = { container_analysis_attestation_projects = ["projects/demo"] } }] } }`
	for name, c := range map[string]struct {
		checks string
		before func(*world)
		fails  bool
		says   []string
	}{
		"no scan": {
			scans,
			func(*world) {},
			true,
			[]string{
				"ERROR. No valid scan of the image was found", "Enable containerscanning.googleapis.com", "!violated by",
				"!Fix the findings",
			},
		},
		"denied": {scans, func(w *world) {
			w.inject(fault.Fault{Method: "ListOccurrences", Kind: "permission_denied", Count: fault.Forever})
		}, false, []string{
			"Conformance is not certain", "must_conform[0]", "VulnerabilityCheck at check_sets[0].checks[0]",
			"containeranalysis.occurrences.list",
			"roles/containeranalysis.occurrences.viewer", "binauthz_platform_policy_evaluation",
		}},
		"upload denied": {fresh, func(w *world) {
			w.inject(fault.Fault{Method: "GetDockerImage", Kind: "permission_denied", Count: fault.Forever})
		}, false, []string{
			"Conformance is not certain", "artifactregistry.dockerimages.get", "gcloud artifacts repositories add-iam-policy-binding prod",
		}},
		"unavailable": {fresh, func(w *world) {
			w.uploaded("web", time.Hour)
			w.inject(fault.Fault{Method: "GetDockerImage", Kind: "unavailable", Count: 3})
		}, false, []string{"Conformance is not certain", "temporarily unavailable"}},
		"one is wrong, one is open": {fresh + ", " + scans, func(w *world) {
			w.scanned("web", highCVE)
			w.inject(fault.Fault{Method: "GetDockerImage", Kind: "permission_denied", Count: fault.Forever})
		}, true, []string{"violated by", "CVE-2026-1111", "Fix the findings", "!Enable containerscanning.googleapis.com"}},
		"one is wrong, one is not scanned": {"{ always_deny = true }, " + scans, func(*world) {}, true, []string{
			"violated by", "AlwaysDeny", "Fix the findings", "without a valid scan", "Enable containerscanning.googleapis.com",
		}},
		"custom constraints": {constrained, func(w *world) {
			if err := w.Emulator.Analysis().Build(w.Project, image("web"),
				containeranalysis.Build{Source: "https://github.com/a/b"}); err != nil {
				w.t.Fatal(err)
			}
		}, false, []string{"Conformance is not certain", "SlsaCheck", "custom constraints are not documented"}},
		"no provenance": {constrained, func(*world) {}, true, []string{"SlsaCheck", "there is no provenance"}},
		"always":        {"{ always_deny = true }", func(*world) {}, true, []string{"AlwaysDeny", "denies every image"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := emulatedWorld(t)
			c.before(w)
			cli := w.CLI(t, w.config(rest(c.checks), must("web")))
			if c.fails {
				acctest.Says(t, flat(cli.Fails(t, "Image does not conform", "apply", "-auto-approve")), c.says...)
			} else {
				acctest.Says(t, flat(cli.Succeeds(t, "plan")), c.says...)
				cli.Succeeds(t, "apply", "-auto-approve")
			}
			if n := w.writes(); n > 0 == c.fails {
				t.Errorf("%d policies were written", n)
			}
		})
	}
}

// TestMustConformInItsPlace: the namespace and the service account select the check set. Those of
// the element are for an image, and for pods of a manifest without their own.
func TestMustConformInItsPlace(t *testing.T) {
	t.Parallel()
	deny := `{ always_deny = true }`
	sets := fmt.Sprintf(`check_sets = [
	  { scope = { kubernetes_service_account = "payments:web" }, checks = [] },
	  { scope = { kubernetes_namespace = "payments" }, checks = [%s] },
	  { scope = { kubernetes_namespace = "default" }, checks = [] },
	  { image_allowlist = ["us-docker.pkg.dev/demo/prod/exempt"], checks = [%s] }]`, deny, deny)
	manifest := func(namespace, account string, images ...string) string {
		text := "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a, namespace: " + namespace +
			" }\nspec:\n  template:\n    spec:\n      serviceAccountName: " +
			account + "\n      containers:\n"
		for i, image := range images {
			text += fmt.Sprintf("      - { name: c%d, image: %q }\n", i, image)
		}
		return fmt.Sprintf("manifest = %q", text)
	}
	web := fmt.Sprintf("image = %q", image("web"))
	for element, want := range map[string]string{
		web:                              "",
		web + `, namespace = "other"`:    "check_sets[3].checks[0]",
		web + `, namespace = "payments"`: "check_sets[1].checks[0]",
		web + `, namespace = "payments", service_account = "web"`:                 "",
		fmt.Sprintf(`image = %q, namespace = "x"`, image("exempt")):               "",
		manifest("payments", "web", image("web")):                                 "",
		manifest("payments", "other", image("web")):                               "check_sets[1].checks[0]",
		manifest("payments", "web", image("web")) + `, namespace = "x"`:           "",
		manifest("payments", "other", image("web")) + `, service_account = "web"`: "check_sets[1].checks[0]",
		strings.Replace(manifest("payments", "web", image("web")), ", namespace: payments", "", 1) +
			`, namespace = "x"`: "check_sets[3].checks[0]",
		strings.Replace(manifest("payments", "other", image("web")), ", namespace: payments", "", 1) +
			`, namespace = "payments"`: "check_sets[1].checks[0]",
		strings.Replace(manifest("payments", "web", image("web")), "serviceAccountName: web", "hostNetwork: false", 1) +
			`, service_account = "web"`: "",
		manifest("x", "web", image("exempt"), image("second")):         image("second") + ": AlwaysDeny",
		inJSON(image("exempt"), image("second")) + `, namespace = "x"`: image("second") + ": AlwaysDeny",
	} {
		t.Run(element, func(t *testing.T) {
			t.Parallel()
			w := emulatedWorld(t)
			cli := w.CLI(t, w.config(sets, "must_conform = [{ "+element+" }]"))
			if want == "" {
				quiet(t, cli.Succeeds(t, "plan"))
				return
			}
			acctest.Says(t, flat(cli.Fails(t, "Image does not conform", "plan")), want)
		})
	}
}

func TestMustConformRefusesWhatIsNoWorkload(t *testing.T) {
	t.Parallel()
	w := emulatedWorld(t)
	for element, want := range map[string]string{
		`namespace = "a"`: "exactly one of image and manifest",
		fmt.Sprintf(`image = %q, manifest = "a"`, image("a")):            "exactly one of image and manifest",
		`manifest = "kind: Odd"`:                                         "cannot read the manifest",
		`image = "https://gcr.io/p/a"`:                                   "no https://",
		fmt.Sprintf(`image = %q, service_account = "ns:sa"`, image("a")): "the service account alone",
		fmt.Sprintf(`image = %q, namespace = "Not one"`, image("a")):     "Invalid namespace",
	} {
		cli := w.CLI(t, w.config(rest(fresh), "must_conform = [{ "+element+" }]"))
		acctest.Says(t, flat(cli.Fails(t, "", "validate")), want)
	}
	// A value known only in the apply is refused by the apply, before it writes.
	late := w.CLI(t, `resource "terraform_data" "late" { input = "" }`+"\n"+w.config(rest(fresh),
		"must_conform = [{ image = terraform_data.late.output }]"))
	acctest.Says(t, flat(late.Fails(t, "Invalid workload", "apply", "-auto-approve")), "exactly one of image and manifest")
	if n := w.writes(); n > 0 {
		t.Errorf("%d policies were written", n)
	}
}

// TestMustConformLooksAgain: the apply reads the evidence again, so a change since the plan counts.
func TestMustConformLooksAgain(t *testing.T) {
	t.Parallel()
	w := emulatedWorld(t)
	w.scanned("web")
	body := func(more string) string { return w.config(rest(scans), more+"\n"+must("web")) }
	found := acctest.Meanwhile(func() { w.scanned("web", highCVE) })
	mended := acctest.Meanwhile(func() { w.scanned("web") })
	refused := acctest.Words("Image does not conform")
	w.Run(t,
		resource.TestStep{
			Config:           body(""),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{found}},
			ExpectError:      refused,
		},
		resource.TestStep{PreConfig: mended, Config: body(""), ConfigPlanChecks: does(plancheck.ResourceActionCreate)},
		resource.TestStep{
			Config:           body(`description = "new"`),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{found}},
			ExpectError:      refused,
		},
	)
	if n := w.writes(); n != 1 {
		t.Errorf("%d policies were written", n)
	}
}

// TestMustConformStands: without a planned change, a finding is a warning, because no apply would
// fix it. A policy with drift is evaluated as the apply will restore it.
func TestMustConformStands(t *testing.T) {
	t.Parallel()
	w := emulatedWorld(t)
	w.scanned("web")
	cli := w.CLI(t, w.config(rest(scans), must("web")))
	cli.Succeeds(t, "apply", "-auto-approve")
	w.change(func(p *gcp.PlatformPolicy) {
		p.GkePolicy.CheckSets[0].Checks[0].VulnerabilityCheck.MaximumFixableSeverity = "BLOCK_ALL"
	})
	quiet(t, cli.Succeeds(t, "plan"))
	quiet(t, cli.Succeeds(t, "apply", "-auto-approve"))
	w.scanned("web", highCVE)
	acctest.Says(t, flat(cli.Succeeds(t, "plan", "-detailed-exitcode")),
		"Image does not conform ("+w.name.String()+", must_conform[0])", "CVE-2026-1111", "This plan does not change the policy")
	cli.Write(t, w.config(rest(scans), must("web")+"\ndeletion_policy = \"ABANDON\""))
	acctest.Says(t, flat(cli.Succeeds(t, "apply", "-auto-approve")), "This plan does not change the policy", "1 changed")
	cli.Write(t, w.config(rest(scans), must("web", "web")))
	cli.Fails(t, "Image does not conform", "apply", "-auto-approve")
	cli.Write(t, w.config(rest(scans), must("web")+"\ndescription = \"new\""))
	cli.Fails(t, "Image does not conform", "apply", "-auto-approve")
}

// TestMustConformOfUnknownValues: an unknown value is checked by the apply. A failure regardless of
// the value is an error of the plan.
func TestMustConformOfUnknownValues(t *testing.T) {
	t.Parallel()
	const later = `terraform_data.late.output`
	key := `{ simple_signing_attestation_check = { container_analysis_attestation_projects = ["projects/demo"],
	  attestation_authenticators = [{ pkix_public_key_set = { pkix_public_keys = [%s] } }] } }`
	const open, wrong, proven = "open", "wrong", ""
	for name, c := range map[string]struct{ policy, must, input, plan, unknown string }{
		"image":    {rest(scans), "{ image = " + later + " }", image("web"), open, "must_conform[0]: its value is not known"},
		"manifest": {rest(scans), "{ manifest = " + later + " }", "kind: Odd", open, "must_conform[0]: its value is not known"},
		"key": {
			rest(scans + ", " + fmt.Sprintf(key, "{ kms_key_version = "+later+" }")), "", "%key%", open,
			"gke_policy.check_sets[0].checks[1]",
		},
		"beside a finding": {
			rest(scans + ", " + fmt.Sprintf(key, "{ kms_key_version = "+later+" }")), "bad", "%key%", wrong,
			"check_sets[0].checks[0] (\"Scans\")",
		},
		"before a finding": {
			rest(fmt.Sprintf(key, "{ kms_key_version = "+later+" }") + ", " + scans), "bad", "%key%", wrong,
			"check_sets[0].checks[1] (\"Scans\")",
		},
		"allowlist": {
			"image_allowlist = [" + later + "]\n" + rest("{ always_deny = true }"), "", "us-docker.pkg.dev/demo/prod/*", open,
			"gke_policy.image_allowlist",
		},
		"another set": {
			`check_sets = [{ scope = { kubernetes_namespace = "a" }, image_allowlist = [` + later +
				`], checks = [{ always_deny = true }] }, { checks = [` + scans + `] }]`,
			"", "gcr.io/p/*", proven, "",
		},
		"set's allowlist": {
			`check_sets = [{ image_allowlist = [` + later + `], checks = [{ always_deny = true }] }]`, "", "us-docker.pkg.dev/demo/prod/*",
			open, "check_sets[0].image_allowlist",
		},
		"scope": {
			`check_sets = [{ scope = { kubernetes_namespace = ` + later + ` }, checks = [] }, { checks = [{ always_deny = true }] }]`, "",
			"default", open, "gke_policy.check_sets[0]",
		},
		"exempt": {
			"image_allowlist = [\"us-docker.pkg.dev/demo/**\"]\n" + rest(fmt.Sprintf(key, "{ kms_key_version = "+later+" }")), "", "%key%",
			proven, "",
		},
		"check's limit": {
			rest(`{ trusted_directory_check = { trusted_dir_patterns = [` + later + `] } }`), "", "us-docker.pkg.dev/demo/prod", open,
			"gke_policy.check_sets[0].checks[0]",
		},
		"it comes to be wrong": {
			rest(`{ trusted_directory_check = { trusted_dir_patterns = [` + later + `] } }`), "", "gcr.io/p", open + wrong,
			"gke_policy.check_sets[0].checks[0]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := emulatedWorld(t)
			w.scanned("web")
			w.scanned("bad", highCVE)
			list := c.must
			switch list {
			case "":
				list = fmt.Sprintf("{ image = %q }", image("web"))
			case "bad":
				list = fmt.Sprintf("{ image = %q }", image("bad"))
			}
			input := strings.ReplaceAll(c.input, "%key%", w.KMSKeyVersion(t))
			cli := w.CLI(t, fmt.Sprintf("resource \"terraform_data\" \"late\" {\n input = %q\n}\n", input)+w.config(c.policy,
				"must_conform = ["+list+"]"))
			switch c.plan {
			case proven:
				quiet(t, cli.Succeeds(t, "plan"))
			case wrong:
				acctest.Says(t, flat(cli.Fails(t, "Image does not conform", "plan")), "CVE-2026-1111", c.unknown)
			default:
				acctest.Says(t, flat(cli.Succeeds(t, "plan")), "Not checked until apply", c.unknown)
			}
			if c.plan == open+wrong {
				acctest.Says(t, flat(cli.Fails(t, "Image does not conform", "apply", "-auto-approve")), "not in a trusted directory")
				if n := w.writes(); n > 0 {
					t.Errorf("%d policies were written", n)
				}
			}
		})
	}
}

// TestMustConformReadsEvidenceOnce: each list is read once per image, for any number of checks.
func TestMustConformReadsEvidenceOnce(t *testing.T) {
	t.Parallel()
	w := emulatedWorld(t)
	for _, name := range []string{"a", "b"} {
		w.scanned(name)
		w.uploaded(name, time.Hour)
	}
	many := strings.Repeat(scans+", "+fresh+", ", 5)
	var sets []string
	for i := range 49 {
		sets = append(sets, fmt.Sprintf("{ scope = { kubernetes_namespace = \"n%d\" }, checks = [%s] }", i, many))
	}
	policy := "check_sets = [" + strings.Join(sets, ", ") + ", { checks = [" + many + "] }]"
	inOne := fmt.Sprintf("{ image = %q, namespace = \"n7\" }", image("a"))
	cli := w.CLI(t, w.config(policy, strings.TrimSuffix(must("a", "b", "a"), "]")+", "+inOne+"]"))
	quiet(t, cli.Succeeds(t, "plan"))
	if lists, gets := w.Calls("ListOccurrences"), w.Calls("GetDockerImage"); lists != 4 || gets != 2 {
		t.Errorf("%d lists of occurrences and %d images were read, want 2 kinds of 2 images, and 2 images", lists, gets)
	}
}

// TestMustConformAndImport: an import leaves must_conform null.
func TestMustConformAndImport(t *testing.T) {
	t.Parallel()
	w := emulatedWorld(t)
	w.scanned("web")
	body := w.config(rest(scans), must("web"))
	w.Run(t,
		resource.TestStep{Config: body, ConfigPlanChecks: does(plancheck.ResourceActionCreate)},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateKind: resource.ImportCommandWithID, ImportStateVerify: true,
			ImportStateVerifyIgnore: []string{"must_conform.#", "must_conform.0"},
		},
	)
}
