package probe

import (
	"context"
	"fmt"
	"strings"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
)

// digest is the digest of the attested image. The image does not exist, because no service looks at
// registries.
const digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

// image is a name below a registry of the project, so that probes never name other registries.
func (t *Trial) image() string {
	return "https://us-docker.pkg.dev/" + t.Project + "/probe/web@" + digest
}

// payload is the payload for an image in gcloud's form.
func (t *Trial) payload() []byte {
	repository, _, _ := strings.Cut(strings.TrimPrefix(t.image(), "https://"), "@")
	return fmt.Appendf(nil, `{
  "critical": {
    "identity": {
      "docker-reference": %q
    },
    "image": {
      "docker-manifest-digest": %q
    },
    "type": "Google cloud binauthz container signature"
  }
}
`, repository, digest)
}

func (t *Trial) noteName(suffix string) string { return t.Parent() + "/notes/" + t.ID(suffix) }

func (t *Trial) attestorName(suffix string) string { return t.Parent() + "/attestors/" + t.ID(suffix) }

func attestationNote(hint string) *grafeaspb.Note {
	return &grafeaspb.Note{Type: &grafeaspb.Note_Attestation{
		Attestation: &grafeaspb.AttestationNote{Hint: &grafeaspb.AttestationNote_Hint{HumanReadableName: hint}},
	}}
}

// createNote creates a note.
func (t *Trial) createNote(ctx context.Context, suffix string, n *grafeaspb.Note) (*grafeaspb.Note, error) {
	made, err := t.Notes.CreateNote(ctx, &grafeaspb.CreateNoteRequest{Parent: t.Parent(), NoteId: t.ID(suffix), Note: n})
	t.Made(t.noteName(suffix), t.noteName(suffix), err, func(ctx context.Context) error {
		return t.Notes.DeleteNote(ctx, &grafeaspb.DeleteNoteRequest{Name: t.noteName(suffix)})
	})
	return made, err
}

// note creates an attestation note for other objects, and returns its name.
func (t *Trial) note(ctx context.Context, suffix string) string {
	_, err := t.createNote(ctx, suffix, attestationNote("probe"))
	t.Setup("note "+suffix, err)
	return t.noteName(suffix)
}

func attestorOn(note string, keys ...*binaryauthorizationpb.AttestorPublicKey) *binaryauthorizationpb.Attestor {
	return &binaryauthorizationpb.Attestor{AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{
		UserOwnedGrafeasNote: &binaryauthorizationpb.UserOwnedGrafeasNote{NoteReference: note, PublicKeys: keys},
	}}
}

func (t *Trial) createAttestor(
	ctx context.Context, suffix string, a *binaryauthorizationpb.Attestor,
) (*binaryauthorizationpb.Attestor, error) {
	name := t.attestorName(suffix)
	made, err := t.Attestors.CreateAttestor(ctx, &binaryauthorizationpb.CreateAttestorRequest{
		Parent: t.Parent(), AttestorId: t.ID(suffix), Attestor: a,
	})
	t.Made(name, name, err, func(ctx context.Context) error {
		return t.Attestors.DeleteAttestor(ctx, &binaryauthorizationpb.DeleteAttestorRequest{Name: name})
	})
	return made, err
}

// attestor creates a note and the attestor "a" on it, and returns the attestor from a read.
func (t *Trial) attestor(ctx context.Context) *binaryauthorizationpb.Attestor {
	_, err := t.createAttestor(ctx, "a", attestorOn(t.note(ctx, "note-a")))
	t.Setup("attestor", err)
	a, err := t.getAttestor(ctx)
	t.Setup("read the attestor", err)
	if err != nil {
		return &binaryauthorizationpb.Attestor{}
	}
	return a
}

// getAttestor reads the attestor "a".
func (t *Trial) getAttestor(ctx context.Context) (*binaryauthorizationpb.Attestor, error) {
	return t.Attestors.GetAttestor(ctx, &binaryauthorizationpb.GetAttestorRequest{Name: t.attestorName("a")})
}

// attestation returns an occurrence with a payload and signatures. They can be invalid, because
// Container Analysis does not verify them.
func (t *Trial) attestation(note, resource string, signatures ...*grafeaspb.Signature) *grafeaspb.Occurrence {
	return &grafeaspb.Occurrence{NoteName: note, ResourceUri: resource, Details: &grafeaspb.Occurrence_Attestation{
		Attestation: &grafeaspb.AttestationOccurrence{SerializedPayload: t.payload(), Signatures: signatures},
	}}
}

// signature returns an invalid signature, identified by its text.
func signature(text string) *grafeaspb.Signature {
	return &grafeaspb.Signature{PublicKeyId: "https://example.com/" + text, Signature: []byte(text)}
}

// createOccurrence creates an occurrence on a note of this run.
func (t *Trial) createOccurrence(ctx context.Context, o *grafeaspb.Occurrence) (*grafeaspb.Occurrence, error) {
	made, err := t.Notes.CreateOccurrence(ctx, &grafeaspb.CreateOccurrenceRequest{Parent: t.Parent(), Occurrence: o})
	t.madeOccurrence(made, err)
	return made, err
}

func (t *Trial) madeOccurrence(made *grafeaspb.Occurrence, err error) {
	t.Made(made.GetName(), made.GetNoteName(), err, func(ctx context.Context) error {
		return t.deleteOccurrence(ctx, made.GetName())
	})
}

func (t *Trial) deleteOccurrence(ctx context.Context, name string) error {
	return t.Notes.DeleteOccurrence(ctx, &grafeaspb.DeleteOccurrenceRequest{Name: name})
}
