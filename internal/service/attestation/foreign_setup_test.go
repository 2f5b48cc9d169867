package attestation_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	binauthz "cloud.google.com/go/binaryauthorization/apiv1"
	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	containeranalysis "cloud.google.com/go/containeranalysis/apiv1"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
	"google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
)

// The tests in foreign_*_test.go use Google's own clients, openssl and gpg in both directions:
// these programs verify attestations of the provider, and the provider verifies theirs. The signed
// payload is the known one of gcloud, not one from this project's code.

// google holds Google's public client libraries.
type google struct {
	keys     *binauthz.BinauthzManagementClient
	analysis *containeranalysis.Client
}

func newGoogle(t *testing.T, g *acctest.Ground) google {
	t.Helper()
	dial := func() option.ClientOption {
		conn, err := grpc.NewClient(g.Emulator.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials()))
		fine(t, err)
		return option.WithGRPCConn(conn)
	}
	keys, err := binauthz.NewBinauthzManagementClient(t.Context(), dial())
	fine(t, err)
	t.Cleanup(func() { _ = keys.Close() })
	analysis, err := containeranalysis.NewClient(t.Context(), dial())
	fine(t, err)
	t.Cleanup(func() { _ = analysis.Close() })
	return google{keys, analysis}
}

// attestor creates a note and an attestor of the same name with one key. It returns the key's id.
func (c google) attestor(t *testing.T, name string, key *binaryauthorizationpb.AttestorPublicKey) (keyID string) {
	t.Helper()
	_, err := c.analysis.GetGrafeasClient().CreateNote(t.Context(),
		&grafeas.CreateNoteRequest{Parent: "projects/demo", NoteId: name, Note: &grafeas.Note{
			Type: &grafeas.Note_Attestation{
				Attestation: &grafeas.AttestationNote{Hint: &grafeas.AttestationNote_Hint{HumanReadableName: name}},
			},
		}})
	fine(t, err)
	owned := &binaryauthorizationpb.UserOwnedGrafeasNote{
		NoteReference: "projects/demo/notes/" + name, PublicKeys: []*binaryauthorizationpb.AttestorPublicKey{key},
	}
	made, err := c.keys.CreateAttestor(t.Context(),
		&binaryauthorizationpb.CreateAttestorRequest{Parent: "projects/demo", AttestorId: name, Attestor: &binaryauthorizationpb.Attestor{
			Name:         "projects/demo/attestors/" + name,
			AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{UserOwnedGrafeasNote: owned},
		}})
	fine(t, err)
	return made.GetUserOwnedGrafeasNote().GetPublicKeys()[0].GetId()
}

// attaches writes an attestation of resource, with this payload and signature. resource is an
// image, with or without "https://".
func (c google) attaches(t *testing.T, note, resource string, payload []byte, keyID string, signature []byte) {
	t.Helper()
	_, err := c.analysis.GetGrafeasClient().CreateOccurrence(t.Context(),
		&grafeas.CreateOccurrenceRequest{Parent: "projects/demo", Occurrence: &grafeas.Occurrence{
			NoteName: "projects/demo/notes/" + note, ResourceUri: resource,
			Details: &grafeas.Occurrence_Attestation{Attestation: &grafeas.AttestationOccurrence{
				SerializedPayload: payload, Signatures: []*grafeas.Signature{{PublicKeyId: keyID, Signature: signature}},
			}},
		}})
	fine(t, err)
}

// attached returns the attestations of an image on a note.
func (c google) attached(t *testing.T, note, image string) []*grafeas.AttestationOccurrence {
	t.Helper()
	var all []*grafeas.AttestationOccurrence
	pages := c.analysis.GetGrafeasClient().ListNoteOccurrences(t.Context(),
		&grafeas.ListNoteOccurrencesRequest{Name: "projects/demo/notes/" + note})
	for {
		o, err := pages.Next()
		if err == iterator.Done { //nolint:errorlint // that is how its documentation compares it
			return all
		}
		fine(t, err)
		if strings.TrimPrefix(o.GetResourceUri(), "https://") == image {
			all = append(all, o.GetAttestation())
		}
	}
}

// requires makes the policy require all of the attestors.
func (c google) requires(t *testing.T, attestors ...string) {
	t.Helper()
	_, err := c.keys.UpdatePolicy(t.Context(), &binaryauthorizationpb.UpdatePolicyRequest{Policy: &binaryauthorizationpb.Policy{
		Name: "projects/demo/policy", DefaultAdmissionRule: &binaryauthorizationpb.AdmissionRule{
			EvaluationMode:        binaryauthorizationpb.AdmissionRule_REQUIRE_ATTESTATION,
			EnforcementMode:       binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
			RequireAttestationsBy: attestors,
		},
	}})
	fine(t, err)
}

// tool is a program with its own working directory.
type tool struct {
	path, dir    string
	env          []string
	major, minor int
}

// installed skips the test unless the program is installed and new enough. form matches the version
// in the output of command.
func installed(t *testing.T, name, command, form string, major, minor int) tool {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed: version %d.%d or newer is wanted", name, major, minor)
	}
	p := tool{path: path, dir: t.TempDir()}
	out, err := p.try(t, command)
	fine(t, err)
	found := regexp.MustCompile(form).FindStringSubmatch(out)
	if found == nil {
		t.Skipf("%s is another program than is wanted: %s", path, strings.TrimSpace(out))
	}
	p.major, _ = strconv.Atoi(found[1])
	p.minor, _ = strconv.Atoi(found[2])
	if !p.atLeast(major, minor) {
		t.Skipf("%s is version %d.%d: %d.%d or newer is wanted", path, p.major, p.minor, major, minor)
	}
	return p
}

func (p tool) atLeast(major, minor int) bool {
	return p.major > major || p.major == major && p.minor >= minor
}

func (p tool) try(t *testing.T, args ...string) (stdout string, err error) {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), p.path, args...)
	cmd.Dir, cmd.Env = p.dir, append(os.Environ(), p.env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s%s", cmd, err, out, stderr.String())
	}
	return string(out), err
}

func (p tool) run(t *testing.T, args ...string) (stdout string) {
	t.Helper()
	out, err := p.try(t, args...)
	fine(t, err)
	return out
}

// write creates a file in the program's directory, and returns its name.
func (p tool) write(t *testing.T, name string, contents []byte) string {
	t.Helper()
	fine(t, os.WriteFile(filepath.Join(p.dir, name), contents, 0o600))
	return name
}

func (p tool) read(t *testing.T, name string) []byte {
	t.Helper()
	contents, err := os.ReadFile(filepath.Join(p.dir, name))
	fine(t, err)
	return contents
}

// payloadOf returns gcloud's payload for the image with this digest. It is gcloud's own example
// with the digest replaced.
func payloadOf(t *testing.T, digest string) []byte {
	t.Helper()
	return []byte(strings.ReplaceAll(text(t, "payload.json"), knownDigest, digest))
}
