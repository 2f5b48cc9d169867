package conformance_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
)

// stage is evidence made by tests.
type stage struct {
	occurrences map[string][]conformance.Occurrence // by "project KIND image"
	uploaded    map[string]time.Time
	signatures  map[string][]conformance.Signature
	bundled     map[string]bool
	unreadable  map[string]error // by the project or the image
	unlisted    map[string]error // the bundles, by the image
}

func newStage() *stage {
	return &stage{
		map[string][]conformance.Occurrence{},
		map[string]time.Time{},
		map[string][]conformance.Signature{},
		map[string]bool{},
		map[string]error{},
		map[string]error{},
	}
}

func (s *stage) Occurrences(_ context.Context, project, kind, image string) ([]conformance.Occurrence, error) {
	return s.occurrences[project+" "+kind+" "+image], s.unreadable[project]
}

func (s *stage) Uploaded(_ context.Context, image string) (time.Time, error) {
	at, ok := s.uploaded[image]
	if err := s.unreadable[image]; err != nil || ok {
		return at, err
	}
	return at, conformance.ErrNoImage
}

func (s *stage) Signatures(_ context.Context, image string) ([]conformance.Signature, error) {
	return s.signatures[image], s.unreadable[image]
}

func (s *stage) Bundled(_ context.Context, image string) (bool, error) {
	return s.bundled[image], s.unlisted[image]
}

// put adds occurrences of an image. An occurrence without a resource gets the usual one.
func (s *stage) put(project, kind, image string, occurrences ...conformance.Occurrence) {
	key := project + " " + kind + " " + image
	for _, o := range occurrences {
		if o.ResourceURI == "" {
			o.ResourceURI = "https://" + image
		}
		s.occurrences[key] = append(s.occurrences[key], o)
	}
}

// occurrence reads one from the API's JSON.
func occurrence(tb testing.TB, text string) (o conformance.Occurrence) {
	tb.Helper()
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	return o
}

// signer is a key with its PEM text.
type signer struct {
	key *ecdsa.PrivateKey
	pem string
}

var signers = sync.OnceValue(func() (all [3]signer) {
	for i := range all {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return all
		}
		der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
		if err != nil {
			return all
		}
		all[i] = signer{key, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}
	}
	return all
})

func (s signer) sign(tb testing.TB, payload string) []byte {
	tb.Helper()
	sum := sha256.Sum256([]byte(payload))
	signature, err := ecdsa.SignASN1(rand.Reader, s.key, sum[:])
	if err != nil {
		tb.Fatal(err)
	}
	return signature
}

// dsse is the signed text of DSSE
// (https://github.com/secure-systems-lab/dsse/blob/master/protocol.md).
func dsse(payload string) string {
	const kind = "application/vnd.dev.cosign.simplesigning.v1+json"
	return fmt.Sprintf("DSSEv1 %d %s %d %s", len(kind), kind, len(payload), payload)
}

func payloadOf(kind, repository, digest string) string {
	return fmt.Sprintf(`{"critical": {"identity": {"docker-reference": %q}, "image": {"docker-manifest-digest": %q}, "type": %q}}`,
		repository, digest, kind)
}

const (
	attestationType = "Google cloud binauthz container signature"
	cosignType      = "cosign container image signature"
)

func quoted(text string) string {
	q, _ := json.Marshal(text)
	return string(q)
}

// policyOf parses a policy. KEY0, KEY1 and KEY2 are placeholders for public keys.
func policyOf(tb testing.TB, text string) *conformance.Policy {
	tb.Helper()
	for i, s := range signers() {
		text = strings.ReplaceAll(text, fmt.Sprintf("KEY%d", i), quoted(s.pem))
	}
	p := new(conformance.Policy)
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(p); err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	return p
}

func quotedBytes(b []byte) string {
	q, _ := json.Marshal(b)
	return string(q)
}

func unmarshal(tb testing.TB, text string, into any) {
	tb.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		tb.Fatal(err)
	}
}
