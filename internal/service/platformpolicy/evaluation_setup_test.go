package platformpolicy_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

const (
	evaluation = "data.binauthz_platform_policy_evaluation.it"

	// An image by its name, and by its digest.
	webName = "us-docker.pkg.dev/demo/app/web"
	digest  = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	web     = webName + "@" + digest

	conformant    = "CONFORMANT"
	nonConformant = "NON_CONFORMANT"

	denies = `{ always_deny = true, display_name = "Nothing" }`
)

// ofImage returns a question about one image.
func ofImage(image string) string { return fmt.Sprintf("image = %q\n", image) }

// ofManifest returns a question about a manifest.
func ofManifest(text string) string { return "manifest = <<-EOT\n" + text + "\nEOT\n" }

// inJSON returns a question about a pod for each image, as JSON objects one after the other.
func inJSON(images ...string) string {
	return fmt.Sprintf(`manifest = join("\n", [for i, image in ["%s"] : jsonencode({
		apiVersion = "v1", kind = "Pod", metadata = { name = "p${i}" }, spec = { containers = [{ image = image }] }
	})])`, strings.Join(images, `", "`))
}

// evaluates returns the data source for a question to the policy. question holds its other
// attributes.
func evaluates(question string) string {
	return "data \"binauthz_platform_policy_evaluation\" \"it\" {\n  policy = binauthz_platform_policy.it.id\n" + question + "\n}\n"
}

// insists is a postcondition for the verdict CONFORMANT.
const insists = `
  lifecycle {
    postcondition {
      condition     = self.verdict == "CONFORMANT"
      error_message = self.explanation
    }
  }`

func text(s string) knownvalue.Check { return knownvalue.StringExact(s) }

func object(all map[string]knownvalue.Check) knownvalue.Check { return knownvalue.ObjectPartial(all) }

func objects(all ...map[string]knownvalue.Check) knownvalue.Check {
	list := make([]knownvalue.Check, len(all))
	for i, one := range all {
		list[i] = object(one)
	}
	return knownvalue.ListExact(list)
}

// answers expects values of the data source.
func answers(all map[string]knownvalue.Check) (checks []statecheck.StateCheck) {
	for name, value := range all {
		checks = append(checks, statecheck.ExpectKnownValue(evaluation, tfjsonpath.New(name), value))
	}
	return checks
}

// verdict returns a step with a question, and expects its verdict and more values.
func (w *world) verdict(policy, question, verdict string, more map[string]knownvalue.Check) resource.TestStep {
	want := map[string]knownvalue.Check{"verdict": text(verdict), "id": text(w.name.String()), "project": text(w.Project)}
	maps.Copy(want, more)
	return resource.TestStep{Config: w.config(policy, "") + evaluates(question), ConfigStateChecks: answers(want)}
}

// workloadOf returns a Kubernetes object with pods of images.
func workloadOf(kind, name string, images ...string) string {
	containers := make([]string, len(images))
	for i, image := range images {
		containers[i] = fmt.Sprintf("{name: c%d, image: %q}", i, image)
	}
	spec := "{spec: {serviceAccountName: runner, containers: [" + strings.Join(containers, ", ") + "]}}"
	switch kind {
	case "Pod":
		return fmt.Sprintf("{apiVersion: v1, kind: Pod, metadata: {name: %s}, %s", name, spec[1:])
	case "CronJob":
		return fmt.Sprintf("{apiVersion: batch/v1, kind: CronJob, metadata: {name: %s, namespace: shop}, spec: {jobTemplate: {spec: "+
			"{template: %s}}}}", name, spec)
	}
	return fmt.Sprintf("{apiVersion: apps/v1, kind: %s, metadata: {name: %s, namespace: shop}, spec: {template: %s}}", kind, name, spec)
}

// dies ends the test on an error of its setup.
func dies(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
