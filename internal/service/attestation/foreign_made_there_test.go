package attestation_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// Digests of other images in the known repository. The image of otherDigest has only bad
// attestations. The test attests the image of readyDigest.
const (
	otherDigest = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
	readyDigest = "sha256:3333333333333333333333333333333333333333333333333333333333333333"
)

func imageOf(digest string) string { return strings.ReplaceAll(knownImage, knownDigest, digest) }

// signatory signs with another program, and with a key from this program.
type signatory struct {
	name  string
	key   *binaryauthorizationpb.AttestorPublicKey
	keyID string // computed by the program
	// signs makes a good signature. cheats uses another key or another padding.
	signs, cheats func(t *testing.T, payload []byte) []byte
	// verifies is the program's own verification.
	verifies func(t *testing.T, payload, signature []byte) error
}

// bad returns invalid signatures of payload; other is another payload.
func (s signatory) bad(t *testing.T, payload, other []byte) map[string][]byte {
	t.Helper()
	good := bytes.TrimSpace(s.signs(t, payload))
	return map[string][]byte{"of-another-payload": s.signs(t, other), "by-another": s.cheats(t, payload), "truncated": good[:len(good)-1]}
}

func TestWhatOpenSSLSignedCounts(t *testing.T) {
	t.Parallel()
	openssl := newOpenSSL(t)
	var all []signatory
	made := map[string]bool{}
	for _, s := range spokenByOpenSSL {
		if s.digest == "" {
			continue // see the next test
		}
		private := strings.NewReplacer(" ", "-", ":", "-").Replace(s.key) // one of RSA serves several algorithms: slow to generate
		if !made[private] {
			s.generate(t, openssl, private)
			made[private] = true
		}
		all = append(all, s.signatory(t, openssl, private))
	}
	expectAccepted(t, all)
}

func TestWhatOpenSSLSignedWithMLDSACounts(t *testing.T) {
	t.Parallel()
	openssl := newOpenSSL(t)
	for _, s := range spokenByOpenSSL {
		if s.digest == "" {
			s.knownTo(t, openssl)
			s.generate(t, openssl, "pq")
			expectAccepted(t, []signatory{s.signatory(t, openssl, "pq")})
		}
	}
}

// TestAReadyMLDSASignatureCounts: a signature of OpenSSL 3.5 is accepted. It comes from a file, so
// the test also runs with an openssl without ML-DSA.
func TestAReadyMLDSASignatureCounts(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	client := newGoogle(t, g)
	id := client.attestor(t, "pq", pkixKey(t, "", "mldsa65.pem", binaryauthorizationpb.PkixPublicKey_ML_DSA_65))
	runs(t, g.CLI(t, attested("pq", knownImage, written(t, "signature", "filebase64", "ML_DSA_65.sig"),
		fmt.Sprintf("public_key_id = %q", id))), 0, "apply", "-auto-approve")
	if made, validated := len(client.attached(t, "pq", knownImage)), g.Calls("ValidateAttestationOccurrence"); made != 1 || validated != 1 {
		t.Errorf("%d attestations were made and %d validated", made, validated)
	}
	bad := attested("pq", imageOf(otherDigest), written(t, "signature", "filebase64", "ML_DSA_65.sig"),
		fmt.Sprintf("public_key_id = %q", id))
	expectWords(t, runs(t, g.CLI(t, bad), 1, "plan"), "the signature is not a signature of this payload by this key with ML_DSA_65")
}

// signatory returns a signatory for a key and its algorithm. It cheats with a second key, or with
// the other padding if a second key is slow to generate.
func (s spoken) signatory(t *testing.T, openssl tool, private string) signatory {
	t.Helper()
	der := openssl.run(t, "pkey", "-pubin", "-in", private+".pub", "-outform", "DER")
	sum := sha256.Sum256([]byte(der))
	cheat, another := s, private+".another"
	switch {
	case !strings.HasPrefix(s.key, "RSA"), strings.HasSuffix(s.key, "2048"):
		s.generate(t, openssl, another)
	case s.salt > 0:
		another, cheat.salt = private, 0
	default:
		another, cheat.salt = private, 32
	}
	key := &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{PkixPublicKey: &binaryauthorizationpb.PkixPublicKey{
		PublicKeyPem: string(openssl.read(t, private+".pub")), SignatureAlgorithm: s.algorithm,
	}}
	return signatory{
		name: s.name(), keyID: "ni:///sha-256;" + base64.RawURLEncoding.EncodeToString(sum[:]),
		key:    &binaryauthorizationpb.AttestorPublicKey{PublicKey: key},
		signs:  func(t *testing.T, payload []byte) []byte { t.Helper(); return s.sign(t, openssl, private, payload) },
		cheats: func(t *testing.T, payload []byte) []byte { t.Helper(); return cheat.sign(t, openssl, another, payload) },
		verifies: func(t *testing.T, payload, signature []byte) error {
			t.Helper()
			return s.verify(t, openssl, private+".pub", payload, signature)
		},
	}
}

func TestWhatGnuPGSignedCounts(t *testing.T) {
	t.Parallel()
	gpg := newGnuPG(t)
	var all []signatory
	for _, kind := range []string{"rsa2048", "nistp256", "ed25519"} {
		fingerprint := gpg.generates(t, kind, "Test <"+kind+"@example.com>")
		another := gpg.generates(t, kind, "Another <another-"+kind+"@example.com>")
		all = append(all, signatory{
			name: "pgp-" + kind, keyID: fingerprint,
			key: &binaryauthorizationpb.AttestorPublicKey{PublicKey: &binaryauthorizationpb.AttestorPublicKey_AsciiArmoredPgpPublicKey{
				AsciiArmoredPgpPublicKey: gpg.run(t, "--armor", "--export", fingerprint),
			}},
			signs:    func(t *testing.T, payload []byte) []byte { t.Helper(); return gpg.signs(t, kind, fingerprint, payload) },
			cheats:   func(t *testing.T, payload []byte) []byte { t.Helper(); return gpg.signs(t, kind, another, payload) },
			verifies: gpg.verifies,
		})
	}
	expectAccepted(t, all)
}

// gnupg is gpg with a temporary directory of keys.
type gnupg struct{ tool }

func newGnuPG(t *testing.T) gnupg {
	t.Helper()
	p := installed(t, "gpg", "--version", `^gpg \(GnuPG\) (\d+)\.(\d+)`, 2, 1)
	p.env = []string{"GNUPGHOME=" + p.dir}
	fine(t, os.Chmod(p.dir, 0o700))
	t.Cleanup(func() {
		for _, command := range []string{"--kill=all", "--remove-socketdir"} { // gpg started an agent
			cleanup := exec.Command("gpgconf", command)
			cleanup.Env = append(os.Environ(), p.env...)
			_ = cleanup.Run()
		}
	})
	return gnupg{p}
}

func (p gnupg) run(t *testing.T, args ...string) string {
	t.Helper()
	return p.tool.run(t, append([]string{"--batch", "--yes", "--pinentry-mode=loopback", "--passphrase="}, args...)...)
}

func (p gnupg) generates(t *testing.T, kind, user string) (fingerprint string) {
	t.Helper()
	p.run(t, "--quick-generate-key", user, kind, "sign", "never")
	for line := range strings.Lines(p.run(t, "--with-colons", "--list-keys", "="+user)) {
		if field := strings.Split(line, ":"); field[0] == "fpr" {
			return field[9]
		}
	}
	t.Fatal("the key has no fingerprint")
	return ""
}

// signs follows Google's guides. For one kind of key it signs in clear text, as gcloud's help does.
func (p gnupg) signs(t *testing.T, kind, fingerprint string, payload []byte) []byte {
	t.Helper()
	file := p.write(t, "payload", payload)
	how := "--sign"
	if kind == "nistp256" {
		how = "--clearsign"
	}
	p.run(t, "--armor", "--local-user", fingerprint, "--output", "signature", how, file)
	return p.read(t, "signature")
}

func (p gnupg) verifies(t *testing.T, payload, signature []byte) error {
	t.Helper()
	if inside := p.run(t, "--decrypt", p.write(t, "signed", signature)); inside != string(payload) {
		return fmt.Errorf("the message holds %q", inside)
	}
	return nil
}

// verdicts are the results of a configuration for each attestor's attestations.
type verdicts struct {
	Listed, Validated map[string][]bool
	Admitted          map[string]bool
}

// expectAccepted creates attestors with Google's clients. It attaches good signatures to one image
// and bad ones to another. All data sources and the resource have to distinguish them. The provider
// attests a third image with other programs' signatures.
func expectAccepted(t *testing.T, all []signatory) {
	t.Helper()
	g := acctest.NewEmulated(t, emulator.Options{})
	client := newGoogle(t, g)
	known, other := payloadOf(t, knownDigest), payloadOf(t, otherDigest)
	var names, attestors, ready, bad []string
	for i, s := range all {
		scheme := []string{"https://", ""}[i%2] // gcloud writes none
		if id := client.attestor(t, s.name, s.key); id != s.keyID {
			t.Errorf("%s: the key's id is %s, it says itself %s", s.name, id, s.keyID)
		}
		good := s.signs(t, known)
		client.attaches(t, s.name, scheme+knownImage, known, s.keyID, good)
		client.attaches(t, s.name, scheme+imageOf(otherDigest), known, s.keyID, good)
		for name, signature := range s.bad(t, other, known) {
			client.attaches(t, s.name, scheme+imageOf(otherDigest), other, s.keyID, signature)
			bad = append(bad, readyAttestation(s, name, otherDigest, signature))
		}
		names, attestors = append(names, s.name), append(attestors, "projects/demo/attestors/"+s.name)
		ready = append(ready, readyAttestation(s, "adopted", knownDigest, good),
			readyAttestation(s, "written", readyDigest, s.signs(t, payloadOf(t, readyDigest))))
	}
	client.requires(t, attestors...)
	before := g.Calls("CreateOccurrence")

	cli := g.CLI(t, strings.Join(ready, "")+acctest.HCL(t, "testdata/verdicts_of_every_construct.tf", map[string]any{
		"attestors": names, "images": map[string]string{"good": knownImage, "bad": imageOf(otherDigest)},
	}))
	runs(t, cli, 0, "apply", "-auto-approve")
	out, _ := cli.Run(t, "output", "-json", "it")
	var got verdicts
	fine(t, json.Unmarshal([]byte(out), &got))
	if !got.Admitted["good"] || got.Admitted["bad"] {
		t.Errorf("admitted: %v", got.Admitted)
	}
	if n := g.Calls("CreateOccurrence") - before; n != len(all) {
		t.Errorf("%d attestations were written, want %d: those that Google's client wrote are adopted", n, len(all))
	}
	for _, s := range all {
		for _, of := range []map[string][]bool{got.Listed, got.Validated} {
			if good, bad := of[s.name+" good"], of[s.name+" bad"]; !slices.Equal(good, []bool{true}) ||
				!slices.Equal(bad, []bool{false, false, false, false}) {
				t.Errorf("%s: of the good attestations %v are verified, of the bad ones %v", s.name, good, bad)
			}
		}
		written := client.attached(t, s.name, imageOf(readyDigest))
		if len(written) != 1 || !bytes.Equal(written[0].GetSerializedPayload(), payloadOf(t, readyDigest)) {
			t.Fatalf("%s: there is %v", s.name, written)
		}
		fine(t, s.verifies(t, written[0].GetSerializedPayload(), written[0].GetSignatures()[0].GetSignature()))
	}

	refused, code := g.CLI(t, strings.Join(bad, "")).Run(t, "plan")
	if n := strings.Count(refused, "Error: "); code != 1 || n != len(bad) {
		t.Errorf("%d of %d bad signatures are refused (%d):\n%s", n, len(bad), code, refused)
	}
}

// readyAttestation returns a resource with a signature of another program.
func readyAttestation(s signatory, what, digest string, signature []byte) string {
	return fmt.Sprintf("resource \"binauthz_attestation\" %q {\n  attestor      = %q\n  image         = %q\n  public_key_id = %q\n  "+
		"signature     = %q\n}\n",
		s.name+"-"+what, s.name, imageOf(digest), s.keyID, base64.StdEncoding.EncodeToString(signature))
}
