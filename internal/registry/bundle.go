package registry

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// Cosign 3 stores signatures and attestations as bundles: manifests that refer to the image
// (https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md). The annotation is optional.
const (
	bundleType          = "application/vnd.dev.sigstore.bundle"
	predicateAnnotation = "dev.sigstore.bundle.predicateType"
	signaturePredicate  = "https://sigstore.dev/cosign/sign/v1"
)

// Bundled reports whether an image, "registry/repository@sha256:…", has a signature in a Sigstore
// bundle. Bundles with another predicate, such as a provenance, are no signatures. It needs one
// request, or two if the registry does not list referrers.
func (r *Reader) Bundled(ctx context.Context, image string) (bool, error) {
	ref, err := r.besides(image)
	if err != nil {
		return false, err
	}
	return visit(ctx, r, ref, image, func(ctx context.Context, repo *session) (bool, error) {
		return repo.bundled(ctx, ref)
	})
}

func (s *session) bundled(ctx context.Context, image name.Digest) (bool, error) {
	list, complete, err := s.referrers(ctx, image)
	if err != nil {
		return false, err
	}
	for _, one := range list.Manifests {
		predicate, named := one.Annotations[predicateAnnotation]
		if strings.HasPrefix(one.ArtifactType, bundleType) && (!named || predicate == signaturePredicate) {
			return true, nil
		}
	}
	if !complete {
		return false, &gcp.Error{
			Kind: gcp.KindFailed, Message: "only the first page of the manifests that refer to the image was read, and it has no signature",
		}
	}
	return false, nil
}

// referrers reads the list of manifests that refer to an image. A registry without the referrers
// API has it under the tag "sha256-…"
// (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers).
// complete is false if there are more pages.
func (s *session) referrers(ctx context.Context, image name.Digest) (list *manifest, complete bool, err error) {
	text, header, err := s.get(ctx, "/referrers/"+image.DigestStr(), string(types.OCIImageIndex))
	answer, refused := errors.AsType[*transport.Error](err)
	switch {
	case refused && unsupported(answer.StatusCode):
		list, err = s.manifest(ctx, tagBeside(image, ""))
		if answer, refused = errors.AsType[*transport.Error](err); refused && answer.StatusCode == http.StatusNotFound {
			return new(manifest), true, nil
		}
		return list, true, err
	case err != nil:
		return nil, false, err
	}
	list, err = parseManifest(text, header.Get("Content-Type"), "")
	return list, !strings.Contains(header.Get("Link"), `rel="next"`), err
}

// unsupported reports whether a status is the answer of a registry without the referrers API.
func unsupported(status int) bool {
	return status == http.StatusNotFound || status == http.StatusBadRequest || status == http.StatusNotAcceptable
}
