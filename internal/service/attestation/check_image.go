package attestation

import (
	"errors"
	"fmt"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// checkImage explains why an image cannot be attested, and how to get the right form.
func checkImage(image string) error {
	if strings.Contains(image, "://") || strings.HasPrefix(image, "//") {
		return fmt.Errorf("%q has a scheme: use {registry}/{repository}@sha256:…, such as %q", image, image[strings.Index(image, "//")+2:])
	}
	_, err := attest.Payload(image)
	if err == nil {
		return nil
	}
	if strings.Contains(image, "@") {
		return err
	}
	return errors.New(howToResolve(image))
}

// howToResolve shows how to find the digest of a tag. A tag cannot be attested, because it can move
// to another image.
func howToResolve(image string) string {
	repository := image
	if i := strings.LastIndex(image, ":"); i > strings.LastIndex(image, "/") {
		repository = image[:i]
	}
	return fmt.Sprintf(`%q has no digest. An attestation needs one: use %s@sha256:…. To find the digest of a tag:

  data "binauthz_image" "this" { image = %q }
  gcloud artifacts docker images describe %s --format='value(image_summary.digest)'
  crane digest %s`, image, repository, image, image, image)
}

// attestable accepts an image by its digest.
var attestable = lifecycle.Check("Invalid image", "must be {registry}/{repository}@sha256:{digest}", checkImage)
