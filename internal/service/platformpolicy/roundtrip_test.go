package platformpolicy_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/artifactregistry"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/containeranalysis"
)

// The first form of each check refuses otherImage. newImage has no evidence at all.
const (
	otherImage = "us-docker.pkg.dev/demo/lab/other@" + digest
	newImage   = "us-docker.pkg.dev/demo/lab/new@" + digest
)

// allKinds are the kinds of checks, by the names of the API.
var allKinds = []string{
	"always_deny", "image_freshness_check", "sigstore_signature_check", "simple_signing_attestation_check", "slsa_check",
	"trusted_directory_check", "vulnerability_check",
}

// trip takes one kind of check through all its operations.
type trip struct {
	kind string // in results
	// check refuses otherImage; changed does not.
	check, changed string
	// errs is true if the check cannot be evaluated for newImage.
	errs bool
	// beside holds other resources of the same apply.
	beside string
}

// trips adds evidence of the images, and returns a trip for each kind of check.
func trips(t *testing.T, w *world) map[string]trip {
	t.Helper()
	signer, otherSigner := newCosigner(t), newCosigner(t)
	dies(t, w.Emulator.Artifacts().Put(artifactregistry.Image{URI: web}))
	dies(t, w.Emulator.Artifacts().Put(artifactregistry.Image{URI: otherImage, UploadTime: time.Now().AddDate(0, 0, -40)}))
	dies(t, w.Emulator.Artifacts().Sign(web, signer.sign(t, web)))
	dies(t, w.Emulator.Artifacts().Sign(otherImage, otherSigner.sign(t, otherImage)))
	dies(t, w.Emulator.Analysis().Scan(w.Project, web, containeranalysis.Scan{}))
	dies(t, w.Emulator.Analysis().Scan(w.Project, otherImage, containeranalysis.Scan{
		Findings: []containeranalysis.Finding{{CVE: "CVE-2024-0001", Severity: "CRITICAL", Package: "p", FixAvailable: true}},
	}))
	dies(t, w.Emulator.Analysis().Build(w.Project, web, containeranalysis.Build{Source: "https://github.com/demo/web", ConfigBased: true}))
	dies(t, w.Emulator.Analysis().Build(w.Project, otherImage, containeranalysis.Build{
		Source:      "https://github.com/lab/other",
		ConfigBased: true,
	}))

	named := func(body string) string { return `{ display_name = "It", ` + body + " }" }
	vulnerable := func(more string) string {
		return named(`vulnerability_check = { maximum_fixable_severity = "MEDIUM", maximum_unfixable_severity = "HIGH", ` +
			`container_analysis_vulnerability_projects = ["projects/demo"]` + more + " }")
	}
	built := func(repositories string) string {
		return named(`slsa_check = { rules = [{ trusted_builder = "GOOGLE_CLOUD_BUILD", config_based_build_required = true, ` +
			`trusted_source_repo_patterns = [` + repositories +
			`], attestation_source = { container_analysis_attestation_projects = ["projects/demo"] } }] }`)
	}
	cosigned := func(keys ...*cosigner) string {
		all := make([]string, len(keys))
		for i, k := range keys {
			all[i] = fmt.Sprintf("{ public_key_pem = %q }", k.public(t))
		}
		return named("sigstore_signature_check = { sigstore_authorities = [{ public_key_set = { public_keys = [" + strings.Join(all, ", ") +
			"] } }] }")
	}
	attested := func(versions ...string) string {
		for i, v := range versions {
			versions[i] = kms(v, "")
		}
		return named(`simple_signing_attestation_check = { container_analysis_attestation_projects = ["projects/demo"], ` +
			`attestation_authenticators = [{ pkix_public_key_set = { pkix_public_keys = [` +
			strings.Join(versions, ", ") + "] } }] }")
	}
	version := w.KMSKeyVersion(t)
	second := strings.TrimSuffix(version, "1") + "2"
	return map[string]trip{
		"always_deny": {
			kind: "AlwaysDeny", check: named(`always_deny = true, image_allowlist = ["` + webName + `"]`),
			changed: named(`always_deny = true, image_allowlist = ["us-docker.pkg.dev/demo/**"]`),
		},
		"image_freshness_check": {
			kind: "ImageFreshnessCheck", check: named("image_freshness_check = { max_upload_age_days = 30 }"),
			changed: named("image_freshness_check = { max_upload_age_days = 50 }"),
		},
		"trusted_directory_check": {
			kind:    "TrustedDirectoryCheck",
			check:   named(`trusted_directory_check = { trusted_dir_patterns = ["us-docker.pkg.dev/demo/app"] }`),
			changed: named(`trusted_directory_check = { trusted_dir_patterns = ["us-docker.pkg.dev/demo/*"] }`),
		},
		"vulnerability_check": {
			kind: "VulnerabilityCheck", errs: true, check: vulnerable(""), changed: vulnerable(`, allowed_cves = ["CVE-2024-0001"]`),
		},
		"slsa_check": {kind: "SlsaCheck", check: built(`"github.com/demo/*"`), changed: built(`"github.com/demo/*", "github.com/lab/*"`)},
		"sigstore_signature_check": {
			kind: "SigstoreSignatureCheck", check: cosigned(signer), changed: cosigned(signer, otherSigner),
		},
		"simple_signing_attestation_check": {
			kind: "SimpleSigningAttestationCheck", check: attested(version), changed: attested(version, second),
			beside: attestations(version, second),
		},
	}
}

// attestations returns an attestation of web by the first key, and one of otherImage by the second.
func attestations(first, second string) string {
	of := func(name, image, version string) string {
		return fmt.Sprintf("resource \"binauthz_attestation\" %q {\n  attestor = binauthz_attestor.ci.id\n  image = %q\n  "+
			"kms_key_version = %q\n}\n", name, image, version)
	}
	return "resource \"binauthz_note\" \"ci\" {\n  name = \"ci\"\n  human_readable_name = \"CI\"\n}\n" +
		"resource \"binauthz_attestor\" \"ci\" {\n  name = \"ci\"\n  note = binauthz_note.ci.id\n  public_keys = [" + kms(first, "") +
		", " + kms(second, "") + "]\n}\n" +
		of("web", web, first) + of("other", otherImage, second)
}

// cosigner signs with a key in the format of Cosign.
type cosigner struct{ key *ecdsa.PrivateKey }

func newCosigner(t *testing.T) *cosigner {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	dies(t, err)
	return &cosigner{key}
}

func (c *cosigner) public(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(c.key.Public())
	dies(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func (c *cosigner) sign(t *testing.T, image string) conformance.Signature {
	t.Helper()
	name, digest, _ := strings.Cut(image, "@")
	payload := fmt.Appendf(nil,
		`{"critical":{"identity":{"docker-reference":%q},"image":{"docker-manifest-digest":%q},"type":"cosign container image `+
			`signature"},"optional":null}`, name, digest)
	hash := sha256.Sum256(payload)
	signature, err := ecdsa.SignASN1(rand.Reader, c.key, hash[:])
	dies(t, err)
	return conformance.Signature{Payload: payload, Signature: signature}
}

// TestEveryKindOfCheckGoesRound: each kind of check is created, evaluated for each of its verdicts,
// updated in place and imported.
func TestEveryKindOfCheckGoesRound(t *testing.T) {
	t.Parallel()
	for _, kind := range allKinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			trip := trips(t, w)[kind]
			step := func(action plancheck.ResourceActionType, check, image, verdict string) resource.TestStep {
				s := w.verdict(rest(check), ofImage(image)+trip.after(), verdict, trip.says(verdict))
				s.Config += trip.beside
				s.ConfigPlanChecks = does(action)
				return s
			}
			steps := []resource.TestStep{
				step(plancheck.ResourceActionCreate, trip.check, web, conformant),
				step(plancheck.ResourceActionNoop, trip.check, otherImage, nonConformant),
			}
			if trip.errs {
				steps = append(steps, step(plancheck.ResourceActionNoop, trip.check, newImage, "ERROR"))
			}
			w.RunChecked(t, w.gone, append(steps,
				step(plancheck.ResourceActionUpdate, trip.changed, otherImage, conformant),
				resource.TestStep{
					ResourceName:      address,
					ImportState:       true,
					ImportStateKind:   resource.ImportCommandWithID,
					ImportStateVerify: true,
				},
				resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
			)...)
		})
	}
}

// after makes the question wait for the attestations.
func (r trip) after() string {
	if r.beside == "" {
		return ""
	}
	return "depends_on = [binauthz_attestation.web, binauthz_attestation.other]"
}

// says expects the verdict at the check. The service's explanation is at the check and in the
// explanation of the whole.
func (r trip) says(verdict string) map[string]knownvalue.Check {
	check := map[string]knownvalue.Check{
		"index": knownvalue.Int64Exact(0), "display_name": text("It"), "type": text(r.kind), "verdict": text(verdict),
		"explanation": knownvalue.NotNull(),
	}
	whole := text("")
	if verdict != conformant {
		words := fmt.Sprintf(`%s at index 0 with display name "It" has verdict %s\. \S`, r.kind,
			strings.Replace(verdict, nonConformant, "NOT_CONFORMANT", 1))
		check["explanation"] = knownvalue.StringRegexp(regexp.MustCompile("^" + words))
		whole = knownvalue.StringRegexp(regexp.MustCompile(`^us-docker\.pkg\.dev/demo/lab/\S+: ` + words + `.*$`))
	}
	set := object(map[string]knownvalue.Check{"checks": objects(check)})
	return map[string]knownvalue.Check{
		"explanation": whole,
		"results": objects(map[string]knownvalue.Check{
			"verdict": text(verdict), "images": objects(map[string]knownvalue.Check{"verdict": text(verdict), "check_set": set}),
		}),
	}
}

// TestEveryKindOfCheckIsFound: a query finds the policy with an unchanged check of each kind.
func TestEveryKindOfCheckIsFound(t *testing.T) {
	t.Parallel()
	acctest.NeedsQueries(t)
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	all, checks := trips(t, w), ""
	for _, kind := range allKinds {
		checks += all[kind].check + ",\n"
	}
	cli := w.CLI(t, w.config(rest(checks), ""))
	cli.Succeeds(t, "apply", "-auto-approve")
	found, said := cli.Query(t, "list \"binauthz_platform_policy\" \"all\" {\n  provider = binauthz\n  include_resource = true\n}\n")
	if len(found) != 1 || len(said) > 0 || found[0].Identity["name"] != w.name.ID {
		t.Fatalf("found are %v, and said is %v", found, said)
	}
	for i, kind := range allKinds {
		if check := checkIn(found[0], i); check[kind] == nil || check["display_name"] != "It" {
			t.Errorf("%s is %v", kind, check)
		}
	}
}

// checkIn returns a check of the found policy's only check set.
func checkIn(found acctest.Found, i int) map[string]any {
	policy, _ := found.Resource["gke_policy"].(map[string]any)
	sets, _ := policy["check_sets"].([]any)
	set, _ := sets[0].(map[string]any)
	checks, _ := set["checks"].([]any)
	check, _ := checks[i].(map[string]any)
	return check
}

// TestPlatformPolicyAsInConfigConnector: the policy has all parts of the largest policy in Config
// Connector's tests of BinaryAuthorizationPlatformPolicy: a description, an allowlist, and a named
// check set with its own allowlist and a named check to deny everything. An update changes each
// text.
func TestPlatformPolicyAsInConfigConnector(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	body := func(version, project string) string {
		pattern := fmt.Sprintf("[\"gcr.io/%s/*\"]", project)
		return w.config("image_allowlist = "+pattern+"\ncheck_sets = [{ display_name = \"set "+version+"\", image_allowlist = "+pattern+
			", checks = [{ display_name = \"deny "+version+"\", always_deny = true }] }]", "description = \"Everything, "+version+"\"")
	}
	w.RunChecked(t, w.gone,
		resource.TestStep{Config: body("first", "demo-base"), ConfigPlanChecks: does(plancheck.ResourceActionCreate)},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportCommandWithID, ImportStateVerify: true},
		resource.TestStep{
			ResourceName:    address,
			ImportState:     true,
			ImportStateKind: resource.ImportBlockWithID,
			ImportStateId:   w.name.String(),
		},
		resource.TestStep{Config: body("second", "demo-other"), ConfigPlanChecks: does(plancheck.ResourceActionUpdate)},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
	)
}
