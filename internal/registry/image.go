// Package registry reads images from their OCI registries: tag to digest. Google's registries are read as the provider's identity,
// with the patience and the kinds of errors of package gcp; no other host sees anything of it.
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

// Image is what a registry has under a reference.
type Image struct {
	// Repository is the reference without tag and digest, as it was written; Docker Hub's short names are completed.
	Repository string
	// Digest is that of the manifest or index that the reference names, computed from what came.
	Digest string
	// MediaType is the type of it.
	MediaType string
	// Index says that it is an index: a list of manifests for several platforms.
	Index bool
	// Manifests are those of an index, in its order. Of a single manifest it is that one, if the platform was asked for.
	Manifests []Manifest
}

// Manifest is one manifest of an image.
type Manifest struct {
	// Platform is "os/architecture", "os/architecture/variant" or "os/architecture:os version"; empty where nothing says it.
	Platform, Digest, MediaType string
}

// Reader reads images as the identity of one provider configuration.
type Reader struct {
	clients *gcp.Clients
	way     http.RoundTripper
}

// New makes a reader. Readers share their connections, which carry nobody's identity.
func New(clients *gcp.Clients) *Reader { return &Reader{clients: clients, way: connections()} }

var connections = sync.OnceValue(newTransport)

// getManifest is the registry's own protocol; the permission is Artifact Registry's (https://cloud.google.com/artifact-registry/docs/access-control).
const (
	getManifest         = "GetManifest"
	downloadArtifacts   = "artifactregistry.repositories.downloadArtifacts"
	artifactsReaderRole = "roles/artifactregistry.reader"
)

// imageLimit bounds the reading of one image with all its attempts.
const imageLimit = time.Minute

// Image reads what reference names from its registry: a tag, a digest, or neither, which is the tag "latest". platforms says
// whether the platform of a single manifest matters: it costs one more read.
func (r *Reader) Image(ctx context.Context, reference string, platforms bool) (*Image, error) {
	if err := r.clients.Ready(); err != nil {
		return nil, err
	}
	ref, err := name.ParseReference(reference)
	if err != nil {
		return nil, &gcp.Error{Kind: gcp.KindInvalid, Method: getManifest, Resource: reference, Message: err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, imageLimit)
	defer cancel()
	return gcp.Try(ctx, r.clients, gcp.Elsewhere[*Image]{
		Method: getManifest, Resource: reference,
		Nobody: fmt.Sprintf("Nobody answers at %s. Check the name of the registry, the network, and the proxies on the way to it.", ref.Context().RegistryStr()),
		Send: func(ctx context.Context) (*Image, error) {
			d := r.door(ref.Context())
			image, err := r.read(ctx, ref, d, platforms)
			if err != nil {
				return nil, d.explain(err)
			}
			return image, nil
		},
	})
}

func (r *Reader) read(ctx context.Context, ref name.Reference, d *door, platforms bool) (*Image, error) {
	who, err := r.authenticate(ctx, d)
	if err != nil {
		return nil, err
	}
	repo, err := r.signIn(ctx, ref, d, who)
	if err != nil {
		return nil, err
	}
	found, err := repo.manifest(ctx, ref)
	if err != nil {
		return nil, err
	}
	image := &Image{Repository: repository(ref.Context()), Digest: found.digest, MediaType: found.MediaType, Index: found.isIndex()}
	switch {
	case image.Index:
		image.Manifests = found.listed()
	case platforms:
		own, err := repo.platform(ctx, found.Config.Digest)
		if err != nil {
			return nil, err
		}
		image.Manifests = []Manifest{{Platform: own.String(), Digest: found.digest, MediaType: found.MediaType}}
	}
	return image, nil
}

// repository is the name in the spelling of references: Docker Hub is docker.io there, whatever host serves it.
func repository(r name.Repository) string {
	if r.RegistryStr() == name.DefaultRegistry {
		return "docker.io/" + r.RepositoryStr()
	}
	return r.Name()
}
