package gcp

import (
	"context"
	"errors"
	"fmt"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// MostKeys is how many public keys an attestor can have: https://cloud.google.com/binary-authorization/quotas.
const MostKeys = 1000

// EditAttestor makes an edit of an attestor together with all others that are pending: one read and one write, as long as nobody else
// writes at the same moment. It returns the attestor as it is then.
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

// writeEdited replaces an attestor if it is still the one that want.Etag names. Every attestor that is read by name has an etag; without
// one nothing is written.
func (c *Clients) writeEdited(ctx context.Context, name string, want *Attestor) (*Attestor, error) {
	parsed, err := resname.ParseAttestor(name, "")
	if err != nil {
		return nil, err
	}
	if want.GetEtag() == "" {
		return nil, &Error{
			Kind: KindFailed, Method: updateAttestor.name, Resource: name,
			Message: "the attestor was read without an etag, so that a write could overwrite what somebody else writes",
		}
	}
	written, err := c.UpdateAttestor(ctx, parsed, want)
	return written, tooMany(err, len(want.GetUserOwnedGrafeasNote().GetPublicKeys()))
}

// tooMany says what to do where the service refuses so many keys.
func tooMany(err error, keys int) error {
	if e, ok := errors.AsType[*Error](err); ok && keys > MostKeys && IsKind(err, KindInvalid, KindLimit) {
		e.Remedy = fmt.Sprintf("An attestor has %d public keys at most. Remove keys whose attestations nobody needs any more, or give the new key an attestor of its own.", MostKeys)
	}
	return err
}
