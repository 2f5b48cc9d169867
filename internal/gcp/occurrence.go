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

// CreateAttestation writes an attestation into a project. One that is there already with the same note, resource, payload
// and signatures is returned, whoever made it: the service keeps no second one.
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

// occurrenceTaken is how the service refuses a second occurrence like one that is there.
// Source: GoogleCloudPlatform/gke-binary-auth-tools#4.
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

// alreadyMade is the occurrence that kept ours out, if it is the same; refused otherwise.
func (c *Clients) alreadyMade(ctx context.Context, name string, want *Occurrence, refused error) (*Occurrence, error) {
	there, err := c.getOccurrence(ctx, name)
	if err != nil || !sameAttestation(want, there) {
		return nil, refused
	}
	return there, nil
}

// findMade looks for what a create whose reply was lost has made. Who may not list can send again: the service keeps no
// second one.
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

// sameAttestation compares what a caller decides about an attestation; the rest is the server's.
func sameAttestation(want, got *Occurrence) bool {
	return want.GetNoteName() == got.GetNoteName() && want.GetResourceUri() == got.GetResourceUri() && proto.Equal(want.GetAttestation(), got.GetAttestation())
}

// Attestation reads one attestation by its full name, as it is at this moment.
func (c *Clients) Attestation(ctx context.Context, name string) (*Occurrence, error) {
	return c.getOccurrence(ctx, name)
}

// AttestationOf reads one attestation of a note, from a list when several of the note are read in the project.
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

// DeleteAttestation deletes an attestation by its full name. One that is gone is an error of kind KindNotFound.
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

// Attestations lists the attestations of an image, by its digest "sha256:…", that are attached to a note, in whatever
// project, oldest first; with "" those of all images.
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
	byName, err := listAll(ctx, c, listNoteOccurrences, name.Project, (*Occurrence).GetName, func(ctx context.Context) pager[*Occurrence] {
		return client.ListNoteOccurrences(ctx, &grafeas.ListNoteOccurrencesRequest{Name: name.String(), Filter: filter, PageSize: notePage})
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

// LockAttestations keeps the attestations of an image in a project from being made and removed at the same time.
func (c *Clients) LockAttestations(ctx context.Context, project, image string) (unlock func(), err error) {
	return c.attestationLocks.lock(ctx, project+" "+image)
}
