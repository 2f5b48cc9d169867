package platformpolicy_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// TestEvaluationByAllowlists: a check denies every image, unless an allowlist exempts the image
// first.
func TestEvaluationByAllowlists(t *testing.T) {
	t.Parallel()
	const pattern = webName + "*"
	allow := fmt.Sprintf("image_allowlist = [%q]", pattern)
	of := func(values map[string]knownvalue.Check) map[string]knownvalue.Check {
		return map[string]knownvalue.Check{"results": objects(map[string]knownvalue.Check{"images": objects(values)})}
	}
	inSet := func(values map[string]knownvalue.Check) map[string]knownvalue.Check {
		return of(map[string]knownvalue.Check{"allowlist_pattern": text(""), "check_set": object(values)})
	}
	for name, c := range map[string]struct {
		policy, verdict string
		want            map[string]knownvalue.Check
	}{
		"of the policy": {allow + "\n" + rest(denies), conformant, of(map[string]knownvalue.Check{
			"image": text(web), "verdict": text(conformant), "allowlist_pattern": text(pattern), "check_set": knownvalue.Null(),
		})},
		"of the check set": {
			"check_sets = [{ " + allow + ", display_name = \"Rest\", checks = [" + denies + "] }]", conformant,
			inSet(map[string]knownvalue.Check{
				"index": knownvalue.Int64Exact(0), "display_name": text("Rest"), "allowlist_pattern": text(pattern),
				"scope":  knownvalue.Null(),
				"checks": knownvalue.ListSizeExact(0),
			}),
		},
		"of the check": {rest("{ always_deny = true, " + allow + " }"), conformant, inSet(map[string]knownvalue.Check{
			"allowlist_pattern": text(""),
			"checks": objects(map[string]knownvalue.Check{
				"verdict": text(conformant), "allowlist_pattern": text(pattern), "explanation": text(""),
			}),
		})},
		"of one check of two": {rest("{ always_deny = true, " + allow + " }, " + denies), nonConformant, inSet(map[string]knownvalue.Check{
			"checks": objects(
				map[string]knownvalue.Check{"index": knownvalue.Int64Exact(0), "verdict": text(conformant)},
				map[string]knownvalue.Check{
					"index":             knownvalue.Int64Exact(1),
					"verdict":           text(nonConformant),
					"display_name":      text("Nothing"),
					"allowlist_pattern": text(""),
				}),
		})},
		"no check sets": {
			"", conformant, of(map[string]knownvalue.Check{"explanation": knownvalue.NotNull(), "check_set": knownvalue.Null()}),
		},
		"no checks": {rest(""), conformant, inSet(map[string]knownvalue.Check{"explanation": knownvalue.NotNull()})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			w.Run(t, w.verdict(c.policy, ofImage(web), c.verdict, c.want))
		})
	}
}

// TestEvaluationByScope: the namespace and the service account select the check set.
func TestEvaluationByScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	const policy = `check_sets = [
	  { scope = { kubernetes_service_account = "shop:runner" }, checks = [] },
	  { scope = { kubernetes_namespace = "ops" }, checks = [] },
	  { checks = [` + denies + `] },
	]`
	place := func(index int64, scope knownvalue.Check, namespace, account string) map[string]knownvalue.Check {
		return map[string]knownvalue.Check{"results": objects(map[string]knownvalue.Check{
			"namespace": text(namespace), "service_account": text(account),
			"images": objects(map[string]knownvalue.Check{
				"check_set": object(map[string]knownvalue.Check{"index": knownvalue.Int64Exact(index), "scope": scope}),
			}),
		})}
	}
	ops := object(map[string]knownvalue.Check{"kubernetes_namespace": text("ops"), "kubernetes_service_account": text("")})
	runner := object(map[string]knownvalue.Check{"kubernetes_namespace": text(""), "kubernetes_service_account": text("shop:runner")})
	image, none := ofImage(web), knownvalue.Null()
	w.Run(t,
		w.verdict(policy, image, nonConformant, place(2, none, "default", "default")),
		w.verdict(policy, image+`namespace = ""`+"\n"+`service_account = ""`, nonConformant, place(2, none, "default", "default")),
		w.verdict(policy, image+`namespace = "ops"`, conformant, place(1, ops, "ops", "default")),
		w.verdict(policy, image+"namespace = \"shop\"\nservice_account = \"runner\"", conformant, place(0, runner, "shop", "runner")),
		w.verdict(policy, image+"namespace = \"shop\"\nservice_account = \"other\"", nonConformant, place(2, none, "shop", "other")),
		w.verdict(policy, ofManifest(workloadOf("Pod", "p", web)), nonConformant, place(2, none, "default", "runner")),
		w.verdict(policy, ofManifest(workloadOf("Pod", "p", web))+`namespace = "shop"`, conformant, place(0, runner, "shop", "runner")),
		w.verdict(policy, ofManifest(workloadOf("Deployment", "d", web))+`namespace = "ops"`, conformant,
			place(0, runner, "shop", "runner")),
	)
}

// TestEvaluationOfManifests: each pod template of a manifest has a result, in an object of any kind.
// The results are in the order of the manifest.
func TestEvaluationOfManifests(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	const base = "us-docker.pkg.dev/demo/base/nginx@" + digest
	policy := "image_allowlist = [\"us-docker.pkg.dev/demo/base/**\"]\n" + rest(denies)
	of := func(workload, pod, verdict string, images ...string) map[string]knownvalue.Check {
		all := make([]map[string]knownvalue.Check, len(images))
		for i, image := range images {
			all[i] = map[string]knownvalue.Check{"image": text(image)}
		}
		return map[string]knownvalue.Check{
			"workload": text(workload), "pod_name": text(pod), "verdict": text(verdict), "images": objects(all...),
		}
	}
	manifest := workloadOf("Deployment", "front", base, web) + "\n---\n" + workloadOf("CronJob", "clean", base) +
		"\n---\n{apiVersion: v1, kind: List, items: [" + workloadOf("Pod", "one", base) + ", " + workloadOf("StatefulSet", "db", web) +
		"]}\n"
	denied := func(workload string) string {
		return workload + ", " + web +
			": AlwaysDeny at index 0 with display name \"Nothing\" has verdict NOT_CONFORMANT. The check denies every image"
	}
	w.Run(t,
		w.verdict(policy, ofManifest(manifest), nonConformant, map[string]knownvalue.Check{
			"explanation": text(denied("Deployment front") + "\n" + denied("StatefulSet db")),
			"results": objects(of("Deployment front", "front", nonConformant, base, web), of("CronJob clean", "clean", conformant, base),
				of("Pod one", "one", conformant, base), of("StatefulSet db", "db", nonConformant, web)),
		}),
		w.verdict(policy, inJSON(base, web), nonConformant, map[string]knownvalue.Check{
			"explanation": text(denied("Pod p1")),
			"results":     objects(of("Pod p0", "p0", conformant, base), of("Pod p1", "p1", nonConformant, web)),
		}),
		w.verdict(policy, ofManifest(workloadOf("CronJob", "clean", base)), conformant,
			map[string]knownvalue.Check{"explanation": text("")}),
	)
}

// TestEvaluationOfALongManifest: the workloads of a long manifest are evaluated a few at a time,
// and stay in order.
func TestEvaluationOfALongManifest(t *testing.T) {
	t.Parallel()
	const n = 30
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	manifest, want := "", []map[string]knownvalue.Check{}
	for i := range n {
		name := fmt.Sprintf("pod-%02d", i)
		manifest += "---\n" + workloadOf("Pod", name, web) + "\n"
		want = append(want, map[string]knownvalue.Check{"workload": text("Pod " + name), "pod_name": text(name)})
	}
	dies(t, w.Emulator.Inject(fault.Fault{Method: "EvaluateGkePolicy", Kind: "unavailable", Count: 3}))
	w.Run(t, w.verdict(rest(denies), ofManifest(manifest), nonConformant, map[string]knownvalue.Check{"results": objects(want...)}))
	if calls, struck := w.Calls("EvaluateGkePolicy"), w.Emulator.Struck(); calls%n != 3 || len(struck) == 0 {
		t.Errorf("%d calls, faults %v", calls, struck)
	}
}

// TestEvaluationFaults: a transient fault is retried. A permanent one is reported at its attribute,
// with a remedy.
func TestEvaluationFaults(t *testing.T) {
	t.Parallel()
	const failed = "Error: Cannot read platform policy evaluation"
	for text, want := range map[string][]string{
		"EvaluateGkePolicy=unavailable,count=2":          nil,
		"EvaluateGkePolicy=resource_exhausted,retry=9ms": nil,
		"EvaluateGkePolicy=after:reset":                  nil,
		"EvaluateGkePolicy=permission_denied": {
			failed, "binaryauthorization.platformPolicies.evaluatePolicy", "roles/binaryauthorization.policyEvaluator",
		},
		"EvaluateGkePolicy=service_disabled": {failed, "gcloud services enable binaryauthorization.googleapis.com"},
		"EvaluateGkePolicy=not_found": {
			failed, "not found (EvaluateGkePolicy)", "policy = binauthz_platform_policy.it.id",
		},
		"EvaluateGkePolicy=invalid_argument": {failed, "Pod two", "manifest = <<-EOT"},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			w := faulty(t, text)
			two := workloadOf("Pod", "two", web)
			cli := w.CLI(t, w.config(rest(""), "")+evaluates(ofManifest(two+"\n---\n"+two)))
			if want == nil {
				cli.Succeeds(t, "apply", "-auto-approve")
				return
			}
			acctest.Says(t, cli.Fails(t, failed, "apply", "-auto-approve"), want...)
		})
	}
}

// TestEvaluationAfterAChangeOfThePolicy: the verdict is by the policy after the apply. If the plan
// changes the policy, the read is deferred to the apply.
func TestEvaluationAfterAChangeOfThePolicy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	later := w.verdict(rest(denies), ofImage(web), nonConformant, nil)
	later.ConfigPlanChecks = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
		plancheck.ExpectResourceAction(evaluation, plancheck.ResourceActionRead),
	}}
	w.Run(t, w.verdict(rest(""), ofImage(web), conformant, nil), later)
}

// TestEvaluationOfWhatIsNotKnownYet: an unknown image is evaluated in the apply.
func TestEvaluationOfWhatIsNotKnownYet(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	made := fmt.Sprintf("resource \"terraform_data\" \"built\" {\n  input = %q\n}\n", web)
	step := w.verdict(rest(denies), "image = terraform_data.built.output\n", nonConformant, nil)
	step.Config += made
	w.Run(t, w.verdict(rest(denies), ofImage(web), nonConformant, nil), step)
}
