package attestation_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

func value(attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(it, tfjsonpath.New(attribute), check)
}

// TestAttestation: one configuration creates note, attestor and attestation, and destroys all of
// them.
func TestAttestation(t *testing.T) {
	t.Parallel()
	g := acctest.New(t)
	note, attestor := g.Name("note"), g.Name("attestor")
	surroundings := fmt.Sprintf(`
resource "binauthz_note" "it" {
  name                = %q
  human_readable_name = "Test"
}
resource "binauthz_attestor" "it" {
  name        = %q
  note        = binauthz_note.it.id
  public_keys = [{ kms_key_version = %q }]
}
`, note, attestor, g.KMSKeyVersion(t))
	config := func(image string) string {
		return surroundings + strings.Replace(attested("ATTESTOR", image, fmt.Sprintf("kms_key_version = %q", g.KMSKeyVersion(t))),
			`"ATTESTOR"`, "binauthz_attestor.it.id", 1)
	}
	payload, err := attest.Payload(webImage)
	fine(t, err)
	g.Run(t,
		resource.TestStep{
			Config: config(webImage),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{
					plancheck.ExpectUnknownValue(it, tfjsonpath.New("public_key_id")), // the attestor is not there yet
					plancheck.ExpectKnownValue(it, tfjsonpath.New("serialized_payload"), knownvalue.StringExact(string(payload))),
				},
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
			ConfigStateChecks: []statecheck.StateCheck{
				value("id", knownvalue.StringRegexp(regexp.MustCompile(`^projects/`+g.Project+`/occurrences/[^/]+$`))),
				value("project", knownvalue.StringExact(g.Project)),
				value("note", knownvalue.StringExact("projects/"+g.Project+"/notes/"+note)),
				value("resource_uri", knownvalue.StringExact("https://"+webImage)),
				value("public_key_id", knownvalue.StringExact("//cloudkms.googleapis.com/v1/"+g.KMSKeyVersion(t))),
				value("serialized_payload", knownvalue.StringExact(string(payload))),
				value("signature", knownvalue.NotNull()), value("create_time", knownvalue.NotNull()),
				value("update_time", knownvalue.NotNull()),
				statecheck.ExpectIdentity(it, map[string]knownvalue.Check{
					"project": knownvalue.StringExact(g.Project), "name": knownvalue.NotNull(),
				}),
			},
			Check: holds(t, g, note, 1),
		},
		resource.TestStep{ResourceName: it, ImportState: true, ImportStateKind: resource.ImportCommandWithID, ImportStateVerify: true},
		resource.TestStep{ResourceName: it, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		resource.TestStep{ResourceName: it, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		resource.TestStep{
			Config:           config(otherImage),
			ConfigPlanChecks: onlyAction(plancheck.ResourceActionReplace),
			Check:            holds(t, g, note, 1),
		},
		resource.TestStep{Config: surroundings, Check: holds(t, g, note, 0)},
	)
}

// attestedByEach attests an image by each Cloud KMS key version. The key of a version in the map is
// the name of its attestor.
func attestedByEach(t *testing.T, note, image string, versions map[string]string) string {
	t.Helper()
	return acctest.HCL(t, "testdata/attestation_by_each_key.tf", map[string]any{"note": note, "image": image, "kms_key_versions": versions})
}

// TestAttestationByEveryAlgorithm: attestations by each of the algorithms in Cloud KMS.
func TestAttestationByEveryAlgorithm(t *testing.T) {
	t.Parallel()
	const ring = "projects/demo/locations/global/keyRings/all/cryptoKeys/"
	var keys []string
	versions := map[string]string{}
	for _, name := range attest.AlgorithmNames() {
		a, err := attest.ParseAlgorithm(name)
		fine(t, err)
		if kms, ok := a.KMS(); ok && string(a) == name {
			keys = append(keys, ring+kms+"="+kms)
			versions[kms] = ring + kms + "/cryptoKeyVersions/1"
		}
	}
	g := acctest.NewEmulated(t, emulator.Options{KMSKeys: keys})
	cli := g.CLI(t, attestedByEach(t, "n", webImage, versions))
	runs(t, cli, 0, "apply", "-auto-approve")
	if n, made := g.Calls("ValidateAttestationOccurrence"), len(there(t, g, "n")); n != made || made != 11 || len(versions) != 11 {
		t.Errorf("%d made and %d validated of %d", made, n, len(versions))
	}
	if out := runs(t, g.Fresh(t, cli), 0, "plan", "-detailed-exitcode"); strings.Contains(out, "no longer verifiable") {
		t.Error(out)
	}
	runs(t, g.Fresh(t, cli), 0, "destroy", "-auto-approve")
	if n := g.Calls("DeleteOccurrence"); n != 11 {
		t.Errorf("%d deleted", n)
	}
}

// TestAttestationWithAReadySignature: signatures of openssl and gpg are accepted.
func TestAttestationWithAReadySignature(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ready")
	a := k.attestor("ready")
	now, err := k.Clients.FreshAttestor(t.Context(), a)
	fine(t, err)
	now.GetUserOwnedGrafeasNote().PublicKeys = []*binaryauthorizationpb.AttestorPublicKey{
		pkixKey(t, "https://example.com/p384", "p384.pem", binaryauthorizationpb.PkixPublicKey_ECDSA_P384_SHA384),
		pkixKey(t, "https://example.com/p521", "p521.pem", binaryauthorizationpb.PkixPublicKey_ECDSA_P521_SHA512),
		{PublicKey: &binaryauthorizationpb.AttestorPublicKey_AsciiArmoredPgpPublicKey{AsciiArmoredPgpPublicKey: text(t, "pgp_rsa.asc")}},
	}
	_, err = k.Clients.UpdateAttestor(t.Context(), a, now)
	fine(t, err)
	const fingerprint = "BE8A725DF3793A0EC44F6A40270B47647B0C2A56"
	p384 := attested("ready", knownImage, written(t, "signature", "filebase64", "ECDSA_P384_SHA384.sig"),
		`public_key_id = "https://example.com/p384"`)
	k.Run(t,
		resource.TestStep{
			Config: p384, ConfigPlanChecks: onlyAction(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				value("public_key_id", knownvalue.StringExact("https://example.com/p384")), value("kms_key_version", knownvalue.Null()),
			},
		},
		resource.TestStep{ResourceName: it, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"attestor"}},
		resource.TestStep{ // the attestor by its full name is the same
			Config: attested(a.String(), knownImage, written(t, "signature", "filebase64", "ECDSA_P384_SHA384.sig"),
				`public_key_id = "https://example.com/p384"`),
			ConfigPlanChecks: onlyAction(plancheck.ResourceActionNoop),
		},
		resource.TestStep{
			Config: attested("ready", knownImage, written(t, "signature", "filebase64", "ECDSA_P521_SHA512.sig"),
				`public_key_id = "https://example.com/p521"`,
				written(t, "serialized_payload", "file", "payload.json")),
			ConfigPlanChecks: onlyAction(plancheck.ResourceActionReplace), Check: holds(t, k.Ground, "ready", 1),
		},
		resource.TestStep{
			Config: attested("ready", knownImage, written(t, "signature", "filebase64", "pgp_rsa.msg.asc"),
				fmt.Sprintf("public_key_id = %q", fingerprint)),
			ConfigPlanChecks: onlyAction(plancheck.ResourceActionReplace), Check: holds(t, k.Ground, "ready", 1),
		},
		resource.TestStep{
			Config: attested("ready", knownImage, written(t, "signature", "filebase64", "pgp_rsa.msg.gpg"),
				fmt.Sprintf("public_key_id = %q", fingerprint)),
			ExpectError: anywhere("the signature is not an armored OpenPGP message: sign with gpg --armor --sign"),
		},
		resource.TestStep{
			Config: attested("ready", knownImage, written(t, "signature", "filebase64", "pgp_rsa.clear.asc"),
				fmt.Sprintf("public_key_id = %q", fingerprint)),
			ConfigPlanChecks: onlyAction(plancheck.ResourceActionReplace), Check: holds(t, k.Ground, "ready", 1),
		},
	)
	if n := k.Calls("AsymmetricSign"); n != 0 {
		t.Errorf("Cloud KMS signed %d times", n)
	}
}

func pkixKey(
	t *testing.T, id, file string, algorithm binaryauthorizationpb.PkixPublicKey_SignatureAlgorithm,
) *binaryauthorizationpb.AttestorPublicKey {
	t.Helper()
	return &binaryauthorizationpb.AttestorPublicKey{Id: id, PublicKey: &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{
		PkixPublicKey: &binaryauthorizationpb.PkixPublicKey{PublicKeyPem: text(t, file), SignatureAlgorithm: algorithm},
	}}
}

// TestAnAttestationThatIsThereIsAdopted: an attestation by any author is adopted if it is in the
// project and verifies.
func TestAnAttestationThatIsThereIsAdopted(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	k.attests(t, "elsewhere", "ci", webImage, webImage, k.version.KeyID())
	k.attests(t, k.Project, "ci", webImage, otherImage, k.version.KeyID()) // of something else
	k.attests(t, k.Project, "ci", webImage, webImage, "https://example.com/nobody")
	k.attests(t, k.Project, "ci", strings.Replace(webImage, "app/web", "app/copy", 1), webImage, k.version.KeyID())
	k.attestsText(t, webImage, " ") // valid, but another payload
	good := k.attests(t, k.Project, "ci", webImage, webImage, k.version.KeyID())
	before := k.Calls("CreateOccurrence")
	k.RunChecked(t, holds(t, k.Ground, "ci", 5), resource.TestStep{
		Config: attested("ci", webImage, by(k.version)), ConfigPlanChecks: onlyAction(plancheck.ResourceActionCreate),
		ConfigStateChecks: []statecheck.StateCheck{value("id", knownvalue.StringExact(good))},
	})
	if n := k.Calls("CreateOccurrence"); n != before {
		t.Errorf("%d were made", n-before)
	}
}

// attestsText writes an attestation of image, with more text after the usual payload.
func (k *keeper) attestsText(t *testing.T, image, more string) {
	t.Helper()
	payload, err := attest.Payload(image)
	fine(t, err)
	payload = append(payload, more...)
	signature, err := k.Clients.Sign(context.Background(), k.version, k.key.Algorithm, payload)
	fine(t, err)
	_, err = k.Clients.CreateAttestation(context.Background(), k.Project, &gcp.Occurrence{
		NoteName: k.note("ci").String(), ResourceUri: "https://" + image,
		Details: &grafeas.Occurrence_Attestation{Attestation: &grafeas.AttestationOccurrence{
			SerializedPayload: payload, Signatures: []*grafeas.Signature{{PublicKeyId: k.version.KeyID(), Signature: signature}},
		}},
	})
	fine(t, err)
}

// TestAKeyIsKnownByWhatItIs: a key is recognized by its key material, not by its id in the
// attestor.
func TestAKeyIsKnownByWhatItIs(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", "https://example.com/ci")
	config := attested("projects/demo/attestors/ci", webImage, by(k.version))
	k.Run(t,
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: onlyAction(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				value("public_key_id", knownvalue.StringExact("https://example.com/ci")),
				value("note", knownvalue.StringExact("projects/demo/notes/ci")),
			},
		},
	)
	// An import cannot recognize a key of Cloud KMS. The configuration adds it by an in-place
	// update.
	name := k.attests(t, k.Project, "ci", otherImage, otherImage, "https://example.com/ci")
	k.Run(t, resource.TestStep{
		Config:           fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", it, name) + attested("ci", otherImage, by(k.version)),
		ConfigPlanChecks: onlyAction(plancheck.ResourceActionUpdate), Check: holds(t, k.Ground, "ci", 1),
		ConfigStateChecks: []statecheck.StateCheck{value("id", knownvalue.StringExact(name))},
	})
	expectMade(t, k, 2)
}

// expectMade fails unless n attestations were written.
func expectMade(t *testing.T, k *keeper, n int) {
	t.Helper()
	if made := k.Calls("CreateOccurrence"); made != n {
		t.Errorf("%d attestations were written, want %d", made, n)
	}
}

// TestReplacements: another image, attestor, project or key replaces the attestation, also with
// create_before_destroy.
func TestReplacements(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]string{"destroy first": "", "create first": "lifecycle { create_before_destroy = true }"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := rotated(t)
			k.reads(t, "twin", "ci", k.version.KeyID()) // of the same note, with the same key
			second := k.version
			second.Version = "2"
			step := func(attestor, image string, version resname.KMSKeyVersion, more ...string) resource.TestStep {
				return resource.TestStep{
					Config:           attested(attestor, image, append(more, by(version))...),
					ConfigPlanChecks: onlyAction(plancheck.ResourceActionReplace),
					Check: resource.ComposeTestCheckFunc(holds(t, k.Ground, "ci", 1),
						resource.TestCheckResourceAttr(it, "image", image)),
				}
			}
			first := step("ci", webImage, k.version, more)
			first.ConfigPlanChecks = onlyAction(plancheck.ResourceActionCreate)
			tainted := step("ci", webImage, second, more)
			tainted.Taint = []string{it}
			twin := step("twin", otherImage, k.version, more)
			k.RunChecked(t, holds(t, k.Ground, "ci", 0),
				first,
				step("ci", webImage, second, more),
				tainted,
				step("ci", otherImage, second, more),
				step("ci", otherImage, k.version, more),
				twin,
				step("projects/demo/attestors/twin", otherImage, k.version, more, `project = "elsewhere"`),
			)
		})
	}
}

// rotated returns an attestor with two versions of a key.
func rotated(t *testing.T) *keeper {
	t.Helper()
	const key = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci"
	k := &keeper{Ground: acctest.NewEmulated(t, emulator.Options{KMSKeys: []string{key, key}})}
	var err error
	k.version, err = resname.ParseKMSKeyVersion(key + "/cryptoKeyVersions/1")
	fine(t, err)
	k.key, err = k.Clients.PublicKey(t.Context(), k.version)
	fine(t, err)
	k.adds(t, "ci", k.version.KeyID())
	second := k.version
	second.Version = "2"
	public, err := k.Clients.PublicKey(t.Context(), second)
	fine(t, err)
	k.edit(t, "ci", func(a *gcp.Attestor) {
		key := a.GetUserOwnedGrafeasNote()
		key.PublicKeys = append(key.PublicKeys, &binaryauthorizationpb.AttestorPublicKey{
			Id: second.KeyID(),
			PublicKey: &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{
				PkixPublicKey: &binaryauthorizationpb.PkixPublicKey{
					PublicKeyPem:       public.PEM,
					SignatureAlgorithm: binaryauthorizationpb.PkixPublicKey_ECDSA_P256_SHA256,
				},
			},
		})
	})
	return k
}

// edit changes an attestor without the provider.
func (k *keeper) edit(t *testing.T, id string, change func(*gcp.Attestor)) {
	t.Helper()
	now, err := k.Clients.FreshAttestor(context.Background(), k.attestor(id))
	fine(t, err)
	change(now)
	_, err = k.Clients.UpdateAttestor(context.Background(), k.attestor(id), now)
	fine(t, err)
}

func TestAnAttestationThatVanishedIsMadeAgain(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	config := attested("ci", webImage, by(k.version))
	k.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				fine(t, k.Clients.DeleteAttestation(context.Background(), there(t, k.Ground, "ci")[0].GetName()))
			},
			Config: config, ConfigPlanChecks: onlyAction(plancheck.ResourceActionCreate), Check: holds(t, k.Ground, "ci", 1),
		},
	)
}

// TestValuesThatAreNotKnownYet: the apply waits for unknown values.
func TestValuesThatAreNotKnownYet(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	for attribute, input := range map[string]string{
		"image": webImage, "attestor": "ci", "kms_key_version": k.version.String(),
		"project": "demo",
	} {
		config := attested("ci", webImage, by(k.version), `project = "demo"`)
		given := regexp.MustCompile(`(?m)^  `+attribute+` = ".*"$`).ReplaceAllString(config,
			"  "+attribute+" = terraform_data.later.output")
		config = fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = %q\n}\n%s", input, given)
		k.RunChecked(t, holds(t, k.Ground, "ci", 0), resource.TestStep{
			Config:           config,
			ConfigPlanChecks: onlyAction(plancheck.ResourceActionCreate),
			Check:            holds(t, k.Ground, "ci", 1),
		})
	}
}

// TestPlanOfManyAttestations: the number of calls does not grow with the number of attestations.
func TestPlanOfManyAttestations(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	cli := k.CLI(t, acctest.HCL(t, "testdata/attestations_of_100_images.tf", map[string]any{"kms_key_version": k.version.String()}))
	runs(t, cli, 0, "apply", "-auto-approve")
	holdsNow := len(there(t, k.Ground, "many"))
	before := k.AllCalls()
	runs(t, k.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
	if calls := k.AllCalls() - before; calls > 8 || holdsNow != 100 {
		t.Errorf("a plan of %d attestations made %d calls", holdsNow, calls)
	}
	runs(t, k.Fresh(t, cli), 0, "destroy", "-auto-approve")
}
