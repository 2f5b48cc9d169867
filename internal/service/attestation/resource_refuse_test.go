package attestation_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// anywhere is a pattern of words, also across the line breaks of a CLI.
func anywhere(words string) *regexp.Regexp {
	return regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(words), " ", `[\s│]+`))
}

// TestAttestationsThatCannotBe: the plan refuses them, and states the reason and the remedy.
func TestAttestationsThatCannotBe(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	ready := func(file string, more ...string) []string {
		return append(more, written(t, "signature", "filebase64", file))
	}
	const version = `kms_key_version = "projects/demo/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1"`
	const repository = "us-docker.pkg.dev/acme/app/web"
	for name, c := range map[string]struct {
		image string
		more  []string
		want  string
	}{
		"tag": {repository + ":v1", []string{version}, `crane digest us-docker.pkg.dev/acme/app/web:v1`},
		"tag, by gcloud": {
			repository + ":v1",
			[]string{version},
			`gcloud artifacts docker images describe us-docker.pkg.dev/acme/app/web:v1 --format='value(image_summary.digest)'`,
		},
		"tag, by data source": {
			repository + ":v1", []string{version}, `data "binauthz_image" "this" { image = "us-docker.pkg.dev/acme/app/web:v1" }`,
		},
		"neither tag nor":       {repository, []string{version}, `use us-docker.pkg.dev/acme/app/web@sha256:…`},
		"tag beside the digest": {strings.Replace(webImage, "@", ":v1@", 1), []string{version}, `has both a tag and a digest`},
		"scheme": {
			"https://" + webImage, []string{version}, `has a scheme: use {registry}/{repository}@sha256:…, such as "us-docker.pkg.dev`,
		},
		"no registry": {
			"acme/app@" + knownDigest, []string{version}, `names no registry: images of Docker Hub are docker.io/acme/app@sha256:`,
		},
		"short digest": {strings.TrimSuffix(webImage, "1"), []string{version}, `64 hexadecimal digits`},
		"no key":       {webImage, nil, `Missing signer`},
		"two keys": {
			knownImage, ready("ECDSA_P256_SHA256.sig", version, `public_key_id = "https://x"`), `Two signers for one attestation`,
		},
		"no key id":         {knownImage, ready("ECDSA_P256_SHA256.sig"), `public_key_id`},
		"key id beside KMS": {webImage, []string{version, `public_key_id = "https://x"`}, `public_key_id`},
		"no base64": {
			webImage, []string{`signature = "§"`, `public_key_id = "https://x"`}, `The signature is not valid base64`,
		},
		"key, not a version": {
			webImage,
			[]string{`kms_key_version = "projects/demo/locations/global/keyRings/r/cryptoKeys/k"`},
			`is not the name of a Cloud KMS key version`,
		},
		"payload of another": {
			webImage, []string{version, written(t, "serialized_payload", "file", "payload.json")}, `the payload is about ` + knownDigest,
		},
		"payload of nothing": {webImage, []string{version, `serialized_payload = "{}"`}, `critical.type`},
		"attestor's name":    {webImage, []string{version, `project = "Demo"`}, `is not the id of a project`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k.Run(t, resource.TestStep{Config: attested("ci", c.image, c.more...), PlanOnly: true, ExpectError: anywhere(c.want)})
		})
	}
}

// TestAttestationsThatTheAttestorWouldNotVerify: the plan refuses them at the attribute.
func TestAttestationsThatTheAttestorWouldNotVerify(t *testing.T) {
	t.Parallel()
	const other = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/other"
	const rsa = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/rsa"
	const ed = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ed"
	g := acctest.NewEmulated(t, emulator.Options{KMSKeys: []string{other, rsa + "=RSA_SIGN_PSS_2048_SHA256", ed + "=EC_SIGN_ED25519"}})
	k := &keeper{Ground: g}
	k.adds(t, "none")
	k.adds(t, "ci")
	pss, err := g.Clients.PublicKey(t.Context(), versionOf(t, rsa))
	fine(t, err)
	k.edit(t, "ci", func(a *gcp.Attestor) {
		inPKCS1 := pkixKey(t, "https://example.com/rsa", "rsa2048.pem", binaryauthorizationpb.PkixPublicKey_RSA_SIGN_PKCS1_2048_SHA256)
		inPKCS1.GetPkixPublicKey().PublicKeyPem = pss.PEM
		a.GetUserOwnedGrafeasNote().PublicKeys = []*binaryauthorizationpb.AttestorPublicKey{
			pkixKey(t, "https://example.com/p256", "p256.pem", binaryauthorizationpb.PkixPublicKey_ECDSA_P256_SHA256), inPKCS1,
		}
	})
	signature := func(file, id string) string {
		return written(t, "signature", "filebase64", file) + "\n  public_key_id = " + fmt.Sprintf("%q", id)
	}
	for name, c := range map[string]struct{ attestor, image, more, want string }{
		"unknown key id": {
			"ci", knownImage, signature("ECDSA_P256_SHA256.sig", "https://example.com/P256"),
			`no public key with the id "https://example.com/P256". It has: "https://example.com/p256", "https://example.com/rsa"`,
		},
		"another's": {
			"ci", knownImage, signature("ECDSA_P384_SHA384.sig", "https://example.com/p256"),
			`the signature is not a signature of this payload by this key with ECDSA_P256_SHA256`,
		},
		"of something else": {
			"ci", webImage, signature("ECDSA_P256_SHA256.sig", "https://example.com/p256"),
			`the signature is not a signature of this payload by this key`,
		},
		"wrong KMS key": {
			"ci", webImage, by(versionOf(t, other)),
			other + `/cryptoKeyVersions/1 is not a key of the attestor. Its keys are: "https://example.com/p256"`,
		},
		"what to add": {
			"ci", webImage, by(versionOf(t, other)),
			`Add { kms_key_version = "` + other + `/cryptoKeyVersions/1" } to the public_keys of projects/demo/attestors/ci`,
		},
		"wrong algorithm": {
			"ci", webImage, by(versionOf(t, rsa)),
			`signs with RSA_PSS_2048_SHA256, but the attestor verifies this key with RSA_SIGN_PKCS1_2048_SHA256`,
		},
		"KMS of no use": {
			"ci", webImage, by(versionOf(t, ed)), `cannot verify signatures of the Cloud KMS algorithm "EC_SIGN_ED25519"`,
		},
		"no keys": {"none", webImage, by(versionOf(t, other)), `is not a key of the attestor. The attestor has no keys`},
		"no keys, ready": {
			"none", knownImage, signature("ECDSA_P256_SHA256.sig", "https://example.com/p256"), `the attestor has no public keys`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g.Run(t, resource.TestStep{Config: attested(c.attestor, c.image, c.more), PlanOnly: true, ExpectError: anywhere(c.want)})
		})
	}
	t.Cleanup(func() {
		if g.Calls("AsymmetricSign") != 0 || g.Calls("CreateOccurrence") != 0 {
			t.Error("something was signed or written")
		}
	})
}

// TestAPlanAsksForTheKey: the plan reads the key version, even if the attestor is new or missing. A
// version from the same apply would have no name yet.
func TestAPlanAsksForTheKey(t *testing.T) {
	t.Parallel()
	const made = "resource \"binauthz_note\" \"new\" {\n  name = \"new\"\n  human_readable_name = \"New\"\n}\n" +
		"resource \"binauthz_attestor\" \"new\" {\n  name = \"new\"\n  note = binauthz_note.new.id\n}\n"
	const missing, unusable, unchecked = "Error: Cloud KMS key version does not exist", "Error: Cannot use Cloud KMS key version",
		"Warning: Not checked until apply"
	for name, c := range map[string]struct {
		attestor string
		version  int
		fault    string
		want     string
		code     int
	}{
		"no version":               {`"ci"`, 7, "", missing, 1},
		"no version, new attestor": {"binauthz_attestor.new.id", 7, "", missing, 1},
		"no version, no attestor":  {`"nobody"`, 7, "", missing, 1},
		"disabled":                 {`"ci"`, 1, "GetPublicKey=failed_precondition,count=forever", unusable, 1},
		"disabled, new attestor": {
			"binauthz_attestor.new.id", 1, "GetPublicKey=failed_precondition,count=forever", "Enable this one", 1,
		},
		"unseen":                 {`"other"`, 1, "GetPublicKey=permission_denied,count=forever", unchecked, 0},
		"unseen, but not needed": {`"ci"`, 1, "GetPublicKey=permission_denied,count=forever", "!" + unchecked, 0},
		"unseen, perhaps needed, new attestor": {
			"binauthz_attestor.new.id", 1, "GetPublicKey=permission_denied,count=forever", "!" + unchecked, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKeeper(t)
			k.adds(t, "ci", k.version.KeyID())
			k.adds(t, "other", "https://example.com/ci")
			if c.fault != "" {
				k.fails(t, c.fault)
			}
			version := k.version
			version.Version = fmt.Sprint(c.version)
			config := "provider \"binauthz\" {\n  project = \"demo\"\n}\n" + made +
				strings.Replace(attested("X", webImage, by(version)), `"X"`, c.attestor, 1)
			said := runs(t, k.CLI(t, config), c.code, "plan")
			if words := strings.TrimPrefix(c.want, "!"); anywhere(words).MatchString(said) == (words != c.want) {
				t.Errorf("%q: %s", c.want, said)
			}
		})
	}
}

// TestWhatOnlyAnApplyFindsOut: a missing object is an error of the apply, because it could appear
// after the plan.
func TestWhatOnlyAnApplyFindsOut(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	k.reads(t, "noteless", "nowhere", k.version.KeyID())
	gone := k.version
	gone.Version = "7"
	for config, want := range map[string]string{
		attested("nobody", webImage,
			by(k.version)): `projects/demo/attestors/nobody: not found (GetAttestor): Requested entity was not found. Check the name. ` +
			`If the object was deleted, run a new plan to see all missing objects.`,
		attested("ci", webImage, by(gone)): `cryptoKeyVersions/7: not found (GetPublicKey)`,
		attested("noteless", webImage,
			by(k.version)): `an occurrence of projects/demo/notes/nowhere in projects/demo: not found (CreateOccurrence)`,
	} {
		k.Run(t, resource.TestStep{Config: config, ExpectError: anywhere(want)})
	}
}

// TestADeniedAttestation: the error names the missing permission, its object, and a role to grant.
func TestADeniedAttestation(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]string{
		"GetAttestor=permission_denied": "The permission binaryauthorization.attestors.get is missing. " +
			"The role roles/binaryauthorization.attestorsViewer grants it",
		"AsymmetricSign=permission_denied": "The permission cloudkms.cryptoKeyVersions.useToSign is missing on " +
			"projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci. " +
			"The role roles/cloudkms.signerVerifier grants it: gcloud kms keys add-iam-policy-binding ci",
		"CreateOccurrence=permission_denied": "The permission containeranalysis.occurrences.create is missing. " +
			"The role roles/containeranalysis.occurrences.editor grants it: gcloud projects add-iam-policy-binding demo",
		"CreateOccurrence=permission_denied,permission=containeranalysis.notes.attachOccurrence": "" +
			"The permission containeranalysis.notes.attachOccurrence is missing on projects/demo/notes/ci. " +
			"The role roles/containeranalysis.notes.attacher grants it",
		"CreateOccurrence=service_disabled": "gcloud services enable containeranalysis.googleapis.com --project=demo",
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			k := newKeeper(t)
			k.adds(t, "ci", k.version.KeyID())
			k.fails(t, fault+",count=forever")
			k.RunChecked(t, holds(t, k.Ground, "ci", 0), resource.TestStep{
				Config:      attested("ci", webImage, by(k.version)),
				ExpectError: anywhere(want),
			})
		})
	}
}

// TestTheRightToReadTheKeyIsNotNeeded: an apply needs no permission to read the key if the attestor
// has it under gcloud's id. Nor does it need permission to list.
func TestTheRightToReadTheKeyIsNotNeeded(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	k.adds(t, "other", "https://example.com/ci")
	k.fails(t, "GetPublicKey=permission_denied,count=forever")
	k.fails(t, "ListOccurrences=permission_denied,count=forever")
	k.fails(t, "ListNoteOccurrences=permission_denied,count=forever")
	k.Run(t, resource.TestStep{Config: attested("ci", webImage, by(k.version))},
		resource.TestStep{
			Config:      attested("other", webImage, by(k.version)),
			ExpectError: anywhere("The permission cloudkms.cryptoKeyVersions.viewPublicKey is missing"),
		})
	expectMade(t, k, 1)
}

// TestAnAttestationThatTheServiceDoesNotVerifyIsTakenBack: the apply deletes it again, and fails
// with the service's reason.
func TestAnAttestationThatTheServiceDoesNotVerifyIsTakenBack(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	cli := k.CLI(t, attested("ci", webImage, by(k.version)))
	go k.whileSigning(func() {
		k.edit(t, "ci", func(a *gcp.Attestor) { a.GetUserOwnedGrafeasNote().PublicKeys = nil })
	})
	k.fails(t, "AsymmetricSign=delay=1s")
	out := runs(t, cli, 1, "apply", "-auto-approve")
	expectWords(t, out, "Cannot create attestation",
		"Binary Authorization does not verify the attestation: the attestor has no public key with the id", "It was deleted again")
	if all := there(t, k.Ground, "ci"); len(all) != 0 || k.Calls("CreateOccurrence") != 1 {
		t.Errorf("left: %v", all)
	}
}

// TestAnAttestationThatMayNotBeValidatedIsMade: without the permission, the apply succeeds with a
// warning.
func TestAnAttestationThatMayNotBeValidatedIsMade(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	k.fails(t, "ValidateAttestationOccurrence=permission_denied,count=forever")
	cli := k.CLI(t, attested("ci", webImage, by(k.version)))
	expectWords(t, runs(t, cli, 0, "apply", "-auto-approve"), "Attestation not validated by the service",
		"The permission binaryauthorization.attestors.verifyImageAttested is missing on projects/demo/attestors/ci. The role "+
			"roles/binaryauthorization.attestorsVerifier grants it")
	runs(t, cli, 0, "plan", "-detailed-exitcode")
	expectMade(t, k, 1)
}

// TestAnAttestationThatMayNotBeReadOrDeleted: it stays in the state.
func TestAnAttestationThatMayNotBeReadOrDeleted(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	cli := k.CLI(t, attested("ci", webImage, by(k.version)))
	runs(t, cli, 0, "apply", "-auto-approve")
	for fault, words := range map[string]string{
		"GetOccurrence": "The permission containeranalysis.occurrences.get is missing. The role " +
			"roles/containeranalysis.occurrences.viewer grants it: gcloud projects add-iam-policy-binding demo",
		"DeleteOccurrence": "The permission containeranalysis.occurrences.delete is missing. The role " +
			"roles/containeranalysis.occurrences.editor grants it: gcloud projects add-iam-policy-binding demo",
	} {
		k.fails(t, fault+"=permission_denied")
		expectWords(t, runs(t, k.Fresh(t, cli), 1, "destroy", "-auto-approve"), words)
		if all := there(t, k.Ground, "ci"); len(all) != 1 {
			t.Errorf("%s: there are %v", fault, all)
		}
	}
	runs(t, k.Fresh(t, cli), 0, "destroy", "-auto-approve")
	if all := there(t, k.Ground, "ci"); len(all) != 0 {
		t.Errorf("left: %v", all)
	}
}
