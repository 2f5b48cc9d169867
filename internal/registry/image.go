// Package registry reads images from OCI registries: tag to digest. Google's registries are read
// with the credentials of the provider, and with the retries and error kinds of package gcp. No
// other host gets these credentials, and no redirect is followed with them. Without TLS, only
// registries on this machine are read (door.go).
package registry

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// Image is an image in its registry.
type Image struct {
	// Repository is the reference without tag and digest, as written; short names of Docker Hub are
	// completed.
	Repository string
	// Digest is the digest of the referenced manifest or index, computed from the content.
	Digest string
	// MediaType is its media type.
	MediaType string
	// Index: the image is an index, a list of manifests for several platforms.
	Index bool
	// Manifests are the manifests of an index, in its order. For a single manifest, the list has
	// only that one, and only if platforms were asked for.
	Manifests []Manifest
}

// Manifest is one manifest of an image.
type Manifest struct {
	// Platform is "os/architecture", "os/architecture/variant" or "os/architecture:os version";
	// empty if unspecified.
	Platform, Digest, MediaType string
}

// Reader reads images with the identity of one provider configuration.
type Reader struct {
	clients *gcp.Clients
	way     http.RoundTripper
}

// New returns a reader. Readers share connections. A connection carries no identity.
func New(clients *gcp.Clients) *Reader { return &Reader{clients: clients, way: connections()} }

var connections = sync.OnceValue(newTransport)

// getManifest is a method of the registry protocol. The permission is Artifact Registry's
// (https://cloud.google.com/artifact-registry/docs/access-control).
const (
	getManifest         = "GetManifest"
	downloadArtifacts   = "artifactregistry.repositories.downloadArtifacts"
	artifactsReaderRole = "roles/artifactregistry.reader"
)

// imageLimit is the time limit to read one image, with all attempts.
const imageLimit = time.Minute

// Image reads an image by tag or digest; without both, the tag is "latest". platforms requests the
// platform of a single manifest, for one more read.
func (r *Reader) Image(ctx context.Context, reference string, platforms bool) (*Image, error) {
	ref, err := name.ParseReference(reference)
	if err != nil {
		return nil, &gcp.Error{Kind: gcp.KindInvalid, Method: getManifest, Resource: reference, Message: err.Error()}
	}
	return visit(ctx, r, ref, reference, func(ctx context.Context, repo *session) (*Image, error) {
		return repo.image(ctx, ref, platforms)
	})
}

// visit reads from the repository of ref, with all attempts. reference is what errors name.
func visit[T any](
	ctx context.Context, r *Reader, ref name.Reference, reference string, read func(context.Context, *session) (T, error),
) (T, error) {
	var none T
	if err := r.clients.Ready(); err != nil {
		return none, err
	}
	ctx, cancel := context.WithTimeout(ctx, imageLimit)
	defer cancel()
	return gcp.Try(ctx, r.clients, gcp.Elsewhere[T]{
		Method: getManifest, Resource: reference,
		Nobody: fmt.Sprintf("No answer from %s. Check the name of the "+
			"registry, the network and the proxies.", ref.Context().RegistryStr()),
		Send: func(ctx context.Context) (T, error) {
			d := r.door(ref.Context())
			repo, err := r.enter(ctx, ref, d)
			if err != nil {
				return none, d.explain(err)
			}
			found, err := read(ctx, repo)
			if err != nil {
				return none, d.explain(err)
			}
			return found, nil
		},
	})
}

func (r *Reader) enter(ctx context.Context, ref name.Reference, d *door) (*session, error) {
	who, err := r.authenticate(ctx, d)
	if err != nil {
		return nil, err
	}
	return r.signIn(ctx, ref, d, who)
}

func (s *session) image(ctx context.Context, ref name.Reference, platforms bool) (*Image, error) {
	found, err := s.manifest(ctx, ref)
	if err != nil {
		return nil, err
	}
	image := &Image{Repository: repository(ref.Context()), Digest: found.digest, MediaType: found.MediaType, Index: found.isIndex()}
	switch {
	case image.Index:
		image.Manifests = found.listed()
	case platforms:
		own, err := s.platform(ctx, found.Config.Digest)
		if err != nil {
			return nil, err
		}
		image.Manifests = []Manifest{{Platform: own.String(), Digest: found.digest, MediaType: found.MediaType}}
	}
	return image, nil
}

// repository returns the name as written in references: Docker Hub is docker.io, with any host
// name.
func repository(r name.Repository) string {
	if r.RegistryStr() == name.DefaultRegistry {
		return "docker.io/" + r.RepositoryStr()
	}
	return r.Name()
}
