package platformpolicy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// p256ID is the id of p256.pem, as computed by OpenSSL (internal/attest/testdata/ids.txt).
const p256ID = "ni:///sha-256;BSMEghLrIURjdQWDp2lRvmvTR7BcOj5ncFUGYdhkRnM"

func keyPath(set, check int) tfjsonpath.Path {
	checks := tfjsonpath.New("gke_policy").AtMapKey("check_sets").AtSliceIndex(set).AtMapKey("checks")
	authenticators := checks.AtSliceIndex(check).AtMapKey("simple_signing_attestation_check").AtMapKey("attestation_authenticators")
	return authenticators.AtSliceIndex(0).AtMapKey("pkix_public_key_set").AtMapKey("pkix_public_keys").AtSliceIndex(0)
}

func TestPlatformPolicy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	other := newWorld(t, w.Ground)
	first := rest(freshness + ", " + signed(pkix(t, "p256.pem", "ECDSA_P256_SHA256", "")))
	second := fmt.Sprintf(`
    image_allowlist = ["gcr.io/p/*"]
    check_sets = [
      { scope = { kubernetes_service_account = "a:b" } },
      { scope = { kubernetes_namespace = "a" }, display_name = "A", image_allowlist = ["gcr.io/q/**"], checks = [{ always_deny = true }] },
      { display_name = "rest", checks = [%s] },
    ]`, freshness)
	w.RunChecked(t, w.gone,
		resource.TestStep{
			Config: w.config(first, ""),
			ConfigPlanChecks: does(plancheck.ResourceActionCreate,
				plancheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(w.name.String())),
				plancheck.ExpectKnownValue(address, keyPath(0, 1).AtMapKey("key_id"), knownvalue.StringExact(p256ID)),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("etag"), knownvalue.NotNull()),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("update_time"), knownvalue.NotNull()),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("deletion_policy"), knownvalue.StringExact("DELETE")),
				statecheck.ExpectIdentity(address, map[string]knownvalue.Check{
					"project": knownvalue.StringExact(w.Project), "platform": knownvalue.StringExact("gke"),
					"name": knownvalue.StringExact(w.name.ID),
				}),
			},
		},
		resource.TestStep{Config: w.config(second, `description = "Prod"`), ConfigPlanChecks: does(plancheck.ResourceActionUpdate)},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportCommandWithID, ImportStateVerify: true},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: w.name.ID},
		resource.TestStep{
			ResourceName:    address,
			ImportState:     true,
			ImportStateKind: resource.ImportBlockWithID,
			ImportStateId:   w.Project + "/" + w.name.ID,
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		resource.TestStep{Config: w.config("", ""), ConfigPlanChecks: does(plancheck.ResourceActionUpdate)},
		resource.TestStep{Config: other.config("", ""), ConfigPlanChecks: does(plancheck.ResourceActionReplace)},
	)
}

// everyKind returns checks of each kind, with all their attributes.
func everyKind(t *testing.T, w *world) map[string]string {
	pem := known(t, "p256.pem")
	return map[string]string{
		"always_deny":     `{ always_deny = true, display_name = "Nothing", image_allowlist = ["gcr.io/p/app:v1"] }`,
		"image_freshness": freshness,
		"trusted_dir":     `{ trusted_directory_check = { trusted_dir_patterns = ["*-docker.pkg.dev/p/r", "gcr.io/p/**"] } }`,
		"vulnerability": `{ vulnerability_check = {
		  maximum_fixable_severity = "LOW", maximum_unfixable_severity = "ALLOW_ALL", allowed_cves = ["CVE-2021-20305"],
		  blocked_cves = ["CVE-2020-10543"], container_analysis_vulnerability_projects = ["projects/demo-a", "projects/demo-b"] } }`,
		"empty slsa": `{ slsa_check = {} }`,
		"slsa": `{ slsa_check = { rules = [{
		  trusted_builder = "GOOGLE_CLOUD_BUILD", config_based_build_required = true, custom_constraints = "true",
		  trusted_source_repo_patterns = ["github.com/o/*"],
		  attestation_source = { container_analysis_attestation_projects = ["projects/demo-a"] } }, {}] } }`,
		"sigstore": fmt.Sprintf(`{ sigstore_signature_check = { sigstore_authorities = [{
		  display_name = "S", public_key_set = { public_keys = [{ public_key_pem = %q }] } }] } }`, pem),
		"attestation": fmt.Sprintf(`{ simple_signing_attestation_check = { container_analysis_attestation_projects = ["projects/demo-a"],
		  attestation_authenticators = [{ display_name = "A", pkix_public_key_set = { pkix_public_keys = [%s, %s, %s] } }] } }`,
			pkix(t, "p256.pem", "EC_SIGN_P256_SHA256", `key_id = "https://keys.example.com/1"`), kms(w.KMSKeyVersion(t), ""),
			pkix(t, "rsa2048.pem", "RSA_PSS_2048_SHA256", "")),
	}
}

// TestPlatformPolicyEveryKind: a read and an import find the policy as written.
func TestPlatformPolicyEveryKind(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	all := []string{}
	for name, check := range everyKind(t, w) {
		all = append(all, check)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			one.Run(t,
				resource.TestStep{Config: one.config(rest(check), ""), ConfigPlanChecks: does(plancheck.ResourceActionCreate)},
				resource.TestStep{
					ResourceName:    address,
					ImportState:     true,
					ImportStateKind: resource.ImportBlockWithID,
					ImportStateId:   one.name.String(),
				},
			)
		})
	}
	w.Run(t, resource.TestStep{
		Config:           w.config(rest(strings.Join(all, ",\n")), ""),
		ConfigPlanChecks: does(plancheck.ResourceActionCreate),
	})
}

// TestPlatformPolicyEqualities: another form with the same meaning to the API is no change.
func TestPlatformPolicyEqualities(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	pem := known(t, "p256.pem")
	ec := func(pem, algorithm string) string {
		return fmt.Sprintf("{ public_key_pem = %q, signature_algorithm = %q }", pem, algorithm)
	}
	rsa := pkix(t, "rsa4096.pem", "RSA_PSS_4096_SHA512", "")
	whole := func(keys, more string) string {
		return fmt.Sprintf("image_allowlist = [\"gcr.io/a\", \"gcr.io/b\"]\ncheck_sets = [{ checks = [{ %s "+
			"simple_signing_attestation_check = { attestation_authenticators = "+
			"[{ pkix_public_key_set = { pkix_public_keys = [%s] } }] } }] }]", more, keys)
	}
	steps := []resource.TestStep{
		{Config: w.config(whole(ec(pem, "ECDSA_P256_SHA256")+","+rsa, ""), ""), ConfigPlanChecks: does(plancheck.ResourceActionCreate)},
	}
	for _, same := range []string{
		w.config(whole(ec(pem, "EC_SIGN_P256_SHA256")+","+rsa, ""), ""),                                                    // an alias
		w.config(whole(ec(strings.TrimSpace(strings.ReplaceAll(pem, "\n", "\r\n")), "ECDSA_P256_SHA256")+","+rsa, ""), ""), // white space
		w.config(whole(rsa+","+ec(pem, "ECDSA_P256_SHA256"), ""), ""),                                                      // another order
		w.config(whole(ec(pem, "ECDSA_P256_SHA256")+","+rsa, "display_name = \"\"\nimage_allowlist = []\nalways_deny = false\n"),
			`description = ""`),
		w.config(strings.ReplaceAll(whole(ec(pem, "ECDSA_P256_SHA256")+","+rsa, ""), `"gcr.io/a", "gcr.io/b"`, `"gcr.io/b", "gcr.io/a"`),
			""),
		w.config(whole(pkix(t, "p256.pem", "ECDSA_P256_SHA256", fmt.Sprintf("key_id = %q", p256ID))+","+rsa, ""),
			fmt.Sprintf("project = %q", w.Project)),
	} {
		steps = append(steps, resource.TestStep{Config: same, ConfigPlanChecks: does(plancheck.ResourceActionNoop)})
	}
	w.Run(t, steps...)
	if n := w.Calls("ReplacePlatformPolicy"); n > 0 {
		t.Errorf("%d updates were sent", n)
	}
}
