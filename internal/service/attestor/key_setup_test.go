package attestor_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const (
	keyAddress = "binauthz_attestor_key.it"
	inDemo     = "provider \"binauthz\" {\n  project = \"demo\"\n}\n"
)

// ownKey returns a resource for one key of the attestor, under a name.
func ownKey(name, body string) string {
	return fmt.Sprintf("resource \"binauthz_attestor_key\" %q {\n  attestor = binauthz_attestor.it.id\n%s\n}\n", name, body)
}

// bare removes the braces of a key in a list.
func bare(key string) string { return strings.TrimSuffix(strings.TrimPrefix(key, "{"), "}") }

func pkixKey(t *testing.T, file, algorithm, more string) string {
	return bare(pkix(t, file, algorithm, more))
}

// crowd returns n keys with different ids.
func crowd(t *testing.T, n int) string {
	t.Helper()
	return ownKey("it",
		fmt.Sprintf("  count = %d\n  key_id = \"https://example.com/${count.index}\"\n  comment = \"number ${count.index}\"\n", n)+
			bare(pkix(t, "p256.pem", "ECDSA_P256_SHA256", "")))
}

// keyDoes expects an action on the key, and an empty plan afterwards.
func keyDoes(action plancheck.ResourceActionType, before ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(keyAddress, action)}, before...),
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// has checks the attestor's keys, by id and comment in the attestor's order.
func (w *world) has(want ...string) {
	w.t.Helper()
	if got := w.held(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		w.t.Errorf("%s has\n%s\nwant\n%s", w.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func (w *world) held() []string {
	w.t.Helper()
	attestor, err := w.Clients.FreshAttestor(w.t.Context(), w.name)
	if err != nil {
		w.t.Fatal(err)
	}
	var all []string
	for _, k := range attestor.GetUserOwnedGrafeasNote().GetPublicKeys() {
		all = append(all, strings.TrimSpace(k.GetId()+" "+k.GetComment()))
	}
	return all
}

// foreign adds a key from outside Terraform.
func foreign(t *testing.T) func(a *gcp.Attestor) {
	return func(a *gcp.Attestor) {
		note := a.GetUserOwnedGrafeasNote()
		note.PublicKeys = append(note.PublicKeys, apiKey(t, "foreign", "p384.pem", "ECDSA_P384_SHA384"))
	}
}

func kmsID(version string) string { return "//cloudkms.googleapis.com/v1/" + version }

// must runs a command with a new provider process. It expects success, and returns the output.
func (w *world) must(cli *acctest.CLI, args ...string) string {
	w.t.Helper()
	return w.Fresh(w.t, cli).Succeeds(w.t, args...)
}

// refused runs a command with a new provider process. It expects a failure with text, and returns
// the output.
func (w *world) refused(cli *acctest.CLI, text string, args ...string) string {
	w.t.Helper()
	return w.Fresh(w.t, cli).Fails(w.t, text, args...)
}

// clean expects an empty plan.
func (w *world) clean(cli *acctest.CLI) string {
	w.t.Helper()
	return w.must(cli, "plan", "-detailed-exitcode")
}

func demoWorld(t *testing.T, g *acctest.Ground) *world {
	t.Helper()
	w := newWorld(t, g)
	w.name, w.note = resname.Attestor{Project: "demo", ID: "a"}, "n"
	return w
}
