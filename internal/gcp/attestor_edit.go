package gcp

import (
	"context"
	"errors"
	"fmt"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// MostKeys is the maximum number of public keys of an attestor:
// https://cloud.google.com/binary-authorization/quotas.
const MostKeys = 1000

// EditAttestor merges an edit with all pending edits of the same attestor into one read and one
// write, repeated after a conflict. It returns the written attestor.
func (c *Clients) EditAttestor(ctx context.Context, name resname.Attestor, edit Edit[*Attestor]) (*Attestor, error) {
	return c.attestorEdits.edit(ctx, name.String(), edit)
}

func (c *Clients) attestorEditor() *editor[*Attestor] {
	return &editor[*Attestor]{
		read: c.readToEdit, write: c.writeEdited, pause: c.config.Pause,
		same:  func(now, want *Attestor) bool { return sameAttestor(want, now) },
		about: func(name string) (method, resource string) { return updateAttestor.name, name },
	}
}

func (c *Clients) readToEdit(ctx context.Context, name string) (*Attestor, error) {
	parsed, err := resname.ParseAttestor(name, "")
	if err != nil {
		return nil, err
	}
	return c.FreshAttestor(ctx, parsed)
}

// writeEdited replaces an attestor if it still has the etag of want. All attestors read by name
// have an etag; without one, nothing is written.
func (c *Clients) writeEdited(ctx context.Context, name string, want *Attestor) (*Attestor, error) {
	parsed, err := resname.ParseAttestor(name, "")
	if err != nil {
		return nil, err
	}
	if want.GetEtag() == "" {
		return nil, &Error{
			Kind: KindFailed, Method: updateAttestor.name, Resource: name,
			Message: "the attestor was read without an etag, so a write could overwrite another change",
		}
	}
	written, err := c.UpdateAttestor(ctx, parsed, want)
	return written, tooMany(err, len(want.GetUserOwnedGrafeasNote().GetPublicKeys()))
}

// tooMany adds the remedy if the service refuses the number of keys.
func tooMany(err error, keys int) error {
	if e, ok := errors.AsType[*Error](err); ok && keys > MostKeys && IsKind(err, KindInvalid, KindLimit) {
		e.Remedy = fmt.Sprintf("An attestor has %d public keys at most. Remove keys without needed attestations, or use another "+
			"attestor for the new key.", MostKeys)
	}
	return err
}
