package guard

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/registry"
)

// ConformanceEvidence returns the current evidence for checks of platform policies. Use it for one
// evaluation only, because it caches all reads. Its errors contain the remedy.
func ConformanceEvidence(clients *gcp.Clients) *CheckEvidence {
	reader := registry.New(clients)
	return &CheckEvidence{of: clients.ConformanceEvidence(gcp.Beside{
		Signatures: func(ctx context.Context, image string) (all []conformance.Signature, err error) {
			found, err := reader.Signatures(ctx, image)
			for _, s := range found {
				all = append(all, conformance.Signature(s))
			}
			return all, err
		},
		Bundled: reader.Bundled,
	})}
}

// CheckEvidence adds the remedy to the text of errors: a check without evidence is undetermined,
// and its reason is this text.
type CheckEvidence struct {
	of conformance.Evidence
	// gone are the full names of occurrences that do not count.
	gone []string

	mu      sync.Mutex
	passing map[string]error // by digest
}

var _ conformance.Evidence = (*CheckEvidence)(nil)

// Without is the evidence without some occurrences, by their full names. Both share the reads.
func (e *CheckEvidence) Without(occurrences []string) *CheckEvidence {
	return &CheckEvidence{of: e.of, gone: occurrences}
}

// Passing is the error of a look-up for an image that can succeed later: an outage, a quota, a time
// limit or an interrupt. nil if there was none.
func (e *CheckEvidence) Passing(image string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.passing[digestOf(image)]
}

func digestOf(image string) string {
	_, digest, _ := strings.Cut(image, "@")
	return digest
}

// Occurrences implements conformance.Evidence.
func (e *CheckEvidence) Occurrences(ctx context.Context, project, kind, image string) ([]conformance.Occurrence, error) {
	all, err := e.of.Occurrences(ctx, project, kind, image)
	if len(e.gone) > 0 {
		all = slices.DeleteFunc(slices.Clone(all), func(o conformance.Occurrence) bool { return slices.Contains(e.gone, o.Name) })
	}
	return all, e.worded(image, err)
}

// Uploaded implements conformance.Evidence.
func (e *CheckEvidence) Uploaded(ctx context.Context, image string) (time.Time, error) {
	at, err := e.of.Uploaded(ctx, image)
	return at, e.worded(image, err)
}

// Signatures implements conformance.Evidence.
func (e *CheckEvidence) Signatures(ctx context.Context, image string) ([]conformance.Signature, error) {
	all, err := e.of.Signatures(ctx, image)
	return all, e.worded(image, err)
}

// Bundled implements conformance.Evidence.
func (e *CheckEvidence) Bundled(ctx context.Context, image string) (bool, error) {
	bundled, err := e.of.Bundled(ctx, image)
	return bundled, e.worded(image, err)
}

type wordedError struct{ of *gcp.Error }

func (e *CheckEvidence) worded(image string, err error) error {
	if gcp.IsKind(err, gcp.KindTransient, gcp.KindQuota, gcp.KindTimeout, gcp.KindInterrupted) {
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.passing == nil {
			e.passing = map[string]error{}
		}
		e.passing[digestOf(image)] = err
	}
	if of, ok := errors.AsType[*gcp.Error](err); ok && !errors.Is(err, conformance.ErrNoImage) {
		return &wordedError{of}
	}
	return err
}

func (e *wordedError) Error() string { return strings.Join(strings.Fields(lifecycle.Words(e.of)), " ") }
func (e *wordedError) Unwrap() error { return e.of }
