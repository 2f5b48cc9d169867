package gcp

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Occurrence is the API's own message.
type Occurrence = grafeas.Occurrence

// CreateAttestation creates an attestation in a project. An existing one with the same note,
// resource, payload and signatures is returned, whoever created it: the service stores no
// duplicate.
func (c *Clients) CreateAttestation(ctx context.Context, project string, want *Occurrence) (*Occurrence, error) {
	client, err := c.grafeasClient()
	if err != nil {
		return nil, err
	}
	made, err := run(ctx, c, call[*Occurrence]{
		method: createOccurrence, resource: "an occurrence of " + want.GetNoteName() + " in projects/" + project, project: project,
		send: func(ctx context.Context) (*Occurrence, error) {
			return client.CreateOccurrence(ctx, &grafeas.CreateOccurrenceRequest{Parent: "projects/" + project, Occurrence: want})
		},
		settle: func(ctx context.Context) (*Occurrence, bool, error) { return c.findMade(ctx, project, want) },
	})
	if there := takenID(err); there != "" {
		made, err = c.alreadyMade(ctx, "projects/"+project+"/occurrences/"+there, want, err)
	}
	if err != nil {
		return nil, attachDenied(err, want.GetNoteName())
	}
	c.attestationReads.Wrote(made.GetName())
	return made, nil
}

// occurrenceTaken is the service's text for a duplicate occurrence. Source:
// GoogleCloudPlatform/gke-binary-auth-tools#4.
var occurrenceTaken = regexp.MustCompile(`occurrence ID "([0-9A-Za-z-]+)" already exists`)

func takenID(err error) string {
	if !IsKind(err, KindExists) {
		return ""
	}
	if m := occurrenceTaken.FindStringSubmatch(err.Error()); m != nil {
		return m[1]
	}
	return ""
}

// alreadyMade returns the existing duplicate if it equals ours, and otherwise the error refused.
func (c *Clients) alreadyMade(ctx context.Context, name string, want *Occurrence, refused error) (*Occurrence, error) {
	there, err := c.getOccurrence(ctx, name)
	if err != nil || !sameAttestation(want, there) {
		return nil, refused
	}
	return there, nil
}

// findMade looks for the result of a create with a lost reply. Without permission to list, the
// create is sent again: the service stores no duplicate.
func (c *Clients) findMade(ctx context.Context, project string, want *Occurrence) (made *Occurrence, done bool, err error) {
	there, err := c.AttestationsIn(ctx, project, DigestOf(want))
	if IsKind(err, KindDenied) {
		return nil, false, nil
	}
	i := slices.IndexFunc(there, func(o *Occurrence) bool { return sameAttestation(want, o) })
	if err != nil || i < 0 {
		return nil, false, err
	}
	return there[i], true, nil
}

// sameAttestation compares the fields set by callers, not those set by the server.
func sameAttestation(want, got *Occurrence) bool {
	return want.GetNoteName() == got.GetNoteName() && want.GetResourceUri() == got.GetResourceUri() &&
		proto.Equal(want.GetAttestation(), got.GetAttestation())
}

// Attestation reads one attestation by its full name, as it is at this moment.
func (c *Clients) Attestation(ctx context.Context, name string) (*Occurrence, error) {
	return c.getOccurrence(ctx, name)
}

// AttestationOf reads one attestation of a note. If several of the note and project are read, it
// uses a list.
func (c *Clients) AttestationOf(ctx context.Context, note, name string) (*Occurrence, error) {
	return c.attestationReads.Read(ctx, projectOf(name)+" "+note, name)
}

func (c *Clients) getOccurrence(ctx context.Context, name string) (*Occurrence, error) {
	client, err := c.grafeasClient()
	if err != nil {
		return nil, err
	}
	return run(ctx, c, call[*Occurrence]{
		method: getOccurrence, resource: name, project: projectOf(name),
		send: func(ctx context.Context) (*Occurrence, error) {
			return client.GetOccurrence(ctx, &grafeas.GetOccurrenceRequest{Name: name})
		},
	})
}

// DeleteAttestation deletes an attestation by its full name. A missing one is an error of kind
// KindNotFound.
func (c *Clients) DeleteAttestation(ctx context.Context, name string) error {
	client, err := c.grafeasClient()
	if err != nil {
		return err
	}
	defer c.attestationReads.Wrote(name)
	_, err = run(ctx, c, call[struct{}]{
		method: deleteOccurrence, resource: name, project: projectOf(name),
		send: func(ctx context.Context) (struct{}, error) {
			return struct{}{}, client.DeleteOccurrence(ctx, &grafeas.DeleteOccurrenceRequest{Name: name})
		},
	})
	return err
}

// Attestations lists the attestations of an image on a note, in all projects, oldest first. The
// image is its digest "sha256:…", or "" for all.
func (c *Clients) Attestations(ctx context.Context, note, digest string) ([]*Occurrence, error) {
	filter := ""
	if digest != "" {
		filter = fmt.Sprintf("has_suffix(resourceUrl, %q)", digest)
	}
	client, err := c.grafeasClient()
	if err != nil {
		return nil, err
	}
	name, err := resname.ParseNote(note, "")
	if err != nil {
		return nil, err
	}
	byName, err := listAll(ctx, c, listCall[*Occurrence]{
		method: listNoteOccurrences, project: name.Project, name: (*Occurrence).GetName,
		from: func(ctx context.Context, token string) pager[*Occurrence] {
			return client.ListNoteOccurrences(ctx, &grafeas.ListNoteOccurrencesRequest{
				Name: name.String(), Filter: filter, PageSize: notePage, PageToken: token,
			})
		},
	})
	return oldestFirst(byName), err
}

// projectOf is the project a full name begins with.
func projectOf(name string) string {
	if parts := strings.Split(name, "/"); len(parts) > 1 && parts[0] == "projects" {
		return parts[1]
	}
	return ""
}

// LockAttestations locks the attestations of an image in a project against concurrent creates and
// deletes.
func (c *Clients) LockAttestations(ctx context.Context, project, image string) (unlock func(), err error) {
	return c.attestationLocks.lock(ctx, project+" "+image)
}
