package emulator

import (
	"context"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
)

// evidence implements the evidence of platform policy checks with the emulated APIs.
type evidence struct{ *services }

func (e evidence) Occurrences(_ context.Context, project, kind, image string) ([]conformance.Occurrence, error) {
	return e.analysis.Evidence(project, kind, image)
}

func (e evidence) Uploaded(_ context.Context, image string) (time.Time, error) {
	return e.registry.Uploaded(image)
}

func (e evidence) Signatures(_ context.Context, image string) ([]conformance.Signature, error) {
	return e.registry.Signatures(image), nil
}

// Bundled implements conformance.Evidence: the emulated registry has no bundles.
func (evidence) Bundled(context.Context, string) (bool, error) { return false, nil }
