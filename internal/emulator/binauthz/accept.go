package binauthz

import (
	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const maxKeys = 1000 // per attestor, https://cloud.google.com/binary-authorization/quotas

// accept checks a new version of an attestor and returns its stored form. It does not look up the
// note.
func accept(sent *pb.Attestor) (*pb.Attestor, error) {
	if sent.GetUserOwnedGrafeasNote() == nil {
		return nil, invalid("Attestor type not set")
	}
	kept := proto.CloneOf(sent)
	note := kept.GetUserOwnedGrafeasNote()
	if n, err := resname.ParseNote(note.GetNoteReference(), ""); err != nil || n.String() != note.GetNoteReference() ||
		isNumber(n.Project) {
		return nil, invalid("note reference '%s' is not valid", note.GetNoteReference())
	}
	if len(note.GetPublicKeys()) > maxKeys {
		return nil, invalid("An attestor can have %d public keys at most.", maxKeys)
	}
	seen := map[string]bool{}
	for _, k := range note.GetPublicKeys() {
		if err := acceptKey(k); err != nil {
			return nil, err
		}
		if seen[k.GetId()] {
			return nil, invalid("The public key id '%s' is used more than once.", k.GetId())
		}
		seen[k.GetId()] = true
	}
	return kept, nil
}

// isNumber reports whether a project is a number. Note references must not have one
// (UserOwnedGrafeasNote.note_reference).
func isNumber(project string) bool {
	for _, r := range project {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}
