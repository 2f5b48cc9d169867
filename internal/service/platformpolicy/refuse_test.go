package platformpolicy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/provider"
)

// odd is a manifest with an invalid image.
const odd = `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: "https://gcr.io/p/a"}]}}`

// refusal is a refused policy with the expected error.
type refusal struct{ policy, at, summary, detail string }

// TestPlatformPolicyRefusesWhatCannotBe: an invalid value is refused at its attribute, without a
// call. The configurations are JSON, because Terraform shows no path inside an attribute.
func TestPlatformPolicyRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	pem := quoted(known(t, "p256.pem"))
	const check0 = "gke_policy.check_sets[0].checks[0]"
	key := func(attributes string) string {
		return inCheck(`"simple_signing_attestation_check": {"attestation_authenticators": [{"pkix_public_key_set": ` +
			`{"pkix_public_keys": [{` + attributes + `}]}}]}`)
	}
	const keyAt = check0 + ".simple_signing_attestation_check.attestation_authenticators[0].pkix_public_key_set.pkix_public_keys[0]"
	severities := `"maximum_fixable_severity": "LOW", "maximum_unfixable_severity": "LOW"`
	vulnerability := func(more string) string { return inCheck(`"vulnerability_check": {` + severities + more + `}`) }
	eleven := strings.TrimSuffix(strings.Repeat(`"projects/demo-%d",`, 11), ",")
	for i := range 11 {
		eleven = strings.Replace(eleven, "%d", fmt.Sprint(i), 1)
	}
	rule := func(rule string) string { return inCheck(`"slsa_check": {"rules": [{` + rule + `}]}`) }
	for name, r := range map[string]refusal{
		"last set scoped": {
			sets(`{"scope": {"kubernetes_namespace": "a"}}`), "gke_policy.check_sets[0].scope", "Last check set has a scope",
			"everything else",
		},
		"namespace before its account": {
			sets(`{"scope": {"kubernetes_namespace": "a"}}`, `{"scope": {"kubernetes_service_account": "a:b"}}`, `{}`),
			"gke_policy.check_sets[1].scope", "Check sets in the wrong order", "service account a:b",
		},
		"namespace of another before": {
			sets(`{"scope": {"kubernetes_namespace": "a"}}`, `{"scope": {"kubernetes_service_account": "b:b"}}`,
				`{"scope": {"kubernetes_namespace": "b"}}`, `{"scope": {"kubernetes_service_account": "a:b"}}`, `{}`),
			"gke_policy.check_sets[3].scope", "Check sets in the wrong order", "follows check set 1 for namespace a",
		},
		"everything else before an account": {
			sets(`{}`, `{"scope": {"kubernetes_service_account": "a:b"}}`, `{"scope": {"kubernetes_namespace": "a"}}`),
			"gke_policy.check_sets[1].scope", "Check sets in the wrong order", "service account a:b",
		},
		"everything else first": {
			sets(`{}`, `{"scope": {"kubernetes_namespace": "a"}}`, `{}`), "gke_policy.check_sets[1].scope", "Check sets in the wrong order",
			"namespace a",
		},
		"a scope twice": {
			sets(`{"scope": {"kubernetes_namespace": "a"}}`, `{"scope": {"kubernetes_namespace": "a"}}`, `{}`),
			"gke_policy.check_sets[1].scope", "Duplicate scope", "Check sets 1 and 2",
		},
		"everything else twice": {sets(`{}`, `{}`), "gke_policy.check_sets[1].scope", "Duplicate scope", "everything else"},
		"both in a scope": {
			sets(`{"scope": {"kubernetes_namespace": "a", "kubernetes_service_account": "a:b"}}`, `{}`), "gke_policy.check_sets[0].scope",
			"Invalid scope", "not both",
		},
		"an empty scope": {sets(`{"scope": {}}`), "gke_policy.check_sets[0].scope", "Invalid scope", "omit scope"},
		"no namespace": {
			sets(`{"scope": {"kubernetes_namespace": "A/b"}}`, `{}`), "gke_policy.check_sets[0].scope.kubernetes_namespace",
			"Invalid namespace", "payments",
		},
		"an account without namespace": {
			sets(`{"scope": {"kubernetes_service_account": "sa"}}`, `{}`), "gke_policy.check_sets[0].scope.kubernetes_service_account",
			"Invalid service account", "namespace:serviceaccount",
		},
		"no kind":                 {inCheck(`"display_name": "x"`), check0, "Invalid check", "always_deny"},
		"always_deny false alone": {inCheck(`"always_deny": false`), check0, "Invalid check", "needs one kind"},
		"two kinds": {
			inCheck(`"always_deny": true, "slsa_check": {}`), check0, "Invalid check", "always_deny and slsa_check",
		},
		"age of zero": {
			inCheck(`"image_freshness_check": {"max_upload_age_days": 0}`), check0 + ".image_freshness_check.max_upload_age_days",
			"Invalid Attribute Value", "at least 1|between 1",
		},
		"no age": {
			inCheck(`"image_freshness_check": {}`), check0 + ".image_freshness_check.max_upload_age_days", "", "required",
		},
		"no directories": {
			inCheck(`"trusted_directory_check": {"trusted_dir_patterns": []}`), check0 + ".trusted_directory_check.trusted_dir_patterns",
			"", "at least 1",
		},
		"a wildcard in the registry": {
			inCheck(`"trusted_directory_check": {"trusted_dir_patterns": ["gcr.i*"]}`),
			check0 + `.trusted_directory_check.trusted_dir_patterns["gcr.i*"]`, "Invalid directory", "whole domain",
		},
		"a wildcard too many": {
			inCheck(`"trusted_directory_check": {"trusted_dir_patterns": ["*pkg.dev/p"]}`),
			check0 + `.trusted_directory_check.trusted_dir_patterns["*pkg.dev/p"]`, "Invalid directory", "sub-domain",
		},
		"no such severity": {
			inCheck(`"vulnerability_check": {"maximum_fixable_severity": "SEVERE", "maximum_unfixable_severity": "LOW"}`),
			check0 + ".vulnerability_check.maximum_fixable_severity", "", "BLOCK_ALL",
		},
		"one severity": {
			inCheck(`"vulnerability_check": {"maximum_fixable_severity": "LOW"}`),
			check0 + ".vulnerability_check.maximum_unfixable_severity", "", "required",
		},
		"a CVE with its project": {
			vulnerability(`, "allowed_cves": ["projects/p/notes/CVE-1"]`),
			check0 + `.vulnerability_check.allowed_cves["projects/p/notes/CVE-1"]`, "Invalid vulnerability", "bare",
		},
		"an empty CVE": {
			vulnerability(`, "blocked_cves": [""]`), check0 + `.vulnerability_check.blocked_cves[""]`, "Invalid vulnerability", "bare",
		},
		"a project by number": {
			vulnerability(`, "container_analysis_vulnerability_projects": ["projects/123456"]`),
			check0 + `.vulnerability_check.container_analysis_vulnerability_projects["projects/123456"]`, "Invalid project", "number",
		},
		"a bare project": {
			vulnerability(`, "container_analysis_vulnerability_projects": ["demo"]`),
			check0 + `.vulnerability_check.container_analysis_vulnerability_projects["demo"]`, "Invalid project", "projects/PROJECT_ID",
		},
		"eleven projects": {
			vulnerability(`, "container_analysis_vulnerability_projects": [` + eleven + `]`),
			check0 + ".vulnerability_check.container_analysis_vulnerability_projects", "", "at most 10",
		},
		"no such builder": {
			rule(`"trusted_builder": "ME"`), check0 + ".slsa_check.rules[0].trusted_builder", "", "GOOGLE_CLOUD_BUILD",
		},
		"a source with a scheme": {
			rule(`"trusted_source_repo_patterns": ["https://github.com/a"]`),
			check0 + `.slsa_check.rules[0].trusted_source_repo_patterns["https://github.com/a"]`, "Invalid source repository", "scheme",
		},
		"a source of no project": {
			rule(`"attestation_source": {"container_analysis_attestation_projects": []}`),
			check0 + ".slsa_check.rules[0].attestation_source.container_analysis_attestation_projects", "", "at least 1",
		},
		"no authorities": {
			inCheck(`"sigstore_signature_check": {"sigstore_authorities": []}`), check0 + ".sigstore_signature_check.sigstore_authorities",
			"", "at least 1",
		},
		"no keys of an authority": {
			inCheck(`"sigstore_signature_check": {"sigstore_authorities": [{"public_key_set": {"public_keys": []}}]}`),
			check0 + ".sigstore_signature_check.sigstore_authorities[0].public_key_set.public_keys", "", "at least 1",
		},
		"no PEM of an authority": {
			inCheck(`"sigstore_signature_check": {"sigstore_authorities": [{"public_key_set": {"public_keys": [{"public_key_pem": ` +
				`"x"}]}}]}`),
			check0 + ".sigstore_signature_check.sigstore_authorities[0].public_key_set.public_keys[0].public_key_pem",
			"Invalid public key",
			"PEM",
		},
		"no authenticators": {
			inCheck(`"simple_signing_attestation_check": {"attestation_authenticators": []}`),
			check0 + ".simple_signing_attestation_check.attestation_authenticators", "", "at least 1",
		},
		"no key of an authenticator": {key(""), keyAt, "Invalid public key", "kms_key_version"},
		"a key without algorithm":    {key(`"public_key_pem": ` + pem), keyAt, "Invalid public key", "signature_algorithm"},
		"no PEM": {
			key(`"public_key_pem": "x", "signature_algorithm": "ECDSA_P256_SHA256"`), keyAt + ".public_key_pem", "Invalid public key",
			"PEM",
		},
		"an empty PEM": {
			key(`"public_key_pem": "", "signature_algorithm": "ECDSA_P256_SHA256"`), keyAt + ".public_key_pem", "Invalid public key", "PEM",
		},
		"an empty key version": {
			key(`"kms_key_version": ""`), keyAt + ".kms_key_version", "Invalid Cloud KMS key version", "cryptoKeyVersions",
		},
		"no such algorithm": {
			key(`"signature_algorithm": "ROT13", "public_key_pem": ` + pem), keyAt + ".signature_algorithm", "Invalid signature algorithm",
			"ROT13",
		},
		"an algorithm that does not fit": {
			key(`"signature_algorithm": "ECDSA_P384_SHA384", "public_key_pem": ` + pem), keyAt + ".signature_algorithm",
			"Signature algorithm does not fit the key", "P-256",
		},
		"an id that is no URI": {
			key(`"key_id": "1:odd", "signature_algorithm": "ECDSA_P256_SHA256", "public_key_pem": ` + pem), keyAt + ".key_id",
			"Invalid key id", "URI",
		},
		"no key version": {
			key(`"kms_key_version": "projects/p"`), keyAt + ".kms_key_version", "Invalid Cloud KMS key version", "cryptoKeyVersions",
		},
		"a pattern of a policy": {
			`{"image_allowlist": ["gcr.io/*/app"]}`, `gke_policy.image_allowlist["gcr.io/*/app"]`, "Invalid pattern", "at the end",
		},
		"a pattern of a set": {
			sets(`{"image_allowlist": ["**"]}`), `gke_policy.check_sets[0].image_allowlist["**"]`, "Invalid pattern", "must follow a slash",
		},
		"a pattern of a check": {
			inCheck(`"always_deny": true, "image_allowlist": ["gcr.io/a*:v1"]`), check0 + `.image_allowlist["gcr.io/a*:v1"]`,
			"Invalid pattern", "cannot be combined",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if said := refused(t, `{"name": "a", "gke_policy": `+r.policy+`}`); !says(said, r) {
				t.Errorf("want %v at %s, but said was:\n%s", r, r.at, strings.Join(said, "\n"))
			}
		})
	}
	nulls := map[string]string{
		"gke_policy.image_allowlist":               `{"image_allowlist": [null]}`,
		"gke_policy.check_sets[1]":                 sets(`{"scope": {"kubernetes_namespace": "a"}}`, "null"),
		"gke_policy.check_sets[0].image_allowlist": sets(`{"image_allowlist": ["gcr.io/p/**", null]}`),
		"gke_policy.check_sets[0].checks[1]":       sets(`{"checks": [{"always_deny": true}, null]}`),
		strings.TrimSuffix(keyAt, "[0]") + "[1]": strings.Replace(
			key(`"kms_key_version": "projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1"`),
			"}]}}]}", "}, null]}}]}", 1),
	}
	for at, policy := range map[string]string{
		"image_allowlist": inCheck(`"always_deny": true, "image_allowlist": [null]`),
		"trusted_directory_check.trusted_dir_patterns": inCheck(
			`"trusted_directory_check": {"trusted_dir_patterns": ["gcr.io/p", null]}`),
		"vulnerability_check.allowed_cves": vulnerability(`, "allowed_cves": [null]`),
		"vulnerability_check.blocked_cves": vulnerability(`, "blocked_cves": [null]`),
		"vulnerability_check.container_analysis_vulnerability_projects": vulnerability(
			`, "container_analysis_vulnerability_projects": [null]`),
		"slsa_check.rules[0]":                              inCheck(`"slsa_check": {"rules": [null]}`),
		"slsa_check.rules[0].trusted_source_repo_patterns": rule(`"trusted_source_repo_patterns": [null]`),
		"sigstore_signature_check.sigstore_authorities[0]": inCheck(`"sigstore_signature_check": {"sigstore_authorities": [null]}`),
		"simple_signing_attestation_check.attestation_authenticators[0]": inCheck(
			`"simple_signing_attestation_check": {"attestation_authenticators": [null]}`),
		"sigstore_signature_check.sigstore_authorities[0].public_key_set.public_keys[0]": inCheck(
			`"sigstore_signature_check": {"sigstore_authorities": [{"public_key_set": {"public_keys": [null]}}]}`),
	} {
		nulls[check0+"."+at] = policy
	}
	for at, policy := range nulls {
		if said := refused(t, `{"name": "a", "gke_policy": `+policy+`}`); !says(said, refusal{policy, at, "Null element", "Remove it"}) {
			t.Errorf("null at %s: %v", at, said)
		}
	}
	if said := refused(t, `{"name": "a", "gke_policy": {}, "must_conform": [null]}`); len(said) != 1 ||
		!strings.HasPrefix(said[0], "must_conform[0]: Null element: ") {
		t.Error(said)
	}
	for element, at := range map[string]string{
		`{"namespace": "a"}`:                "must_conform[0]",
		`{"image": "a", "manifest": "b"}`:   "must_conform[0]",
		`{"image": "https://gcr.io/p/a"}`:   "must_conform[0].image",
		`{"manifest": "kind: Odd"}`:         "must_conform[0].manifest",
		`{"manifest": ` + quoted(odd) + `}`: "must_conform[0].manifest",
	} {
		said := refused(t, `{"name": "a", "gke_policy": {}, "must_conform": [`+element+`]}`)
		if len(said) != 1 || !strings.HasPrefix(said[0], at+": Invalid workload: ") {
			t.Errorf("%s: %v", element, said)
		}
	}
	for name, policy := range map[string]string{
		"nothing": `{}`, "no checks": sets(`{"scope": {"kubernetes_namespace": "a"}}`, `{}`),
		"an order by namespace": sets(`{"scope": {"kubernetes_service_account": "a:x"}}`, `{"scope": {"kubernetes_namespace": "a"}}`,
			`{"scope": {"kubernetes_service_account": "b:y"}}`, `{"scope": {"kubernetes_namespace": "b"}}`, `{}`),
		"an account after another namespace": sets(`{"scope": {"kubernetes_namespace": "a"}}`,
			`{"scope": {"kubernetes_service_account": "b:y"}}`, `{}`),
		"empty texts": sets(`{"display_name": "", "image_allowlist": []}`),
	} {
		if said := refused(t, `{"name": "a", "gke_policy": `+policy+`}`); len(said) > 0 {
			t.Errorf("%s: %v", name, said)
		}
	}
	if said := refused(t, `{"name": "projects/p/x", "gke_policy": {}}`); len(said) != 1 || !strings.HasPrefix(said[0], "name: ") {
		t.Error(said)
	}
}

func sets(sets ...string) string { return `{"check_sets": [` + strings.Join(sets, ", ") + `]}` }

func inCheck(check string) string { return sets(`{"checks": [{` + check + `}]}`) }

func quoted(s string) string {
	raw, _ := json.Marshal(s)
	return string(raw)
}

// says finds a refusal at its exact path.
func says(said []string, r refusal) bool {
	for _, line := range said {
		for detail := range strings.SplitSeq(r.detail, "|") {
			if strings.HasPrefix(line, r.at+": "+r.summary) && strings.Contains(line, detail) {
				return true
			}
		}
	}
	return false
}

// refused validates a configuration, and returns the diagnostics as "path: summary: detail".
func refused(t *testing.T, config string) (said []string) {
	t.Helper()
	server := provider.Server(provider.New("test"))()
	reply, err := server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: "binauthz_platform_policy", Config: &tfprotov6.DynamicValue{JSON: []byte(config)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range reply.Diagnostics {
		said = append(said, place(d.Attribute)+": "+d.Summary+": "+d.Detail)
	}
	return said
}

func place(at *tftypes.AttributePath) string {
	var b strings.Builder
	for _, step := range at.Steps() {
		switch s := step.(type) {
		case tftypes.AttributeName:
			b.WriteString("." + string(s))
		case tftypes.ElementKeyInt:
			fmt.Fprintf(&b, "[%d]", int64(s))
		case tftypes.ElementKeyValue:
			var text string
			_ = tftypes.Value(s).As(&text)
			fmt.Fprintf(&b, "[%q]", text)
		}
	}
	return strings.TrimPrefix(b.String(), ".")
}
