package policy_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/policy"
)

// readWith reads a data source whose configuration is given as JSON, and returns the paths and words of what is said.
func readWith(t *testing.T, d datasource.DataSource, clients *gcp.Clients, config string) (said []string) {
	t.Helper()
	var s datasource.SchemaResponse
	d.Schema(t.Context(), datasource.SchemaRequest{}, &s)
	of := s.Schema.Type().TerraformType(t.Context())
	raw, err := tftypes.ValueFromJSON([]byte(config), of) //nolint:staticcheck // there is no other way from JSON
	fatal(t, err)
	if c, ok := d.(datasource.DataSourceWithConfigure); ok {
		c.Configure(t.Context(), datasource.ConfigureRequest{ProviderData: lifecycle.Configured{Clients: clients}}, &datasource.ConfigureResponse{})
	}
	resp := datasource.ReadResponse{State: tfsdk.State{Schema: s.Schema, Raw: tftypes.NewValue(of, nil)}}
	d.Read(t.Context(), datasource.ReadRequest{Config: tfsdk.Config{Schema: s.Schema, Raw: raw}}, &resp)
	for _, one := range resp.Diagnostics {
		at := ""
		if with, ok := one.(diag.DiagnosticWithPath); ok {
			at = with.Path().String()
		}
		said = append(said, fmt.Sprintf("%s %s: %s: %s", one.Severity(), at, one.Summary(), one.Detail()))
	}
	return said
}

const givenDenies = `"policy": {"default_admission_rule": {"evaluation_mode": "ALWAYS_DENY", "enforcement_mode": "ENFORCED_BLOCK_AND_AUDIT_LOG"}}`

// What is wrong with a case or with the policy is said at its attribute, of all of them, before any call.
func TestCasesRefuse(t *testing.T) {
	t.Parallel()
	good := `{"image": "gcr.io/a/b", "expect": "DENY"}`
	pod, err := json.Marshal(`{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: A_B}, spec: {containers: [{name: a, image: gcr.io/a/b}]}}`)
	fatal(t, err)
	for name, c := range map[string]struct {
		more, wrong string // further attributes, and the second case
		want        []string
	}{
		"neither":           {givenDenies, `{"name": "x"}`, []string{`cases[1].image: Invalid admission case: cases[1] "x": exactly one of image and manifest has to be given.`}},
		"both":              {givenDenies, `{"image": "a", "manifest": "b"}`, []string{`cases[1].manifest: Invalid admission case: cases[1]: exactly one of`}},
		"no case":           {givenDenies, `null`, []string{`cases[1]: Invalid admission case: cases[1]: it is null`}},
		"no manifest":       {givenDenies, `{"manifest": "a: b"}`, []string{`cases[1].manifest: Invalid admission case: cases[1]: the manifest cannot be read: document 1: not an object`}},
		"no image":          {givenDenies, `{"image": "https://x"}`, []string{`cases[1].image: Invalid admission case: cases[1]: `}},
		"no cluster":        {givenDenies, `{"image": "a", "cluster": "prod"}`, []string{`cases[1].cluster: Invalid admission case: cases[1]: "prod" is not a key`}},
		"no namespace":      {givenDenies, `{"image": "a", "kubernetes_namespace": "A"}`, []string{`cases[1].kubernetes_namespace: `}},
		"no account":        {givenDenies, `{"image": "a", "kubernetes_service_account": "A:b"}`, []string{`cases[1].kubernetes_service_account: `}},
		"no identity":       {givenDenies, `{"image": "a", "istio_service_identity": "x"}`, []string{`cases[1].istio_service_identity: `}},
		"no namespace of a": {givenDenies, `{"manifest": ` + string(pod) + `}`, []string{`cases[1].manifest: `}},
		"a contradiction": {givenDenies, `{"image": "a", "kubernetes_namespace": "a", "kubernetes_service_account": "b:c"}`, []string{
			`cases[1]: Invalid admission case: cases[1]: the service account b:c is not in the namespace a.`,
		}},
		"no attestor": {givenDenies, `{"image": "a", "attested_by": ["built", "a b", "projects/p/notes/n"]}`, []string{
			`cases[1].attested_by[Value("a b")]: `, `cases[1].attested_by[Value("built")]: Invalid admission case: cases[1]: `, `cases[1].attested_by[Value("projects/p/notes/n")]: `,
		}},
		"attested by without a policy": {`"project": "demo"`, `{"image": "a", "attested_by": []}`, []string{
			`cases[1].attested_by: Invalid admission case: cases[1]: attested_by goes with policy`,
		}},
		"policy and case": {strings.Replace(givenDenies, `"default`, `"admission_whitelist_patterns": ["*"], "cluster_admission_rules": {"prod":
			{"evaluation_mode": "REQUIRE_ATTESTATION", "enforcement_mode": "DRYRUN_AUDIT_LOG_ONLY", "require_attestations_by": ["built"]}}, "default`, 1), `{"image": "a", "cluster": "b"}`, []string{
			`policy.admission_whitelist_patterns[Value("*")]: Invalid policy: policy.admission_whitelist_patterns[0]: `,
			`policy.cluster_admission_rules["prod"]: Invalid policy: policy.cluster_admission_rules["prod"]: `,
			`policy.cluster_admission_rules["prod"].require_attestations_by: Invalid policy: `,
			`cases[1].cluster: Invalid admission case: `,
		}},
		"two projects":         {`"project": "one", ` + strings.Replace(givenDenies, `"default`, `"project": "two", "default`, 1), good, []string{`project: Cannot read admission cases: admission cases: the policy that is given is that of project two`}},
		"no project":           {`"fail": true`, good, []string{`project: Cannot read admission cases: admission cases: neither this block nor the provider`}},
		"nothing at all wrong": {givenDenies, good, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := readWith(t, policy.NewCasesDataSource(), gcp.New(gcp.Config{}), `{"cases": [`+good+`, `+c.wrong+`], `+c.more+`}`)
			if len(said) != len(c.want) {
				t.Fatalf("said %q, want %q", said, c.want)
			}
			for _, want := range c.want {
				if !slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, "Error "+want) }) {
					t.Errorf("%q is not in %q", want, said)
				}
			}
		})
	}
}

// What the schema refuses is refused before a plan.
func TestCasesValidate(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	one := `[{ image = "a", expect = "DENY" }]`
	for want, config := range map[string]string{
		"at least 1 elements":                            cases("[]", denies),
		"cases[0].expect":                                cases(strings.Replace(one, "DENY", "REFUSE", 1), denies),
		"policy.default_admission_rule.evaluation_mode":  cases(one, strings.Replace(denies, "ALWAYS_DENY", "NEVER", 1)),
		`attribute "default_admission_rule" is required`: cases(one, "policy = {}"),
		"policy.global_policy_evaluation_mode":           cases(one, strings.Replace(denies, "policy = {", "policy = {\n global_policy_evaluation_mode = \"ON\"", 1)),
	} {
		g.CLI(t, config).Fails(t, want, "validate")
	}
}
