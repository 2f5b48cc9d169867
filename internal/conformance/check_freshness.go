package conformance

import (
	"context"
	"errors"
	"fmt"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"
)

// fresh evaluates the upload time of an image.
func (e *Evaluator) fresh(ctx context.Context, check *binaryauthorization.ImageFreshnessCheck, image string) CheckResult {
	if !inArtifactRegistry(image) {
		return notHere("Image is not in a supported repository", elsewhere)
	}
	uploaded, err := e.Evidence.Uploaded(ctx, image)
	switch {
	case errors.Is(err, ErrNoImage):
		return notHere("Image is not in its repository", "the verdict on an image missing from its repository is not documented")
	case err != nil:
		return unread(err)
	}
	// Not a duration: days have no limit, but a duration ends at 292 years.
	oldest := e.Now.UTC().AddDate(0, 0, -int(check.MaxUploadAgeDays))
	if uploaded.After(oldest) {
		return certain(Conformant, fmt.Sprintf("Image was uploaded at most %d days ago", check.MaxUploadAgeDays))
	}
	result := certain(NonConformant, fmt.Sprintf("Image was uploaded more than %d days ago", check.MaxUploadAgeDays))
	if uploaded.Equal(oldest) {
		result = result.may(Only(Conformant),
			"the image is exactly as old as max_upload_age_days, and it is not documented whether this is too old")
	}
	return result
}
