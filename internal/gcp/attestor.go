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

// SomeAttestors is Attestors with a limit; 0 means no limit.
func (c *Clients) SomeAttestors(ctx context.Context, project string, most int) (map[string]*Attestor, error) {
	client, err := c.binauthzClient()
	if err != nil {
		return nil, err
	}
	return listAll(ctx, c, listCall[*Attestor]{
		method: listAttestors, project: project, name: (*Attestor).GetName, most: most,
		from: func(ctx context.Context, token string) pager[*Attestor] {
			return client.ListAttestors(ctx, &binaryauthorizationpb.ListAttestorsRequest{
				Parent: "projects/" + project, PageSize: attestorPage, PageToken: token,
			})
		},
	})
}

// CreateAttestor creates an attestor and returns it as read afterwards: the reply of a create has
// no etag. An existing attestor is an error of kind KindExists, unless an own first attempt with a
// lost reply created it.
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
			return client.CreateAttestor(ctx, &binaryauthorizationpb.CreateAttestorRequest{
				Parent:     name.Parent(),
				AttestorId: name.ID,
				Attestor:   want,
			})
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

// UpdateAttestor replaces an attestor if it still has the etag of want. On a mismatch it writes
// nothing and returns an error of kind KindConflict.
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

// afterWrite is the attestor as read after a write, with its etag. If the read fails, or already
// shows a later write of others, the reply of our write is returned instead.
func (c *Clients) afterWrite(ctx context.Context, name resname.Attestor, reply *Attestor) *Attestor {
	if read, err := c.getAttestor(ctx, name.Project, name.String()); err == nil && sameAttestor(reply, read) {
		return read
	}
	return reply
}

// DeleteAttestor deletes an attestor. A missing one is an error of kind KindNotFound.
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

// attestorPage is the requested page size; the server may return fewer. A project has at most 200
// attestors.
const attestorPage = 200

func (c *Clients) listAttestors(ctx context.Context, project string) (map[string]*Attestor, error) {
	return c.SomeAttestors(ctx, project, 0)
}

// sameAttestor compares the fields set by callers, not those set by the server.
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

// SharedAttestor reads one attestor once for many concurrent callers, such as its attestations.
func (c *Clients) SharedAttestor(ctx context.Context, name resname.Attestor) (*Attestor, error) {
	return c.attestorAnswers.read(ctx, name.String(), func(ctx context.Context) (*Attestor, error) { return c.Attestor(ctx, name) })
}

func (c *Clients) wroteAttestor(name resname.Attestor) {
	c.attestorReads.Wrote(name.String())
	c.attestorAnswers.forget(name.String())
}
