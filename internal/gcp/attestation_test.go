package gcp

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const (
	anImage = "us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	aDigest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
)

// anAttestation has a text as signature: Container Analysis verifies none.
func anAttestation(t *testing.T, text string) *Occurrence {
	t.Helper()
	payload, err := attest.Payload(anImage)
	if err != nil {
		t.Fatal(err)
	}
	return &Occurrence{NoteName: noteName.String(), ResourceUri: "https://" + anImage, Details: &grafeas.Occurrence_Attestation{
		Attestation: &grafeas.AttestationOccurrence{
			SerializedPayload: payload,
			Signatures:        []*grafeas.Signature{{Signature: []byte(text), PublicKeyId: "ni:///sha-256;x"}},
		},
	}}
}

// noted is an emulator with the note of attestations.
func noted(t *testing.T, change ...func(*Config)) (*emulator.Server, *Clients) {
	t.Helper()
	server, c := emulated(t, emulator.Options{}, change...)
	if _, err := c.CreateNote(t.Context(), noteName, aNote("note")); err != nil {
		t.Fatal(err)
	}
	return server, c
}

func attestationsThere(t *testing.T, c *Clients) []*Occurrence {
	t.Helper()
	all, err := c.Attestations(t.Context(), noteName.String(), aDigest)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestADisturbedCreateMakesOneAttestation(t *testing.T) {
	t.Parallel()
	for fault, lost := range passing {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			server, c := noted(t, impatient(fault))
			inject(t, server, "CreateOccurrence="+fault)
			made, err := c.CreateAttestation(t.Context(), "demo", anAttestation(t, "x"))
			if err != nil {
				t.Fatal(err)
			}
			if there := attestationsThere(t, c); len(there) != 1 || there[0].GetName() != made.GetName() {
				t.Errorf("made %s, there are %d", made.GetName(), len(there))
			}
			if sent := calls(server, "CreateOccurrence"); lost && sent != 1 || !lost && sent < 2 {
				t.Errorf("%d creates", sent)
			}
		})
	}
}

// TestALostCreateWithoutTheRightToList: the service itself refuses a second one and names the
// first.
func TestALostCreateWithoutTheRightToList(t *testing.T) {
	t.Parallel()
	server, c := noted(t)
	inject(t, server, "CreateOccurrence=after:unavailable", "ListOccurrences=permission_denied,count=2")
	made, err := c.CreateAttestation(t.Context(), "demo", anAttestation(t, "x"))
	if err != nil {
		t.Fatal(err)
	}
	if there := attestationsThere(t, c); len(there) != 1 || there[0].GetName() != made.GetName() {
		t.Errorf("made %v, there are %v", made, there)
	}
	expectCalls(t, server, map[string]int{"CreateOccurrence": 2, "GetOccurrence": 1})
}

func TestTheSameAttestationIsTakenAsItIs(t *testing.T) {
	t.Parallel()
	server, c := noted(t)
	first, err := c.CreateAttestation(t.Context(), "demo", anAttestation(t, "x"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.CreateAttestation(t.Context(), "demo", anAttestation(t, "x"))
	if err != nil || !proto.Equal(first, second) {
		t.Errorf("%v, %v", second, err)
	}
	if other, err := c.CreateAttestation(t.Context(), "demo", anAttestation(t, "y")); err != nil || other.GetName() == first.GetName() {
		t.Errorf("another signature: %v, %v", other, err)
	}
	inject(t, server, "CreateOccurrence=already_exists")
	_, err = c.CreateAttestation(t.Context(), "demo", anAttestation(t, "z"))
	expectKind(t, err, KindExists)
}

func TestALostCreateInAnotherProjectIsNotTakenForOurs(t *testing.T) {
	t.Parallel()
	server, c := noted(t)
	if _, err := c.CreateAttestation(t.Context(), "elsewhere", anAttestation(t, "x")); err != nil {
		t.Fatal(err)
	}
	inject(t, server, "CreateOccurrence=unavailable")
	made, err := c.CreateAttestation(t.Context(), "demo", anAttestation(t, "x"))
	if err != nil || !strings.HasPrefix(made.GetName(), "projects/demo/") {
		t.Errorf("%v, %v", made, err)
	}
}

func TestADeniedAttestationNamesWhatIsMissingWhere(t *testing.T) {
	t.Parallel()
	onProject := "The permission containeranalysis.occurrences.create is missing. The role roles/containeranalysis.occurrences.editor " +
		"grants it: gcloud projects add-iam-policy-binding images --member=MEMBER --role=roles/containeranalysis.occurrences.editor"
	onNote := "The permission containeranalysis.notes.attachOccurrence is missing on projects/demo/notes/n. The role " +
		"roles/containeranalysis.notes.attacher grants it, on the note or on its project: gcloud projects add-iam-policy-binding demo " +
		"--member=MEMBER --role=roles/containeranalysis.notes.attacher"
	for fault, want := range map[string]string{
		"permission_denied": onProject,
		"permission_denied,permission=containeranalysis.notes.attachOccurrence": onNote,
		"permission_denied,permission=resourcemanager.projects.get":             onProject + "\n" + onNote,
	} {
		server, c := noted(t)
		inject(t, server, "CreateOccurrence="+fault)
		_, err := c.CreateAttestation(t.Context(), "images", anAttestation(t, "x"))
		expectKind(t, err, KindDenied)
		expectRemedy(t, err, want)
		expectCalls(t, server, map[string]int{"CreateOccurrence": 1})
	}
}

func expectRemedy(t *testing.T, err error, want string) {
	t.Helper()
	if e, ok := errors.AsType[*Error](err); !ok || e.Remedy != want {
		t.Errorf("%v says to do\n%v\nwant\n%s", err, e, want)
	}
}

func TestADisturbedDeleteOfAnAttestation(t *testing.T) {
	t.Parallel()
	for fault, lost := range passing {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			server, c := noted(t, impatient(fault))
			made, err := c.CreateAttestation(t.Context(), "demo", anAttestation(t, "x"))
			if err != nil {
				t.Fatal(err)
			}
			inject(t, server, "DeleteOccurrence="+fault)
			if err := c.DeleteAttestation(t.Context(), made.GetName()); lost && !IsKind(err, KindNotFound) || !lost && err != nil {
				t.Error(err)
			}
			if _, err := c.Attestation(t.Context(), made.GetName()); !IsKind(err, KindNotFound) {
				t.Errorf("still there: %v", err)
			}
		})
	}
}

// TestManyAttestationsAreReadWithOneList: a refresh of 100 costs one get and one list, as long as
// the list may be read.
func TestManyAttestationsAreReadWithOneList(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]map[string]int{
		"":                                  {"GetOccurrence": 1, "ListOccurrences": 1},
		"ListOccurrences=unavailable":       {"GetOccurrence": 1, "ListOccurrences": 2},
		"ListOccurrences=permission_denied": {"GetOccurrence": 30, "ListOccurrences": 1},
	} {
		server, c := noted(t)
		var names []string
		for i := range 30 {
			made, err := c.CreateAttestation(t.Context(), "demo", anAttestation(t, fmt.Sprint(i)))
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, made.GetName())
		}
		fresh := New(c.config)
		t.Cleanup(func() { hangUp(fresh) })
		if fault != "" {
			inject(t, server, fault)
		}
		for _, name := range names {
			if o, err := fresh.AttestationOf(t.Context(), noteName.String(), name); err != nil || o.GetName() != name {
				t.Errorf("%v, %v", o, err)
			}
		}
		expectCalls(t, server, want)
	}
}

func TestALongListOfAttestationsIsGivenUp(t *testing.T) {
	t.Parallel()
	server, c := noted(t)
	for i := range 5 {
		if _, err := c.CreateAttestation(t.Context(), "demo", anAttestation(t, fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	some, err := c.attestationsOf(t.Context(), "demo", `noteId="n"`, 3, nil)
	if err != nil || len(some) != 3 {
		t.Errorf("%d of 5 attestations, %v", len(some), err)
	}
	expectCalls(t, server, map[string]int{"ListOccurrences": 1})
	if all, err := c.Attestations(t.Context(), noteName.String(), ""); err != nil || len(all) != 5 {
		t.Errorf("%d of all 5 attestations, %v", len(all), err)
	}
}

// attestorWith makes an attestor with one key and says how its signatures are made.
func attestorWith(t *testing.T, c *Clients, keyID string) PublicKey {
	t.Helper()
	key, err := c.PublicKey(t.Context(), aKeyVersion)
	if err != nil {
		t.Fatal(err)
	}
	a := anAttestor("attestor")
	a.GetUserOwnedGrafeasNote().PublicKeys = []*binaryauthorizationpb.AttestorPublicKey{{
		Id: keyID, Comment: "of CI",
		PublicKey: &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{
			PkixPublicKey: &binaryauthorizationpb.PkixPublicKey{
				PublicKeyPem:       key.PEM,
				SignatureAlgorithm: binaryauthorizationpb.PkixPublicKey_ECDSA_P256_SHA256,
			},
		},
	}}
	if _, err := c.CreateAttestor(t.Context(), attestorName, a); err != nil {
		t.Fatal(err)
	}
	return key
}

func signed(t *testing.T, c *Clients, algorithm string) *Occurrence {
	t.Helper()
	o := anAttestation(t, "")
	signature, err := c.Sign(t.Context(), aKeyVersion, algorithm, o.GetAttestation().GetSerializedPayload())
	if err != nil {
		t.Fatal(err)
	}
	o.GetAttestation().Signatures = []*grafeas.Signature{{Signature: signature, PublicKeyId: aKeyVersion.KeyID()}}
	return o
}

func TestASignatureIsValidated(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{KMSKeys: []string{aKeyVersion.KMSKey.String()}})
	key := attestorWith(t, c, aKeyVersion.KeyID())
	inject(t, server, "AsymmetricSign=unavailable", "ValidateAttestationOccurrence=resource_exhausted")
	o := signed(t, c, key.Algorithm)
	if ok, reason, err := c.ValidateAttestation(t.Context(), attestorName, o); !ok || reason != "" || err != nil {
		t.Error(ok, reason, err)
	}
	a, err := c.Attestor(t.Context(), attestorName)
	if err != nil {
		t.Fatal(err)
	}
	s := o.GetAttestation().GetSignatures()[0]
	if err := Keyring(a).Verify(o.GetAttestation().GetSerializedPayload(), s.GetPublicKeyId(), s.GetSignature(), aDigest); err != nil {
		t.Error(err)
	}
	s.PublicKeyId = "https://other"
	if ok, reason, err := c.ValidateAttestation(t.Context(), attestorName, o); ok || !strings.Contains(reason, "https://other") ||
		err != nil {
		t.Error(ok, reason, err)
	}
	if err := Keyring(a).Verify(nil, "https://other", nil, aDigest); err == nil ||
		!strings.Contains(err.Error(), `"`+aKeyVersion.KeyID()+`" (of CI)`) {
		t.Errorf("an unknown key id: %v", err)
	}
}

func TestDeniedToSignOrToValidate(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{KMSKeys: []string{aKeyVersion.KMSKey.String()}})
	inject(t, server, "AsymmetricSign=permission_denied", "ValidateAttestationOccurrence=permission_denied")
	_, err := c.Sign(t.Context(), aKeyVersion, "EC_SIGN_P256_SHA256", []byte("x"))
	expectKind(t, err, KindDenied)
	expectRemedy(t, err, "The permission cloudkms.cryptoKeyVersions.useToSign is missing on "+
		"projects/demo/locations/global/keyRings/r/cryptoKeys/k. The role roles/cloudkms.signerVerifier grants it: "+
		"gcloud kms keys add-iam-policy-binding k --keyring=r --location=global --project=demo --member=MEMBER "+
		"--role=roles/cloudkms.signerVerifier")
	_, _, err = c.ValidateAttestation(t.Context(), resname.Attestor{Project: "p", ID: "a"}, anAttestation(t, "x"))
	expectKind(t, err, KindDenied)
	expectRemedy(t, err, "The permission binaryauthorization.attestors.verifyImageAttested is missing on projects/p/attestors/a. The "+
		"role roles/binaryauthorization.attestorsVerifier grants it: "+
		"gcloud container binauthz attestors add-iam-policy-binding a --project=p --member=MEMBER "+
		"--role=roles/binaryauthorization.attestorsVerifier")
}

func TestAKeyThatBinaryAuthorizationCannotVerifyIsNotAskedToSign(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{})
	if _, err := c.Sign(t.Context(), aKeyVersion, "EC_SIGN_ED25519", nil); err == nil || !strings.Contains(err.Error(), "EC_SIGN_ED25519") {
		t.Error(err)
	}
	expectCalls(t, server, map[string]int{"AsymmetricSign": 0})
}

// TestASignatureWithANumberForTheProject: Cloud KMS answers with the id.
func TestASignatureWithANumberForTheProject(t *testing.T) {
	t.Parallel()
	_, c := emulated(t, emulator.Options{KMSKeys: []string{aKeyVersion.KMSKey.String()}})
	a, err := c.CreateAttestor(t.Context(), attestorName, anAttestor(""))
	if err != nil {
		t.Fatal(err)
	}
	byNumber := aKeyVersion
	byNumber.Project, _, _ = strings.Cut(strings.TrimPrefix(a.GetUserOwnedGrafeasNote().GetDelegationServiceAccountEmail(), "service-"),
		"@")
	if _, err := c.Sign(t.Context(), byNumber, "EC_SIGN_P256_SHA256", []byte("x")); err != nil {
		t.Error(err)
	}
	if _, err := c.PublicKey(t.Context(), byNumber); err != nil {
		t.Error(err)
	}
}

// TestANewKeyIsWaitedFor: the service knows a key of an attestor some time after it was added.
func TestANewKeyIsWaitedFor(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{KMSKeys: []string{aKeyVersion.KMSKey.String()}}, func(c *Config) {
		c.Pause = 100 * time.Millisecond
	})
	key := attestorWith(t, c, "https://other")
	o := signed(t, c, key.Algorithm)
	go func() {
		for calls(server, "ValidateAttestationOccurrence") == 0 {
			time.Sleep(time.Millisecond)
		}
		now, err := c.FreshAttestor(t.Context(), attestorName)
		if err != nil {
			t.Error(err)
			return
		}
		now.GetUserOwnedGrafeasNote().PublicKeys[0].Id = aKeyVersion.KeyID()
		now.GetUserOwnedGrafeasNote().PublicKeys[0].GetPkixPublicKey().KeyId = ""
		if _, err := c.UpdateAttestor(t.Context(), attestorName, now); err != nil {
			t.Error(err)
		}
	}()
	if ok, reason, err := c.AwaitValidation(t.Context(), attestorName, o); !ok || err != nil {
		t.Error(ok, reason, err)
	}
}

func TestWhatTheServiceNeverVerifiesIsGivenUp(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{KMSKeys: []string{aKeyVersion.KMSKey.String()}})
	o := signed(t, c, attestorWith(t, c, "https://other").Algorithm)
	if ok, reason, err := c.AwaitValidation(t.Context(), attestorName, o); ok || reason == "" || err != nil {
		t.Error(ok, reason, err)
	}
	expectCalls(t, server, map[string]int{"ValidateAttestationOccurrence": propagationTries})
}

// TestAnAttestorForManyIsReadOnce, and again once it was written.
func TestAnAttestorForManyIsReadOnce(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{KMSKeys: []string{aKeyVersion.KMSKey.String()}})
	read := func(description string) {
		t.Helper()
		all(make([]int, 20), func(int) {
			if a, err := c.SharedAttestor(t.Context(), attestorName); err != nil || a.GetDescription() != description {
				t.Errorf("%v, %v", a, err)
			}
			if _, err := c.SharedPublicKey(t.Context(), aKeyVersion); err != nil {
				t.Error(err)
			}
		})
	}
	made, err := c.CreateAttestor(t.Context(), attestorName, anAttestor("old"))
	if err != nil {
		t.Fatal(err)
	}
	read("old")
	made.Description = "new"
	if _, err := c.UpdateAttestor(t.Context(), attestorName, made); err != nil {
		t.Fatal(err)
	}
	read("new")
	expectCalls(t, server, map[string]int{"GetAttestor": 4, "GetPublicKey": 1})
}
