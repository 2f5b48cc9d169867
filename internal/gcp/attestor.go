package gcp

import (
	"context"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Attestor is the API's own message.
type Attestor = binaryauthorizationpb.Attestor

// Attestor reads one attestor, from a list when several of the project are read.
func (c *Clients) Attestor(ctx context.Context, name resname.Attestor) (*Attestor, error) {
	return c.attestorReads.Read(ctx, name.Project, name.String())
}

// Attestors lists the attestors of a project as they are now, by full name.
func (c *Clients) Attestors(ctx context.Context, project string) (map[string]*Attestor, error) {
	return c.listAttestors(ctx, project)
}

// SomeAttestors is Attestors for whoever wants at most as many; 0 is no limit.
func (c *Clients) SomeAttestors(ctx context.Context, project string, most int) (map[string]*Attestor, error) {
	client, err := c.binauthzClient()
	if err != nil {
		return nil, err
	}
	return listAll(ctx, c, listAttestors, project, (*Attestor).GetName, func(ctx context.Context) pager[*Attestor] {
		return upTo(most, client.ListAttestors(ctx, &binaryauthorizationpb.ListAttestorsRequest{Parent: "projects/" + project, PageSize: attestorPage}))
	})
}

// CreateAttestor creates an attestor and returns it as a read shows it: the reply of a create has no etag.
// An attestor that is there already is an error of kind KindExists, unless a first try whose reply was lost made exactly it.
func (c *Clients) CreateAttestor(ctx context.Context, name resname.Attestor, want *Attestor) (*Attestor, error) {
	client, err := c.binauthzClient()
	if err != nil {
		return nil, err
	}
	defer c.wroteAttestor(name)
	defer c.superseded.forget(name.String())
	reply, err := run(ctx, c, call[*Attestor]{
		method: createAttestor, resource: name.String(), project: name.Project,
		send: func(ctx context.Context) (*Attestor, error) {
			return client.CreateAttestor(ctx, &binaryauthorizationpb.CreateAttestorRequest{Parent: name.Parent(), AttestorId: name.ID, Attestor: want})
		},
		settle: func(ctx context.Context) (*Attestor, bool, error) {
			got, err := c.getAttestor(ctx, name.Project, name.String())
			return settledCreate(want, got, err, sameAttestor)
		},
	})
	if err != nil {
		return nil, err
	}
	return c.afterWrite(ctx, name, reply), nil
}

// UpdateAttestor replaces an attestor if it is still the one want.Etag names. Otherwise nothing is written and the error is
// of kind KindConflict.
func (c *Clients) UpdateAttestor(ctx context.Context, name resname.Attestor, want *Attestor) (*Attestor, error) {
	client, err := c.binauthzClient()
	if err != nil {
		return nil, err
	}
	defer c.wroteAttestor(name)
	reply, err := run(ctx, c, call[*Attestor]{
		method: updateAttestor, resource: name.String(), project: name.Project,
		send: func(ctx context.Context) (*Attestor, error) {
			return client.UpdateAttestor(ctx, &binaryauthorizationpb.UpdateAttestorRequest{Attestor: want})
		},
		settle: func(ctx context.Context) (*Attestor, bool, error) {
			got, err := c.getAttestor(ctx, name.Project, name.String())
			return settledUpdate(want, got, err, sameAttestor)
		},
	})
	if err != nil {
		return nil, err
	}
	return c.afterWrite(ctx, name, reply), nil
}

// afterWrite is the attestor as a read shows it, with its etag. What was written must not get lost for a read that fails or
// that shows what somebody else has written since, so the reply of the write has to do then.
func (c *Clients) afterWrite(ctx context.Context, name resname.Attestor, reply *Attestor) *Attestor {
	if read, err := c.getAttestor(ctx, name.Project, name.String()); err == nil && sameAttestor(reply, read) {
		return read
	}
	return reply
}

// DeleteAttestor deletes an attestor. One that is gone is an error of kind KindNotFound.
func (c *Clients) DeleteAttestor(ctx context.Context, name resname.Attestor) error {
	client, err := c.binauthzClient()
	if err != nil {
		return err
	}
	defer c.wroteAttestor(name)
	defer c.superseded.forget(name.String())
	_, err = run(ctx, c, call[struct{}]{
		method: deleteAttestor, resource: name.String(), project: name.Project,
		send: func(ctx context.Context) (struct{}, error) {
			return struct{}{}, client.DeleteAttestor(ctx, &binaryauthorizationpb.DeleteAttestorRequest{Name: name.String()})
		},
	})
	return err
}

func (c *Clients) getAttestor(ctx context.Context, project, name string) (*Attestor, error) {
	client, err := c.binauthzClient()
	if err != nil {
		return nil, err
	}
	return run(ctx, c, call[*Attestor]{
		method: getAttestor, resource: name, project: project,
		send: func(ctx context.Context) (*Attestor, error) {
			return client.GetAttestor(ctx, &binaryauthorizationpb.GetAttestorRequest{Name: name})
		},
	})
}

// attestorPage is what one list call asks for; the server may return fewer. A project holds at most 200 attestors.
const attestorPage = 200

func (c *Clients) listAttestors(ctx context.Context, project string) (map[string]*Attestor, error) {
	return c.SomeAttestors(ctx, project, 0)
}

// sameAttestor compares what a caller decides about an attestor; the rest is the server's.
func sameAttestor(want, got *Attestor) bool {
	w, g := comparableAttestor(want), comparableAttestor(got)
	for i, key := range w.GetUserOwnedGrafeasNote().GetPublicKeys() {
		have := g.GetUserOwnedGrafeasNote().GetPublicKeys()
		if i < len(have) && key.Id == "" {
			have[i].Id = ""
		}
	}
	return proto.Equal(w, g)
}

func comparableAttestor(a *Attestor) *Attestor {
	a = proto.CloneOf(a)
	a.Name, a.Etag, a.UpdateTime = "", "", nil
	if note := a.GetUserOwnedGrafeasNote(); note != nil {
		note.DelegationServiceAccountEmail = ""
		for _, key := range note.PublicKeys {
			if pkix := key.GetPkixPublicKey(); pkix != nil {
				pkix.KeyId = ""
			}
		}
	}
	return a
}

// FreshAttestor reads one attestor as it is at this moment.
func (c *Clients) FreshAttestor(ctx context.Context, name resname.Attestor) (*Attestor, error) {
	return c.getAttestor(ctx, name.Project, name.String())
}

// SharedAttestor reads one attestor for many that need it at once, such as its attestations.
func (c *Clients) SharedAttestor(ctx context.Context, name resname.Attestor) (*Attestor, error) {
	return c.attestorAnswers.read(ctx, name.String(), func(ctx context.Context) (*Attestor, error) { return c.Attestor(ctx, name) })
}

func (c *Clients) wroteAttestor(name resname.Attestor) {
	c.attestorReads.Wrote(name.String())
	c.attestorAnswers.forget(name.String())
}
