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

// Digests of other images in the known repository: of one with bad attestations only, and of one to be attested here.
const (
	otherDigest = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
	readyDigest = "sha256:3333333333333333333333333333333333333333333333333333333333333333"
)

func imageOf(digest string) string { return strings.ReplaceAll(knownImage, knownDigest, digest) }

// signatory signs with another program and a key that this program made.
type signatory struct {
	name  string
	key   *binaryauthorizationpb.AttestorPublicKey
	keyID string // as the program's own figures have it
	// signs, and cheats with another key or in another way.
	signs, cheats func(t *testing.T, payload []byte) []byte
	// verifies is the program's own judgement.
	verifies func(t *testing.T, payload, signature []byte) error
}

// bad are signatures that do not prove that payload was signed; other is another payload.
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
			continue // the next test is for it
		}
		private := strings.NewReplacer(" ", "-", ":", "-").Replace(s.key) // one of RSA serves several algorithms: it takes its time
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

// TestAReadyMLDSASignatureCounts, also where openssl cannot make one: it is one that OpenSSL 3.5 made.
func TestAReadyMLDSASignatureCounts(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	client := newGoogle(t, g)
	id := client.attestor(t, "pq", pkixKey(t, "", "mldsa65.pem", binaryauthorizationpb.PkixPublicKey_ML_DSA_65))
	runs(t, g.CLI(t, attested("pq", knownImage, written(t, "signature", "filebase64", "ML_DSA_65.sig"), fmt.Sprintf("public_key_id = %q", id))), 0, "apply", "-auto-approve")
	if made, validated := len(client.attached(t, "pq", knownImage)), g.Calls("ValidateAttestationOccurrence"); made != 1 || validated != 1 {
		t.Errorf("%d attestations were made and %d validated", made, validated)
	}
	bad := attested("pq", imageOf(otherDigest), written(t, "signature", "filebase64", "ML_DSA_65.sig"), fmt.Sprintf("public_key_id = %q", id))
	expectWords(t, runs(t, g.CLI(t, bad), 1, "plan"), "the signature is not one of this payload by this key with ML_DSA_65")
}

// signatory is a key with an algorithm. Where a second key is quickly made it cheats with one, or else with the other padding.
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
	return signatory{
		name: s.name(), keyID: "ni:///sha-256;" + base64.RawURLEncoding.EncodeToString(sum[:]),
		key: &binaryauthorizationpb.AttestorPublicKey{PublicKey: &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{PkixPublicKey: &binaryauthorizationpb.PkixPublicKey{
			PublicKeyPem: string(openssl.read(t, private+".pub")), SignatureAlgorithm: s.algorithm,
		}}},
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

// gnupg has a directory of keys that is thrown away.
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

// signs as Google's guides tell to; in clear text, as gcloud's help does, for one kind of keys.
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

// verdicts is what a configuration says of each attestor's attestations.
type verdicts struct {
	Listed, Validated map[string][]bool
	Admitted          map[string]bool
}

// expectAccepted has Google's clients make attestors and attach good signatures to one image and bad ones to another. Every
// construct here has to tell them apart, and a third image is attested here with signatures that are ready.
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
		names, attestors = append(names, fmt.Sprintf("%q", s.name)), append(attestors, "projects/demo/attestors/"+s.name)
		ready = append(ready, readyAttestation(s, "adopted", knownDigest, good), readyAttestation(s, "written", readyDigest, s.signs(t, payloadOf(t, readyDigest))))
	}
	client.requires(t, attestors...)
	before := g.Calls("CreateOccurrence")

	cli := g.CLI(t, strings.Join(ready, "")+fmt.Sprintf(`
locals {
  attestors = [%s]
  images    = { good = %q, bad = %q }
  asked     = { for pair in setproduct(local.attestors, keys(local.images)) : join(" ", pair) => { attestor = pair[0], image = local.images[pair[1]] } }
}
data "binauthz_attestations" "it" {
  for_each = local.asked
  attestor = each.value.attestor
  image    = each.value.image
}
data "binauthz_attestation_validation" "it" {
  for_each = local.asked
  attestor = each.value.attestor
  image    = each.value.image
}
data "binauthz_admission" "it" {
  for_each = local.images
  image    = each.value
}
output "it" {
  value = {
    listed    = { for of, it in data.binauthz_attestations.it : of => it.attestations[*].verified }
    validated = { for of, it in data.binauthz_attestation_validation.it : of => it.attestations[*].verified }
    admitted  = { for of, it in data.binauthz_admission.it : of => it.admitted }
  }
}
`, strings.Join(names, ", "), knownImage, imageOf(otherDigest)))
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
			if good, bad := of[s.name+" good"], of[s.name+" bad"]; !slices.Equal(good, []bool{true}) || !slices.Equal(bad, []bool{false, false, false, false}) {
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

// readyAttestation is a resource with a signature that another program made.
func readyAttestation(s signatory, what, digest string, signature []byte) string {
	return fmt.Sprintf("resource \"binauthz_attestation\" %q {\n  attestor      = %q\n  image         = %q\n  public_key_id = %q\n  signature     = %q\n}\n",
		s.name+"-"+what, s.name, imageOf(digest), s.keyID, base64.StdEncoding.EncodeToString(signature))
}
