package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// manifest is a Deployment in the namespace shop with the service account runner, as an attribute.
func manifest(images ...string) string {
	var containers []string
	for i, image := range images {
		containers = append(containers, fmt.Sprintf("{name: c%d, image: %q}", i, image))
	}
	return "manifest = <<-EOT\n\tapiVersion: apps/v1\n\tkind: Deployment\n\tmetadata: {name: web, namespace: shop}\n" +
		"\tspec: {template: {spec: {serviceAccountName: runner, containers: [" + strings.Join(containers, ", ") + "]}}}\n\tEOT\n"
}

// inJSON is a manifest with a pod for each image, in JSON without separators.
func inJSON(images ...string) string {
	return "manifest = join(\"\\n\", [for image in [\"" + strings.Join(images, `", "`) + "\"] : jsonencode({\n" +
		"\tapiVersion = \"v1\", kind = \"Pod\", metadata = { name = \"web\" }, spec = { containers = [{ image = image }] }\n})])\n"
}

const (
	base    = "us-docker.pkg.dev/acme/base/nginx:1"
	asBase  = `admission_whitelist_patterns = ["us-docker.pkg.dev/acme/base/**"]` + "\n"
	inShop  = `kubernetes_namespace_admission_rules = { "shop" = ` + allow + " }\n"
	dryShop = `kubernetes_namespace_admission_rules = { "shop" = ` + dryRun + " }\n"
	runner  = `kubernetes_service_account_admission_rules = { "shop:runner" = ` + allow + " }\n"
)

// The deciding rules.
const (
	byDefaultRule = "default_admission_rule"
	shopRule      = `kubernetes_namespace_admission_rules["shop"]`
)

func ask(attributes string) string {
	return "data \"binauthz_admission\" \"it\" {\n  depends_on = [binauthz_policy.it]\n" + attributes + "\n}\n"
}

// TestManifestAdmission: every image of a manifest is judged with the namespace and the service
// account of the manifest, unless the data source sets others.
func TestManifestAdmission(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy, question string
		admitted, dryRun bool
		rule             string
		images           []bool
	}{
		"two images":          {asBase, manifest(base, web), false, false, byDefaultRule, []bool{true, false}},
		"the other way round": {asBase, manifest(web, base), false, false, byDefaultRule, []bool{false, true}},
		"a dry run":           {asBase + dryShop, manifest(base, web), true, true, shopRule, []bool{true, true}},
		"one image twice":     {asBase, manifest(base, base), true, false, "admission_whitelist_patterns[0]", []bool{true}},
		"its namespace":       {inShop, manifest(web), true, false, shopRule, []bool{true}},
		"another namespace":   {inShop, manifest(web) + `kubernetes_namespace = "a"`, false, false, byDefaultRule, []bool{false}},
		"the account there":   {runner, manifest(web) + `kubernetes_namespace = "a"`, false, false, byDefaultRule, []bool{false}},
		"its service account": {
			runner, manifest(web), true, false, `kubernetes_service_account_admission_rules["shop:runner"]`, []bool{true},
		},
		"another account": {
			runner, manifest(web) + `kubernetes_service_account = "shop:b"`, false, false, byDefaultRule, []bool{false},
		},
		"an account by Istio": {
			runner, manifest(web) + `istio_service_identity = "d/ns/shop/sa/b"`, false, false, byDefaultRule, []bool{false},
		},
		"the image by itself ": {inShop, `image = "` + web + `"`, false, false, byDefaultRule, []bool{false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := map[string]knownvalue.Check{
				"admitted": knownvalue.Bool(c.admitted), "would_block": knownvalue.Bool(c.dryRun), "rule": text(c.rule),
			}
			var images []knownvalue.Check
			for _, one := range c.images {
				images = append(images, knownvalue.ObjectPartial(map[string]knownvalue.Check{"admitted": knownvalue.Bool(one)}))
			}
			want["images"] = knownvalue.ListExact(images)
			acctest.NewEmulated(t, emulator.Options{}).Run(t, resource.TestStep{
				Config: config(deny, c.policy) + ask(c.question), ConfigStateChecks: known("data.binauthz_admission.it", want),
			})
		})
	}
}

// TestManifestRefused: invalid manifests and contradictions are refused.
func TestManifestRefused(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	for question, want := range map[string]string{
		manifest(base) + `image = "` + web + `"`: `exactly one of image and manifest is required`,
		`cluster = "us-central1.prod"`:           `exactly one of image and manifest is required`,
		`manifest = "a: b"`:                      `cannot read the manifest: document 1: not a Kubernetes object`,
		manifest("https://" + web):               `is not an image`,
		`image = "a"` + "\n" + `cluster = "a"`:   `"a" is not a key of cluster_admission_rules`,
		manifest(web) + "kubernetes_namespace = \"b\"\nkubernetes_service_account = \"shop:runner\"": "" +
			`the service account shop:runner is not in the namespace b`,
	} {
		g.Run(t, resource.TestStep{Config: ask(question) + config(allow, ""), ExpectError: acctest.Words(want)})
		g.Run(t, resource.TestStep{Config: config(deny, "must_admit_in = [{\n"+question+"\n}]"), ExpectError: acctest.Words(want)})
	}
}

// TestManifestMustBeAdmitted: a plan is refused if the policy would refuse images of a manifest for
// the workload. The error names all of them.
func TestManifestMustBeAdmitted(t *testing.T) {
	t.Parallel()
	const refused, other = "Image " + web + " denied", "us-docker.pkg.dev/acme/app/other"
	const named = "workload = \"us-central1.prod: Deployment shop/web\"\n"
	for name, c := range map[string]struct {
		policy, element string
		want            []string // nothing if the plan is good
	}{
		"two images":            {asBase, manifest(base, web, other), []string{refused, "Image " + other + " denied", "!Image " + base}},
		"all admitted":          {asBase, manifest(base, base), nil},
		"two objects in JSON":   {asBase, inJSON(base, web), []string{refused, "!Image " + base}},
		"its namespace":         {inShop, manifest(web), nil},
		"another namespace":     {inShop, manifest(web) + `kubernetes_namespace = "a"`, []string{refused}},
		"its service account":   {runner, manifest(web), nil},
		"another account":       {runner, manifest(web) + `kubernetes_service_account = "shop:b"`, []string{refused}},
		"a workload":            {"", named + `image = "` + web + `"`, []string{"us-central1.prod: Deployment shop/web: " + refused}},
		"the policy's project":  {"", manifest(web) + `project = "demo"`, []string{refused}},
		"another project":       {"", manifest(web) + `project = "other"`, nil},
		"nonsense of another":   {"", `cluster = "a"` + "\n" + `project = "other"`, nil},
		"the project's number":  {"", manifest(web) + `project = "123456"`, []string{refused}},
		"no project":            {"", manifest(web) + `project = ""`, []string{refused}},
		"the provider's, blank": {`project = ""`, manifest(web) + `project = "demo"`, []string{refused}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cli := acctest.NewEmulated(t, emulator.Options{}).CLI(t, config(deny, c.policy+"\nmust_admit_in = [{\n"+c.element+"\n}]"))
			if c.want == nil {
				acctest.Says(t, cli.Succeeds(t, "plan"), "1 to add", "!Not checked until apply")
				return
			}
			acctest.Says(t, cli.Fails(t, "Policy refuses an image that it must admit", "plan"), c.want...)
		})
	}
}

// TestManifestThatRuns: a running image requires an existing attestation: the plan can decide,
// because planned attestations do not count.
func TestManifestThatRuns(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	s := newSigner(t, g, "built")
	s.attach(t, g, web+digest, s.sign(t, web+digest))
	with := func(more string) string {
		return config(require("built"), "must_admit_in = [{\n"+manifest(web+digest, web+another)+more+"\n}]")
	}
	cli := g.CLI(t, with(""))
	acctest.Says(t, cli.Succeeds(t, "plan"), skipped, "must_admit_in[0]: whether "+web+another+" is admitted", "!whether "+web+digest)
	cli.Fails(t, "there is no attestation of it", "apply", "-auto-approve")
	cli.Write(t, with("running = false"))
	acctest.Says(t, cli.Succeeds(t, "plan"), skipped)
	cli.Write(t, with("running = true"))
	acctest.Says(t, cli.Fails(t, "Policy refuses an image that it must admit", "plan"),
		"Image "+web+another+" denied by attestor", "there is no attestation of it", "!"+skipped, "!Image "+web+digest)
	s.attach(t, g, web+another, s.sign(t, web+another))
	acctest.Says(t, cli.Succeeds(t, "apply", "-auto-approve"), "!"+skipped)
}

// TestManifestStands: the plan warns of missing attestations for each image of a manifest, even if
// it creates a new one.
func TestManifestStands(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	s := newSigner(t, g, "built")
	for _, d := range []string{digest, another} {
		s.attach(t, g, web+d, s.sign(t, web+d))
	}
	policy := config(require("built"), "must_admit_in = [{\n"+manifest(web+digest, web+another)+"\n}]")
	cli := g.CLI(t, policy)
	cli.Succeeds(t, "apply", "-auto-approve")
	for _, d := range []string{digest, another} {
		all, err := g.Clients.Attestations(t.Context(), s.note, strings.TrimPrefix(d, "@"))
		fatal(t, err)
		fatal(t, g.Clients.DeleteAttestation(t.Context(), all[0].GetName()))
	}
	acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "plan"),
		"Image "+web+digest+" denied", "Image "+web+another+" denied", "No changes", "!similar warning")

	attestation := fmt.Sprintf("resource \"binauthz_attestation\" \"web\" {\n  attestor = \"built\"\n  image = %q\n"+
		"  kms_key_version = %q\n}\n", web+digest, s.version)
	cli.Write(t, strings.Replace(policy, "must_admit_in", "depends_on = [binauthz_attestation.web]\n  must_admit_in", 1)+attestation)
	acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "plan"),
		"!Image "+web+digest+" denied", "whether "+web+digest+" is admitted", "Image "+web+another+" denied")
}
