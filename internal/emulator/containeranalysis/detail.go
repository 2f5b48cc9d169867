package containeranalysis

import (
	"regexp"
	"strings"

	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// kindOf derives the output-only kind from the populated member of a oneof: members have the
// lower-case names of the kinds.
func kindOf(m proto.Message, oneof protoreflect.Name) grafeaspb.NoteKind {
	message := m.ProtoReflect()
	member := message.WhichOneof(message.Descriptor().Oneofs().ByName(oneof))
	if member == nil {
		return grafeaspb.NoteKind_NOTE_KIND_UNSPECIFIED
	}
	return grafeaspb.NoteKind(grafeaspb.NoteKind_value[strings.ToUpper(string(member.Name()))])
}

// checkNote reports missing fields of a note.
func checkNote(n *grafeaspb.Note) error {
	if n.GetKind() == grafeaspb.NoteKind_NOTE_KIND_UNSPECIFIED {
		return invalid("note type must be specified")
	}
	if n.GetKind() == grafeaspb.NoteKind_ATTESTATION && n.GetAttestation().GetHint().GetHumanReadableName() == "" {
		return invalid("attestation.hint.human_readable_name is required")
	}
	return nil
}

// imageURI is the resource of an attestation. Google documents it with a scheme; gcloud writes it
// without one (RemoveArtifactUrlScheme in googlecloudsdk/command_lib/container/binauthz/util.py,
// version 578).
var imageURI = regexp.MustCompile(`^(?:https://)?[^/@:\s]+(?::\d+)?/[^@\s]+@sha256:[0-9a-f]{64}$`)

// checkOccurrence reports missing or extra fields of an occurrence, given the kind of its note.
func checkOccurrence(o *grafeaspb.Occurrence, of *grafeaspb.Note) error {
	switch {
	case o.GetKind() == grafeaspb.NoteKind_NOTE_KIND_UNSPECIFIED:
		return invalid("occurrence details must be specified")
	case o.GetKind() != of.GetKind():
		return invalid("occurrence kind %s does not match the kind %s of note %q", o.GetKind(), of.GetKind(), of.GetName())
	case o.GetKind() == grafeaspb.NoteKind_ATTESTATION && !imageURI.MatchString(o.GetResourceUri()):
		return invalid("resource_uri %q is not of the form [https://]registry/repository@sha256:digest", o.GetResourceUri())
	case o.GetKind() == grafeaspb.NoteKind_ATTESTATION:
		return checkAttestation(o.GetAttestation())
	}
	return nil
}

func checkAttestation(a *grafeaspb.AttestationOccurrence) error {
	if len(a.GetJwts()) > 0 {
		return nil
	}
	if len(a.GetSerializedPayload()) == 0 {
		return invalid("attestation.serialized_payload is required")
	}
	if len(a.GetSignatures()) == 0 {
		return invalid("attestation.signatures must have at least one signature")
	}
	return nil
}
