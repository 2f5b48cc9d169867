package probe

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"strings"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
)

func signatureProbes() []Probe {
	return []Probe{
		{
			ID:      "KEY-ID-TWICE",
			Unknown: "Ids of public keys must differ within an attestor.",
			Run: func(ctx context.Context, t *Trial) {
				one, two := t.ec(), t.ec()
				t.tryKeys(ctx, "the same id", pkix(uriOne, one.text, p256), pkix(uriOne, two.text, p256))
				t.tryKeys(ctx, "the same key", pkix(uriOne, one.text, p256), pkix(uriTwo, one.text, p256))
			},
			Want: `
				the same id: INVALID_ARGUMENT
				the same key: OK`,
		},
		{
			ID:      "KEY-ID-FORM",
			Unknown: "The id of a PKIX key has no \":\" or is a URI, as in Kritis; the reference requires a URI.",
			Run: func(ctx context.Context, t *Trial) {
				k := t.ec()
				for _, id := range []string{"plain", "1:2", "a b", "//cloudkms.googleapis.com/v1/projects/p", uriOne} {
					t.tryKeys(ctx, id, pkix(id, k.text, p256))
				}
			},
			Want: `
				plain: OK
				1:2: INVALID_ARGUMENT
				a b: INVALID_ARGUMENT
				//cloudkms.googleapis.com/v1/projects/p: OK
				https://example.com/one: OK`,
		},
		{
			ID:      "KEY-ALGORITHM",
			Unknown: "A key needs a text of its kind and a fitting algorithm.",
			Run: func(ctx context.Context, t *Trial) {
				k := t.ec()
				t.tryKeys(ctx, "another curve", pkix(uriOne, k.text, p384))
				t.tryKeys(ctx, "an RSA algorithm", pkix(uriOne, k.text, pss))
				t.tryKeys(ctx, "no algorithm", pkix(uriOne, k.text, 0))
				t.tryKeys(ctx, "no text", pkix(uriOne, "", p256))
				t.tryKeys(ctx, "no key", &binaryauthorizationpb.AttestorPublicKey{Id: uriOne})
				t.tryKeys(ctx, "PEM as OpenPGP", armored(k.text))
			},
			Want: `
				another curve: INVALID_ARGUMENT
				an RSA algorithm: INVALID_ARGUMENT
				no algorithm: INVALID_ARGUMENT
				no text: INVALID_ARGUMENT
				no key: INVALID_ARGUMENT
				PEM as OpenPGP: INVALID_ARGUMENT`,
		},
		{
			ID:      "KEY-PEM-TEXT",
			Unknown: "A PEM text is exactly one block without headers, surrounded only by white space. It reads as sent.",
			Run: func(ctx context.Context, t *Trial) {
				k := t.ec()
				t.tryKeys(ctx, "a header", pkix(uriOne, strings.Replace(k.text, "KEY-----\n", "KEY-----\nProbe: 1\n\n", 1), p256))
				t.tryKeys(ctx, "text in front", pkix(uriOne, "probe\n"+k.text, p256))
				t.tryKeys(ctx, "text behind", pkix(uriOne, k.text+"probe\n", p256))
				t.tryKeys(ctx, "two blocks", pkix(uriOne, k.text+t.ec().text, p256))
				spaced := "\n\n" + k.text + "\n"
				t.tryKeys(ctx, "white space around it", pkix(uriOne, spaced, p256))
				t.Note("as it was sent", "%t", t.firstKey(ctx).GetPkixPublicKey().GetPublicKeyPem() == spaced)
			},
			Want: `
				a header: INVALID_ARGUMENT
				text in front: INVALID_ARGUMENT
				text behind: INVALID_ARGUMENT
				two blocks: INVALID_ARGUMENT
				white space around it: OK
				as it was sent: true`,
		},
		{
			ID:      "KEY-PGP-BLOCKS",
			Unknown: "Two armored OpenPGP blocks in one text are refused.",
			Run: func(ctx context.Context, t *Trial) {
				t.tryKeys(ctx, "two blocks", armored(t.pgp(false).text+t.pgp(false).text))
			},
			Want: `two blocks: INVALID_ARGUMENT`,
		},
		{
			ID:      "KEY-PGP-SEVERAL",
			Unknown: "Of several OpenPGP keys in one text, the first sets the id.",
			Run: func(ctx context.Context, t *Trial) {
				one, two := t.pgp(false), t.pgp(false)
				text, err := inArmor(
					openpgp.PublicKeyType,
					func(w io.Writer) error { return errors.Join(one.entity.Serialize(w), two.entity.Serialize(w)) },
				)
				t.Setup("armor", err)
				t.tryKeys(ctx, "two keys", armored(text))
				first := fmt.Sprintf("%X", one.entity.PrimaryKey.Fingerprint)
				t.Note("the id is the first one's", "%t", t.firstKey(ctx).GetId() == first)
			},
			Want: `
				two keys: OK
				the id is the first one's: true`,
		},
		{
			ID:      "KEY-PGP-VERSION",
			Unknown: "An OpenPGP key must have version 4. Version 6 is refused.",
			Run: func(ctx context.Context, t *Trial) {
				entity, err := openpgp.NewEntity("probe", "", "probe@example.com", &packet.Config{V6Keys: true})
				t.Setup("key", err)
				text, err := inArmor(openpgp.PublicKeyType, entity.Serialize)
				t.Setup("armor", err)
				t.tryKeys(ctx, "version 6", armored(text))
			},
			Want: `version 6: INVALID_ARGUMENT`,
		},
		{
			ID:      "KEY-PGP-EXPIRED",
			Unknown: "An attestor accepts an expired OpenPGP key; its signatures do not verify.",
			Run: func(ctx context.Context, t *Trial) {
				k := t.pgp(true)
				t.tryKeys(ctx, "create", armored(k.text))
				signed, err := k.armoredMessage(t.payload())
				t.Setup("sign", err)
				t.validate(ctx, "validate", t.signed(t.firstKey(ctx).GetId(), signed))
			},
			Want: `
				create: OK
				validate: OK result=ATTESTATION_NOT_VERIFIABLE`,
		},
		{
			ID: "SIGNATURE-PGP-CLEAR",
			Unknown: "An OpenPGP signature is an armored message. Google's texts disagree about clear-signed messages: they are " +
				"accepted, because the command in gcloud's help makes them.",
			Run: func(ctx context.Context, t *Trial) {
				k := t.pgp(false)
				t.tryKeys(ctx, "create", armored(k.text))
				id := t.firstKey(ctx).GetId()
				signed, err := k.armoredMessage(t.payload())
				t.Setup("sign", err)
				t.validate(ctx, "an armored message", t.signed(id, signed))
				signed, err = k.clearSigned(t.payload())
				t.Setup("sign", err)
				t.validate(ctx, "a clear-signed message", t.signed(id, signed))
			},
			Want: `
				create: OK
				an armored message: OK result=VERIFIED
				a clear-signed message: OK result=VERIFIED`,
		},
		{
			ID:      "SIGNATURE-PGP-BINARY",
			Unknown: "An OpenPGP message without armor is not mentioned in Google's texts, and is not accepted.",
			Run: func(ctx context.Context, t *Trial) {
				k := t.pgp(false)
				t.tryKeys(ctx, "create", armored(k.text))
				signed, err := k.message(t.payload())
				t.Setup("sign", err)
				t.validate(ctx, "validate", t.signed(t.firstKey(ctx).GetId(), signed))
			},
			Want: `
				create: OK
				validate: OK result=ATTESTATION_NOT_VERIFIABLE`,
		},
		{
			ID:      "SIGNATURE-KEY-ID",
			Unknown: "A signature verifies an attestation only if its key id equals the id of the attestor's key.",
			Run: func(ctx context.Context, t *Trial) {
				k := t.ec()
				t.tryKeys(ctx, "create", pkix(uriOne, k.text, p256))
				signed := t.sign(k, t.payload(), crypto.SHA256)
				t.validate(ctx, "the key's id", t.signed(uriOne, signed))
				t.validate(ctx, "in upper case", t.signed(strings.ToUpper(uriOne), signed))
				t.validate(ctx, "no id", t.signed("", signed))
			},
			Want: `
				create: OK
				the key's id: OK result=VERIFIED
				in upper case: OK result=ATTESTATION_NOT_VERIFIABLE
				no id: OK result=ATTESTATION_NOT_VERIFIABLE`,
		},
		{
			ID:      "SIGNATURE-ONE-GOOD",
			Unknown: "One valid signature is enough, independent of the others.",
			Run: func(ctx context.Context, t *Trial) {
				k := t.ec()
				t.tryKeys(ctx, "create", pkix(uriOne, k.text, p256), pkix(uriTwo, t.ec().text, p256))
				a := t.signed(uriTwo, t.sign(k, t.payload(), crypto.SHA256))
				a.Signatures = append(
					a.Signatures,
					&grafeaspb.Signature{PublicKeyId: uriOne, Signature: t.sign(k, t.payload(), crypto.SHA256)},
				)
				t.validate(ctx, "one bad, one good", a)
			},
			Want: `
				create: OK
				one bad, one good: OK result=VERIFIED`,
		},
		{
			ID:      "SIGNATURE-JWT",
			Unknown: "JWTs of an attestation are ignored: one without signatures is not verifiable.",
			Run: func(ctx context.Context, t *Trial) {
				t.tryKeys(ctx, "create", pkix(uriOne, t.ec().text, p256))
				a := &grafeaspb.AttestationOccurrence{
					SerializedPayload: t.payload(),
					Jwts:              []*grafeaspb.Jwt{{CompactJwt: "e30.e30.e30"}},
				}
				t.validate(ctx, "validate", a)
			},
			Want: `
				create: OK
				validate: OK result=ATTESTATION_NOT_VERIFIABLE`,
		},
		{
			ID:      "SIGNATURE-PSS-SALT",
			Unknown: "The salt of an RSA-PSS signature is as long as its digest.",
			Run: func(ctx context.Context, t *Trial) {
				k, err := rsaKey()
				t.Setup("key", err)
				t.tryKeys(ctx, "create", pkix(uriOne, k.text, pss))
				for _, c := range []struct {
					step string
					salt int
				}{{"32 bytes", 32}, {"20 bytes", 20}, {"as long as it can be", rsa.PSSSaltLengthAuto}} {
					options := &rsa.PSSOptions{SaltLength: c.salt, Hash: crypto.SHA256}
					t.validate(ctx, c.step, t.signed(uriOne, t.sign(k, t.payload(), options)))
				}
			},
			Want: `
				create: OK
				32 bytes: OK result=VERIFIED
				20 bytes: OK result=ATTESTATION_NOT_VERIFIABLE
				as long as it can be: OK result=ATTESTATION_NOT_VERIFIABLE`,
		},
		{
			ID: "SIGNATURE-PAE",
			Unknown: "A signature of the payload in DSSE's encoding, an option of gcloud, does not verify for an attestor. It verifies " +
				"in a check of a platform policy.",
			Run: func(ctx context.Context, t *Trial) {
				const kind = "application/vnd.dev.cosign.simplesigning.v1+json"
				k := t.ec()
				t.tryKeys(ctx, "create", pkix(uriOne, k.text, p256))
				encoded := fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(kind), kind, len(t.payload()), t.payload())
				t.validate(ctx, "validate", t.signed(uriOne, t.sign(k, encoded, crypto.SHA256)))
			},
			Want: `
				create: OK
				validate: OK result=ATTESTATION_NOT_VERIFIABLE`,
		},
		{
			ID: "SIGNATURE-PAYLOAD-CASE",
			Unknown: "The payload of an attestation has gcloud's type and layout. The type and the field names are case-insensitive, " +
				"because Google's pages differ. White space and additional fields are ignored.",
			Run: func(ctx context.Context, t *Trial) {
				k := t.ec()
				t.tryKeys(ctx, "create", pkix(uriOne, k.text, p256))
				for _, c := range [][3]string{
					{"the type of other pages", "Google cloud binauthz", "Google Cloud BinAuthz"},
					{"another type", "Google cloud binauthz", "Other"},
					{"upper case of a field", `"critical"`, `"Critical"`},
					{"a further field", `"critical"`, `"optional": {}, "critical"`},
					{"no type", `"type"`, `"kind"`},
				} {
					payload := bytes.Replace(t.payload(), []byte(c[1]), []byte(c[2]), 1)
					a := t.signed(uriOne, t.sign(k, payload, crypto.SHA256))
					a.SerializedPayload = payload
					t.validate(ctx, c[0], a)
				}
			},
			Want: `
				create: OK
				the type of other pages: OK result=VERIFIED
				another type: OK result=ATTESTATION_NOT_VERIFIABLE
				upper case of a field: OK result=VERIFIED
				a further field: OK result=VERIFIED
				no type: OK result=ATTESTATION_NOT_VERIFIABLE`,
		},
		{
			ID:      "SIGNATURE-PAYLOAD-IMAGE",
			Unknown: "The payload must contain the digest of the occurrence's resource; its repository is ignored.",
			Run: func(ctx context.Context, t *Trial) {
				k := t.ec()
				t.tryKeys(ctx, "create", pkix(uriOne, k.text, p256))
				for _, c := range [][3]string{
					{"another repository", "/probe/web", "/probe/other"}, {"another digest", "sha256:9f", "sha256:00"},
				} {
					payload := bytes.Replace(t.payload(), []byte(c[1]), []byte(c[2]), 1)
					a := t.signed(uriOne, t.sign(k, payload, crypto.SHA256))
					a.SerializedPayload = payload
					t.validate(ctx, c[0], a)
				}
			},
			Want: `
				create: OK
				another repository: OK result=VERIFIED
				another digest: OK result=ATTESTATION_NOT_VERIFIABLE`,
		},
		{
			ID:      "SIGNATURE-ATTESTOR-MISSING",
			Unknown: "Validation by a missing attestor is NOT_FOUND, without an attestation INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				t.validate(ctx, "no attestor", t.signed(uriOne, []byte("x")))
				t.attestor(ctx)
				t.validate(ctx, "no attestation", nil)
			},
			Want: `
				no attestor: NOT_FOUND
				no attestation: INVALID_ARGUMENT`,
		},
		{
			ID: "V1BETA1-NOTE",
			Unknown: "v1beta1 and v1alpha2 of Binary Authorization are v1 with userOwnedDrydockNote for userOwnedGrafeasNote. The " +
				"latter is an unknown field there.",
			Run: func(ctx context.Context, t *Trial) {
				note := t.attestor(ctx).GetUserOwnedGrafeasNote().GetNoteReference()
				for _, version := range []string{"v1beta1", "v1alpha2"} {
					page, err := t.REST(ctx, "binaryauthorization", "GET", version+"/"+t.attestorName("a"), "")
					t.Saw(version, page.Body, err, "userOwnedDrydockNote.noteReference", "userOwnedGrafeasNote?")
					_, err = t.REST(ctx, "binaryauthorization", "PUT", version+"/"+t.attestorName("a"),
						`{"userOwnedGrafeasNote":{"noteReference":"`+note+`"}}`)
					t.Saw(version+" with the name of v1", nil, err)
				}
			},
			Want: `
				v1beta1: OK userOwnedDrydockNote.noteReference=projects/PROJECT/notes/note-a userOwnedGrafeasNote=unset
				v1beta1 with the name of v1: INVALID_ARGUMENT
				v1alpha2: OK userOwnedDrydockNote.noteReference=projects/PROJECT/notes/note-a userOwnedGrafeasNote=unset
				v1alpha2 with the name of v1: INVALID_ARGUMENT`,
		},
		{
			ID:      "V1BETA1-KEY-ID",
			Unknown: "They also have the fields that v1 messages lack, such as the keyId of a PKIX key.",
			Run: func(ctx context.Context, t *Trial) {
				a := t.attestor(ctx)
				k := strings.ReplaceAll(t.ec().text, "\n", `\n`)
				_, err := t.REST(
					ctx,
					"binaryauthorization",
					"PUT",
					"v1beta1/"+t.attestorName("a"),
					`{"userOwnedDrydockNote":{"noteReference":"`+
						a.GetUserOwnedGrafeasNote().
							GetNoteReference()+
						`","publicKeys":[{"id":"https://example.com/one","pkixPublicKey":{"publicKeyPem":"`+k+
						`","signatureAlgorithm":"ECDSA_P256_SHA256","keyId":"https://example.com/one"}}]}}`,
				)
				t.Saw("update", nil, err)
				page, err := t.REST(ctx, "binaryauthorization", "GET", "v1beta1/"+t.attestorName("a"), "")
				t.Saw("get", page.Body, err, "userOwnedDrydockNote.publicKeys.0.pkixPublicKey.keyId")
			},
			Want: `
				update: OK
				get: OK userOwnedDrydockNote.publicKeys.0.pkixPublicKey.keyId=https://example.com/one`,
		},
	}
}

func (t *Trial) ec() key {
	k, err := ecKey()
	t.Setup("key", err)
	return k
}

func (t *Trial) pgp(expired bool) pgpKey {
	k, err := newPGP(expired)
	t.Setup("OpenPGP key", err)
	return k
}

func (t *Trial) sign(k key, payload []byte, options crypto.SignerOpts) []byte {
	signed, err := k.sign(payload, options)
	t.Setup("sign", err)
	return signed
}

// tryKeys recreates the attestor "a" with keys.
func (t *Trial) tryKeys(ctx context.Context, step string, keys ...*binaryauthorizationpb.AttestorPublicKey) {
	if _, err := t.getAttestor(ctx); err == nil {
		t.Setup("delete", t.deleteAttestor(ctx, "a"))
	}
	if _, err := t.Notes.GetNote(ctx, &grafeaspb.GetNoteRequest{Name: t.noteName("n")}); err != nil {
		t.note(ctx, "n")
	}
	_, err := t.createAttestor(ctx, "a", attestorOn(t.noteName("n"), keys...))
	t.Saw(step, nil, err)
}

// firstKey returns the first key of the attestor "a".
func (t *Trial) firstKey(ctx context.Context) *binaryauthorizationpb.AttestorPublicKey {
	a, err := t.getAttestor(ctx)
	t.Setup("get", err)
	if keys := a.GetUserOwnedGrafeasNote().GetPublicKeys(); len(keys) > 0 {
		return keys[0]
	}
	return nil
}

func (t *Trial) signed(id string, signature []byte) *grafeaspb.AttestationOccurrence {
	return &grafeaspb.AttestationOccurrence{
		SerializedPayload: t.payload(), Signatures: []*grafeaspb.Signature{{PublicKeyId: id, Signature: signature}},
	}
}

// validate validates an attestation with the attestor "a". It creates nothing.
func (t *Trial) validate(ctx context.Context, step string, a *grafeaspb.AttestationOccurrence) {
	answer, err := t.Validator.ValidateAttestationOccurrence(ctx, &binaryauthorizationpb.ValidateAttestationOccurrenceRequest{
		Attestor: t.attestorName("a"), OccurrenceNote: t.noteName("n"), OccurrenceResourceUri: t.image(), Attestation: a,
	})
	t.Saw(step, answer, err, "result")
}
