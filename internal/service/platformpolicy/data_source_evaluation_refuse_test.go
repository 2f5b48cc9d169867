package platformpolicy_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// refusedQuestions returns invalid questions, each with the expected reason and attribute.
func refusedQuestions() map[string][]string {
	deployment := ofManifest(workloadOf("Deployment", "web", web))
	return map[string][]string{
		"":                            {"set exactly one of image and manifest"},
		ofImage("") + `manifest = ""`: {"set exactly one of image and manifest"},
		ofImage(web) + deployment:     {"set exactly one of image and manifest", "manifest = <<-EOT"},
		ofImage("https://" + web):     {"is not an image", `image = "https://`},
		ofManifest("a: b"):            {"cannot read the manifest: document 1: not a Kubernetes object", "manifest = <<-EOT"},
		ofManifest(workloadOf("Deployment", "web", web) + "\n---\n{apiVersion: v1, kind: Secret}"): {
			"document 2: the kind Secret of v1 is not supported", "manifest = <<-EOT",
		},
		ofImage(web) + `namespace = "No Namespace"`:      {`"No Namespace"`, `namespace = "No Namespace"`},
		ofImage(web) + `service_account = "shop:runner"`: {`"shop:runner" has a namespace`, `service_account = "shop:runner"`},
		ofImage(web) + `service_account = "No Account"`:  {`No Account`, `service_account = "No Account"`},
		deployment + `service_account = "runner"`:        {"a manifest has its own service accounts", `service_account = "runner"`},
		ofImage(web) + `project = "other"`:               {`project is "other", but policy has the name`, `project = "other"`},
	}
}

// TestEvaluationRefusesQuestions: an invalid question is refused at its attribute, before any call.
func TestEvaluationRefusesQuestions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, w.config("", ""))
	cli.Succeeds(t, "apply", "-auto-approve")
	for question, want := range refusedQuestions() {
		cli.Write(t, w.config("", "")+evaluates(question))
		acctest.Says(t, cli.Fails(t, "Error: Cannot read platform policy evaluation", "plan"), want...)
	}
	if n := w.Calls("EvaluateGkePolicy"); n > 0 {
		t.Errorf("the service was asked %d times", n)
	}
}

// TestEvaluationByAPolicyThatDoesNotExist: a missing policy is an error at policy, by its short or
// full name.
func TestEvaluationByAPolicyThatDoesNotExist(t *testing.T) {
	t.Parallel()
	cli := acctest.NewEmulated(t, emulator.Options{}).CLI(t, "")
	for policy, want := range map[string][]string{
		`"absent"`: {"projects/demo/platforms/gke/policies/absent: not found (EvaluateGkePolicy)", "Check the name"},
		`"projects/other/platforms/gke/policies/absent"`: {"projects/other/platforms/gke/policies/absent: not found (EvaluateGkePolicy)"},
		`"projects/demo/attestors/absent"`:               {"a GKE platform policy"},
	} {
		cli.Write(t, "data \"binauthz_platform_policy_evaluation\" \"it\" {\n  policy = "+policy+"\n"+ofImage(web)+"}\n")
		acctest.Says(t, cli.Fails(t, "Error: Cannot read platform policy evaluation", "plan"), append(want, "policy = "+policy)...)
	}
}

// TestEvaluationByTheShortName: a short name means a policy in project, or in the provider's
// project.
func TestEvaluationByTheShortName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	policy := w.config(rest(denies), "")
	for _, project := range []string{"", `project = ""`, `project = "demo"`} {
		w.Run(t, resource.TestStep{
			Config: policy + "data \"binauthz_platform_policy_evaluation\" \"it\" {\n  policy = binauthz_platform_policy.it.name\n" +
				ofImage(web) + project + "\n}\n",
			Check: resource.TestCheckResourceAttr(evaluation, "verdict", nonConformant),
		})
	}
}

const denied = web + ": AlwaysDeny at index 0 with display name \"Nothing\" has verdict NOT_CONFORMANT"

// TestEvaluationAsAPostcondition: the error has the reason. The postcondition fails the apply, or
// the plan if the policy already exists.
func TestEvaluationAsAPostcondition(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, w.config(rest(denies), "")+evaluates(ofImage(web)+insists))
	cli.Fails(t, "Error: Resource postcondition failed", "apply", "-auto-approve")
	acctest.Says(t, cli.Fails(t, "Error: Resource postcondition failed", "plan"), denied)
	cli.Write(t, w.config(rest(""), "")+evaluates(ofImage(web)+insists))
	cli.Succeeds(t, "apply", "-auto-approve")
	acctest.Says(t, cli.Succeeds(t, "plan"), "No changes")
}

// TestEvaluationInTerraformTest: an assertion of `terraform test` can use the verdict.
func TestEvaluationInTerraformTest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, "variable \"image\" { type = string }\n"+w.config("image_allowlist = [\""+webName+"*\"]\n"+rest(denies),
		"")+evaluates("image = var.image\n"))
	run := func(name, image, verdict string) string {
		return "run \"" + name + "\" {\n  variables { image = \"" + image + "\" }\n  assert {\n    condition = " + evaluation +
			".verdict == \"" + verdict +
			"\"\n    error_message = " + evaluation + ".explanation\n  }\n}\n"
	}
	const other = "us-docker.pkg.dev/demo/app/other@" + digest
	cli.WriteFile(t, "it.tftest.hcl", "provider \"binauthz\" {}\n"+run("conforms", web, conformant)+run("does_not", other, nonConformant))
	acctest.Says(t, cli.Succeeds(t, "test"), "2 passed, 0 failed")
	cli.WriteFile(t, "it.tftest.hcl", "provider \"binauthz\" {}\n"+run("conforms", other, conformant))
	acctest.Says(t, cli.Fails(t, "Test assertion failed", "test"), other+": AlwaysDeny at index 0", "0 passed, 1 failed")
}

// TestEvaluationByTag: a nonconformant image by tag causes a warning, because it could conform by
// digest.
func TestEvaluationByTag(t *testing.T) {
	t.Parallel()
	const warned, tagged = "Warning: Images without a digest", webName + ":v1"
	for name, c := range map[string]struct {
		policy, question string
		want             []string
	}{
		"not conformant": {rest(denies), ofImage(tagged), []string{warned, tagged, "binauthz_image", `image = "` + tagged}},
		"of a manifest": {
			rest(denies), ofManifest(workloadOf("Pod", "p", tagged, web, webName)),
			[]string{warned, tagged + " " + webName, "manifest = <<-EOT"},
		},
		"exempted by an allowlist": {"image_allowlist = [\"" + tagged + "\"]\n" + rest(denies), ofImage(tagged), []string{"!" + warned}},
		"by its digest":            {rest(denies), ofImage(web), []string{"!" + warned}},
		"by both":                  {rest(denies), ofImage(tagged + "@" + digest), []string{"!" + warned}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			acctest.Says(t, w.CLI(t, w.config(c.policy, "")+evaluates(c.question)).Succeeds(t, "apply", "-auto-approve"), c.want...)
		})
	}
}
