package policy

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// readCases reads the data source with a configuration in JSON, and returns the diagnostics with
// their paths.
func readCases(t *testing.T, config string) (said []string) {
	t.Helper()
	d := &lifecycle.DataSource[casesModel]{Noun: "admission_cases", Describe: describeCases(), Fetch: judgeCases, Name: nameOfCases}
	of := d.Describe.Type().TerraformType(t.Context())
	raw, err := tftypes.ValueFromJSON([]byte(config), of) //nolint:staticcheck // there is no other way from JSON
	if err != nil {
		t.Fatal(err)
	}
	configured := datasource.ConfigureRequest{ProviderData: lifecycle.Configured{Clients: gcp.New(gcp.Config{})}}
	d.Configure(t.Context(), configured, &datasource.ConfigureResponse{})
	resp := datasource.ReadResponse{State: tfsdk.State{Schema: d.Describe, Raw: tftypes.NewValue(of, nil)}}
	d.Read(t.Context(), datasource.ReadRequest{Config: tfsdk.Config{Schema: d.Describe, Raw: raw}}, &resp)
	for _, one := range resp.Diagnostics {
		at := ""
		if with, ok := one.(diag.DiagnosticWithPath); ok {
			at = with.Path().String()
		}
		said = append(said, at+": "+one.Summary()+": "+one.Detail())
	}
	return said
}

const givenDenies = `"policy": {"default_admission_rule": {
	"evaluation_mode": "ALWAYS_DENY", "enforcement_mode": "ENFORCED_BLOCK_AND_AUDIT_LOG"}}`

// givenMore is the policy of givenDenies with further attributes.
func givenMore(attributes string) string {
	return strings.Replace(givenDenies, `"policy": {`, `"policy": {`+attributes+`, `, 1)
}

// TestCasesRefuse: errors in cases and policy are all reported at their attributes, before any
// call.
func TestCasesRefuse(t *testing.T) {
	t.Parallel()
	const good = `{"image": "gcr.io/a/b", "expect": "DENY"}`
	for name, c := range map[string]struct {
		more, second string // further attributes, and the second case
		want         []string
	}{
		"neither": {givenDenies, `{"name": "x"}`, []string{
			`cases[1].image: Invalid admission case: cases[1] "x": exactly one of image and manifest is required.`,
		}},
		"both": {givenDenies, `{"image": "a", "manifest": "b"}`, []string{
			`cases[1].manifest: Invalid admission case: cases[1]: exactly one of`,
		}},
		"no case": {givenDenies, `null`, []string{`cases[1]: Invalid admission case: cases[1]: it is null`}},
		"no manifest": {givenDenies, `{"manifest": "a: b"}`, []string{
			`cases[1].manifest: Invalid admission case: cases[1]: cannot read the manifest: document 1: not a Kubernetes object`,
		}},
		"no image": {givenDenies, `{"image": "https://x"}`, []string{`cases[1].image: Invalid admission case: cases[1]: `}},
		"no cluster": {
			givenDenies, `{"image": "a", "cluster": "prod"}`, []string{`cases[1].cluster: Invalid admission case: cases[1]: "pro`},
		},
		"no namespace": {givenDenies, `{"image": "a", "kubernetes_namespace": "A"}`, []string{`cases[1].kubernetes_namespace: `}},
		"no account": {
			givenDenies, `{"image": "a", "kubernetes_service_account": "A:b"}`, []string{`cases[1].kubernetes_service_account: `},
		},
		"no identity": {givenDenies, `{"image": "a", "istio_service_identity": "x"}`, []string{`cases[1].istio_service_identity: `}},
		"no namespace in a manifest": {
			givenDenies,
			`{"manifest": "{apiVersion: v1, kind: Pod, metadata: {namespace: A_B}, spec: {containers: [{name: a, image: b}]}}"}`,
			[]string{`cases[1].manifest: `},
		},
		"a contradiction": {givenDenies, `{"image": "a", "kubernetes_namespace": "a", "kubernetes_service_account": "b:c"}`, []string{
			`cases[1]: Invalid admission case: cases[1]: the service account b:c is not in the namespace a.`,
		}},
		"no attestor": {givenDenies, `{"image": "a", "attested_by": ["built", "projects/p/notes/n"]}`, []string{
			`cases[1].attested_by[Value("built")]: Invalid admission case: cases[1]: `,
			`cases[1].attested_by[Value("projects/p/notes/n")]: `,
		}},
		"attested by without a policy": {`"project": "demo"`, `{"image": "a", "attested_by": []}`, []string{
			`cases[1].attested_by: Invalid admission case: cases[1]: attested_by requires policy`,
		}},
		"policy and case": {
			givenMore(`"admission_whitelist_patterns": ["*"], "cluster_admission_rules": {"prod": {
			"evaluation_mode": "REQUIRE_ATTESTATION", "enforcement_mode": "DRYRUN_AUDIT_LOG_ONLY", "require_attestations_by": ["built"]}}`),
			`{"image": "a", "cluster": "b"}`,
			[]string{
				`policy.admission_whitelist_patterns[Value("*")]: Invalid policy: policy.admission_whitelist_patterns[0]: `,
				`policy.cluster_admission_rules["prod"]: Invalid policy: policy.cluster_admission_rules["prod"]: `,
				`policy.cluster_admission_rules["prod"].require_attestations_by: Invalid policy: `,
				`cases[1].cluster: Invalid admission case: `,
			},
		},
		"two projects": {`"project": "one", ` + givenMore(`"project": "two"`), good, []string{
			`project: Cannot read admission cases: admission cases: policy.project is two, and project is`,
		}},
		"no project":    {`"fail": true`, good, []string{`project: Cannot read admission cases: admission cases: neither this block nor`}},
		"nothing wrong": {givenDenies, good, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := readCases(t, `{"cases": [`+good+`, `+c.second+`], `+c.more+`}`)
			if len(said) != len(c.want) {
				t.Fatalf("said %q, want %q", said, c.want)
			}
			for _, want := range c.want {
				if !slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, want) }) {
					t.Errorf("%q is not in %q", want, said)
				}
			}
		})
	}
}
