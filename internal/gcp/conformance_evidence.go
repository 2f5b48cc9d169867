package gcp

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
)

// ConformanceEvidence looks up the evidence for checks of platform policies. It answers repeated
// lookups from the first result, errors too, so an evaluation sees one state. Use a new one for
// each evaluation. It is safe for use by many goroutines.
type ConformanceEvidence struct {
	clients     *Clients
	occurrences onceEach[[]conformance.Occurrence]
	uploads     onceEach[time.Time]
	signatures  onceEach[[]conformance.Signature]
	bundles     onceEach[bool]
	beside      Beside
}

// Beside reads what Sigstore stores beside an image in its registry. An error for a missing image
// has KindNotFound.
type Beside struct {
	Signatures func(ctx context.Context, image string) ([]conformance.Signature, error)
	Bundled    func(ctx context.Context, image string) (bool, error)
}

var _ conformance.Evidence = (*ConformanceEvidence)(nil)

// ConformanceEvidence returns the present evidence.
func (c *Clients) ConformanceEvidence(beside Beside) *ConformanceEvidence {
	return &ConformanceEvidence{clients: c, beside: beside}
}

// Occurrences lists a project's occurrences of one kind for an image,
// "registry/repository@sha256:…".
func (e *ConformanceEvidence) Occurrences(ctx context.Context, project, kind, image string) ([]conformance.Occurrence, error) {
	return e.occurrences.get(project+" "+kind+" "+image, func() ([]conformance.Occurrence, error) {
		return e.clients.occurrencesOf(ctx, project, kind, image)
	})
}

// Uploaded returns the time of an image's upload to Artifact Registry.
func (e *ConformanceEvidence) Uploaded(ctx context.Context, image string) (time.Time, error) {
	return e.uploads.get(image, func() (time.Time, error) {
		at, err := e.clients.uploadTime(ctx, image)
		return at, noImage(err)
	})
}

// Signatures returns the Sigstore signatures of an image. Error: conformance.ErrNoImage.
func (e *ConformanceEvidence) Signatures(ctx context.Context, image string) ([]conformance.Signature, error) {
	return e.signatures.get(image, func() ([]conformance.Signature, error) {
		all, err := e.beside.Signatures(ctx, image)
		return all, noImage(err)
	})
}

// Bundled reports whether an image has a signature in a Sigstore bundle.
func (e *ConformanceEvidence) Bundled(ctx context.Context, image string) (bool, error) {
	return e.bundles.get(image, func() (bool, error) { return e.beside.Bundled(ctx, image) })
}

// onceEach reads the value of each key once.
type onceEach[T any] struct {
	mu    sync.Mutex
	byKey map[string]func() (T, error)
}

func (o *onceEach[T]) get(key string, read func() (T, error)) (T, error) {
	o.mu.Lock()
	if o.byKey == nil {
		o.byKey = map[string]func() (T, error){}
	}
	once, known := o.byKey[key]
	if !known {
		once = sync.OnceValues(read)
		o.byKey[key] = once
	}
	o.mu.Unlock()
	return once()
}

// occurrencesAPI reads occurrences over REST: Google's generated messages lack the provenance of
// SLSA 1.0.
func (c *Clients) occurrencesAPI() (*restAPI, error) {
	return c.occurrences.get(func() (*restAPI, error) {
		return newRESTAPI(c, "containeranalysis", c.config.Endpoints.ContainerAnalysis)
	})
}

// occurrencesOf lists a project's occurrences of one kind for an image. Google's occurrences name
// the image with "https://", others can name it without, so the filter is the end of the name.
// Attestations can also have a tag before the digest, so their list is by digest, without those of
// the same image in other repositories. Sources:
// https://cloud.google.com/container-analysis/docs/reference/rest/v1/projects.occurrences/list and
// https://cloud.google.com/artifact-analysis/docs/filter-occurrences.
func (c *Clients) occurrencesOf(ctx context.Context, project, kind, image string) ([]conformance.Occurrence, error) {
	_, digest, hasDigest := strings.Cut(image, "@")
	if !hasDigest {
		return nil, &Error{
			Kind:     KindInvalid,
			Method:   listOccurrences.name,
			Resource: image,
			Message:  "occurrences are those of a digest, and the image has none",
		}
	}
	api, err := c.occurrencesAPI()
	if err != nil {
		return nil, err
	}
	parent, found := "projects/"+project, []conformance.Occurrence{}
	end := image
	if kind == "ATTESTATION" {
		end = digest
	}
	filter := fmt.Sprintf("kind=%q AND has_suffix(resourceUrl, %q)", kind, end)
	query := url.Values{"filter": {filter}, "pageSize": {strconv.Itoa(notePage)}}
	err = eachPage(ctx, c, listOccurrences, parent, project, func(ctx context.Context, token string) (string, bool, error) {
		if token != "" {
			query.Set("pageToken", token)
		}
		var reply struct {
			Occurrences   []*conformance.Occurrence `json:"occurrences"`
			NextPageToken string                    `json:"nextPageToken"`
		}
		if err := api.do(ctx, http.MethodGet, "v1/"+parent+"/occurrences?"+query.Encode(), nil, &reply); err != nil {
			return "", false, err
		}
		if slices.Contains(reply.Occurrences, nil) {
			return "", false, broken(c.hostOf(serviceAnalysis), "something other than an occurrence")
		}
		for _, occurrence := range reply.Occurrences {
			if occurrence.Kind == kind && attest.Image(occurrence.ResourceURI) == image {
				found = append(found, *occurrence)
			}
		}
		return reply.NextPageToken, true, nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}
