package platformpolicy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

const (
	invoke       = "-invoke=action.binauthz_evaluate.it"
	notEvaluated = "Error: Cannot evaluate"
)

// step returns the action with a question.
func step(question string) string {
	return "action \"binauthz_evaluate\" \"it\" {\n  config {\n    policy = binauthz_platform_policy.it.id\n" + question + "\n  }\n}\n"
}

// released returns a resource to trigger the action.
func released(events string) string {
	return "resource \"terraform_data\" \"release\" {\n  input = \"v1\"\n  lifecycle {\n    action_trigger {\n      events  = [" + events +
		"]\n      actions = [action.binauthz_evaluate.it]\n    }\n  }\n}\n"
}

// applied applies a policy with the action beside it, and resets the count of calls.
func (w *world) applied(t *testing.T, policy, question string) *acctest.CLI {
	t.Helper()
	cli := w.CLI(t, w.config(policy, "")+step(question))
	cli.Succeeds(t, "apply", "-auto-approve")
	w.Emulator.ResetCalls()
	return cli
}

func actionWorld(t *testing.T) *world {
	t.Helper()
	acctest.NeedsActions(t)
	return newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
}

// TestEvaluateActionIsInvokedByName: the action reports its progress, and fails with a line for
// each nonconformant image.
func TestEvaluateActionIsInvokedByName(t *testing.T) {
	t.Parallel()
	w := actionWorld(t)
	const base = "us-docker.pkg.dev/demo/base/nginx@" + digest
	policy := "image_allowlist = [\"us-docker.pkg.dev/demo/base/**\"]\n" + rest(denies)
	workloads := func(images ...string) string {
		return ofManifest(workloadOf("Deployment", "front", images...) + "\n---\n" + workloadOf("CronJob", "clean", images[len(images)-1]))
	}
	cli := w.applied(t, policy, workloads(base))
	acctest.Says(t, cli.Succeeds(t, "apply", "-auto-approve", invoke),
		"(triggered by CLI): Asking Binary Authorization to evaluate 2 pod templates by "+w.name.String()+".",
		"(triggered by CLI): Deployment front: CONFORMANT.", "(triggered by CLI): CronJob clean: CONFORMANT.", "Actions: 1 invoked")

	cli.Write(t, w.config(policy, "")+step(workloads(base, web)))
	acctest.Says(t, cli.Fails(t, "Error: Not conformant to the platform policy", "apply", "-auto-approve", invoke),
		"(triggered by CLI): Deployment front: NON_CONFORMANT.", "Deployment front, "+denied, "CronJob clean, "+denied,
		"The policy is "+w.name.String(), "manifest = <<-EOT")
	if n := w.Calls("EvaluateGkePolicy"); n != 4 {
		t.Errorf("%d calls", n)
	}
}

// TestEvaluateActionIsTriggered: if an image does not conform, the triggering resource is not
// changed.
func TestEvaluateActionIsTriggered(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ question, more string }{
		"an image":   {ofImage(web), ""},
		"a manifest": {ofManifest(workloadOf("DaemonSet", "agent", web)), ""},
		"an image known later": {
			"image = terraform_data.built.output\n", "resource \"terraform_data\" \"built\" {\n  input = \"" + web + "\"\n}\n",
		},
		"a namespace known later": {
			ofImage(web) + "namespace = terraform_data.built.output\n", "resource \"terraform_data\" \"built\" {\n  input = \"shop\"\n}\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := actionWorld(t)
			config := func(policy string) string {
				return w.config(policy, "") + c.more + step(c.question) + released("before_create, before_update")
			}
			cli := w.CLI(t, config(rest(denies)))
			acctest.Says(t, cli.Fails(t, "Error: Not conformant to the platform policy", "apply", "-auto-approve"), denied)
			acctest.Says(t, cli.Succeeds(t, "state", "list"), address, "!terraform_data.release")
			cli.Write(t, config(rest("")))
			cli.Succeeds(t, "apply", "-auto-approve")
			acctest.Says(t, cli.Succeeds(t, "state", "list"), "terraform_data.release")
		})
	}
}

// TestEvaluateActionRefusesInThePlan: the plan refuses an invalid question without a call.
func TestEvaluateActionRefusesInThePlan(t *testing.T) {
	t.Parallel()
	w := actionWorld(t)
	cli := w.applied(t, "", ofImage(web))
	for question, want := range refusedQuestions() {
		cli.Write(t, w.config("", "")+step(question))
		acctest.Says(t, cli.Fails(t, notEvaluated, "plan", invoke), want...)
	}
	cli.Write(t, w.config("", "")+strings.Replace(step(ofImage(web)), "binauthz_platform_policy.it.id", `"projects/demo/attestors/a"`, 1))
	acctest.Says(t, cli.Fails(t, notEvaluated, "plan", invoke), "a GKE platform policy", `policy = "projects/demo/attestors/a"`)
	if n := w.Calls("EvaluateGkePolicy"); n > 0 {
		t.Errorf("the service was asked %d times", n)
	}
}

// TestEvaluateActionWithVariables: Terraform validates the configuration only with unknown
// variables. The plan refuses their values without a call.
func TestEvaluateActionWithVariables(t *testing.T) {
	t.Parallel()
	w := actionWorld(t)
	variables := ""
	for _, name := range []string{"image", "manifest", "namespace", "service_account", "project"} {
		variables += "variable \"" + name + "\" {\n  type    = string\n  default = null\n}\n"
	}
	question := "image = var.image\nmanifest = var.manifest\nnamespace = var.namespace\nservice_account = var.service_account\n" +
		"project = var.project\n"
	policy := "variable \"policy\" {\n  type    = string\n  default = null\n}\n"
	cli := w.CLI(t, w.config("", "")+variables+policy+strings.Replace(step(question), "binauthz_platform_policy.it.id", "var.policy", 1))
	cli.Succeeds(t, "apply", "-auto-approve")
	w.Emulator.ResetCalls()
	with := func(vars ...string) []string {
		args := []string{"apply", "-auto-approve", invoke}
		for _, v := range vars {
			args = append(args, "-var="+v)
		}
		return args
	}
	of, by := "image="+web, "policy="+w.name.ID
	for _, c := range []struct {
		want string
		args []string
	}{
		{"set exactly one of image and manifest", with(by)},
		{"set exactly one of image and manifest", with(by, of, "manifest={}")},
		{"is not an image", with(by, "image=https://"+web)},
		{"document 1: not a Kubernetes object", with(by, "manifest={}")},
		{`"A_B"`, with(by, of, "namespace=A_B")},
		{`"a:b" has a namespace`, with(by, of, "service_account=a:b")},
		{`"A_B" is not the id of a project`, with(by, of, "project=A_B")},
		{`"123" is not the id of a project`, with(by, of, "project=123")},
		{"a GKE platform policy", with(of)},
		{"a GKE platform policy", with(of, "policy=")},
		{"a GKE platform policy", with(of, "policy=a/b/c")},
	} {
		acctest.Says(t, cli.Fails(t, notEvaluated, c.args...), c.want)
	}
	if n := w.Calls("EvaluateGkePolicy"); n > 0 {
		t.Errorf("the service was asked %d times", n)
	}
	cli.Succeeds(t, with(by, of)...)
}

// TestEvaluateActionChecksAgain: values known only at the invocation are refused there, without a
// call.
func TestEvaluateActionChecksAgain(t *testing.T) {
	t.Parallel()
	const made = "resource \"terraform_data\" \"made\" {\n  input = %q\n}\n"
	for attribute, c := range map[string][2]string{
		"manifest":        {"{}", "set exactly one of image and manifest"},
		"namespace":       {"A_B", `"A_B"`},
		"service_account": {"a:b", `"a:b" has a namespace`},
		"project":         {"A_B", `"A_B" is not the id of a project`},
	} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			w := actionWorld(t)
			cli := w.CLI(t, w.config("", "")+fmt.Sprintf(made, c[0])+released("before_create")+
				step(ofImage(web)+attribute+" = terraform_data.made.output\n"))
			acctest.Says(t, cli.Fails(t, notEvaluated, "apply", "-auto-approve"), c[1])
			acctest.Says(t, cli.Succeeds(t, "state", "list"), "terraform_data.made", "!terraform_data.release")
			if n := w.Calls("EvaluateGkePolicy"); n > 0 {
				t.Errorf("the service was asked %d times", n)
			}
		})
	}
}

func TestEvaluateActionFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault fault.Fault
		want  []string
	}{
		"unavailable": {fault.Fault{Kind: "unavailable", Count: 2}, nil},
		"a quota":     {fault.Fault{Kind: "resource_exhausted"}, nil},
		"without permission": {
			fault.Fault{Kind: "permission_denied"},
			[]string{"binaryauthorization.platformPolicies.evaluatePolicy", "roles/binaryauthorization.policyEvaluator"},
		},
		"a missing policy": {
			fault.Fault{Kind: "not_found"}, []string{"not found (EvaluateGkePolicy)", "policy = binauthz_platform_policy.it.id"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := actionWorld(t)
			cli := w.applied(t, rest(""), ofImage(web))
			c.fault.Method = "EvaluateGkePolicy"
			dies(t, w.Emulator.Inject(c.fault))
			if c.want == nil {
				cli.Succeeds(t, "apply", "-auto-approve", invoke)
			} else {
				acctest.Says(t, cli.Fails(t, notEvaluated, "apply", "-auto-approve", invoke), c.want...)
			}
			if len(w.Emulator.Struck()) == 0 {
				t.Error("the fault did not strike")
			}
		})
	}
}

// TestEvaluateActionByTag: an image by tag adds a warning to the error.
func TestEvaluateActionByTag(t *testing.T) {
	t.Parallel()
	w := actionWorld(t)
	cli := w.applied(t, rest(denies), ofImage(webName+":v1"))
	acctest.Says(t, cli.Fails(t, "Error: Not conformant to the platform policy", "apply", "-auto-approve", invoke),
		"Warning: Images without a digest")
}

// TestEvaluateActionWithoutAVerdict: a check with an evaluation error fails the run too, because
// nothing proves the image's conformance.
func TestEvaluateActionWithoutAVerdict(t *testing.T) {
	t.Parallel()
	w := actionWorld(t)
	cli := w.applied(t, rest(trips(t, w)["vulnerability_check"].check), ofImage(newImage))
	acctest.Says(t, cli.Fails(t, "Error: Conformance to the platform policy could not be determined", "apply", "-auto-approve", invoke),
		newImage+": VulnerabilityCheck at index 0", "has verdict ERROR", "Run again later", "image = \""+newImage)
}
