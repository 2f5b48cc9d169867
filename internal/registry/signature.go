package registry

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// Signature is a signature stored beside an image by cosign: a payload with the name of the image,
// and the raw signature of it.
type Signature struct{ Payload, Signature []byte }

// signatureAnnotation is the annotation of a payload's layer with the signature in base64
// (https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md).
const signatureAnnotation = "dev.cosignproject.cosign/signature"

// Signatures reads the signatures beside an image, "registry/repository@sha256:…", under the tag
// "sha256-….sig". No signature is no error, but a missing image is one (gcp.KindNotFound). An
// invalid base64 signature becomes an empty one: it verifies nothing.
func (r *Reader) Signatures(ctx context.Context, image string) ([]Signature, error) {
	ref, err := r.besides(image)
	if err != nil {
		return nil, err
	}
	tag := tagBeside(ref, ".sig")
	found, err := visit(ctx, r, tag, tag.Name(), func(ctx context.Context, repo *session) ([]Signature, error) {
		return repo.signatures(ctx, tag)
	})
	if gcp.IsKind(err, gcp.KindNotFound) {
		return nil, r.exists(ctx, ref)
	}
	return found, err
}

// besides parses an image by digest. With an emulator, Google's registries are not read.
func (r *Reader) besides(image string) (name.Digest, error) {
	ref, err := name.NewDigest(image)
	if err != nil {
		return ref, &gcp.Error{Kind: gcp.KindInvalid, Method: getManifest, Resource: image, Message: err.Error()}
	}
	if r.clients.Emulated() && isGoogleRegistry(ref.Context().RegistryStr()) {
		return ref, &gcp.Error{
			Kind: gcp.KindFailed, Method: getManifest, Resource: image,
			Message: "an emulator is set, and it is no registry: signatures beside images are not there",
		}
	}
	return ref, nil
}

// tagBeside is the tag of something that belongs to an image: "sha256-…" and a suffix.
func tagBeside(image name.Digest, suffix string) name.Tag {
	return image.Context().Tag(strings.Replace(image.DigestStr(), ":", "-", 1) + suffix)
}

// exists returns nil if the registry has the image.
func (r *Reader) exists(ctx context.Context, image name.Digest) error {
	_, err := visit(ctx, r, image, image.Name(), func(ctx context.Context, repo *session) (none struct{}, err error) {
		_, _, err = repo.get(ctx, "/manifests/"+image.DigestStr(), manifestTypes)
		return none, err
	})
	return err
}

func (s *session) signatures(ctx context.Context, tag name.Tag) (found []Signature, err error) {
	m, err := s.manifest(ctx, tag)
	if err != nil {
		return nil, err
	}
	payloads := map[string][]byte{} // those who sign the same text share a layer
	for _, layer := range m.Layers {
		text, signed := layer.Annotations[signatureAnnotation]
		if !signed {
			continue
		}
		payload, read := payloads[layer.Digest]
		if !read {
			if payload, err = s.payload(ctx, layer.Digest); err != nil {
				return nil, err
			}
			payloads[layer.Digest] = payload
		}
		signature, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			signature = nil
		}
		found = append(found, Signature{payload, signature})
	}
	return found, nil
}

// payload reads a layer and requires it to match the digest in the manifest.
func (s *session) payload(ctx context.Context, digest string) ([]byte, error) {
	if !isDigest(digest) || !strings.HasPrefix(digest, "sha256:") {
		return nil, noManifest("the layer of a signature has no digest of the form sha256:…")
	}
	text, _, err := s.get(ctx, "/blobs/"+digest, "*/*")
	if answer, ok := errors.AsType[*transport.Error](err); ok && answer.StatusCode == http.StatusNotFound {
		return nil, &gcp.Error{ // not KindNotFound: there is a signature
			Kind: gcp.KindFailed, Message: "the registry does not have the payload of a signature, " + digest,
			Remedy: "Sign the image again.",
		}
	}
	if err != nil {
		return nil, err
	}
	if got := sha256Digest(text); got != digest {
		return nil, otherContent(digest, got)
	}
	return text, nil
}
