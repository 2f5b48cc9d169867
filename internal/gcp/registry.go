package gcp

import (
	"context"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
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
	Manifests []ImageManifest
}

// ImageManifest is one manifest of an image.
type ImageManifest struct {
	// Platform is "os/architecture", "os/architecture/variant" or "os/architecture:os version"; empty where nothing says it.
	Platform, Digest, MediaType string
}

// imageLimit bounds the reading of one image with all its attempts.
const imageLimit = time.Minute

// Image reads what reference names from its registry: a tag, a digest, or neither, which is the tag "latest". platforms says
// whether the platform of a single manifest matters: it costs one more read.
func (c *Clients) Image(ctx context.Context, reference string, platforms bool) (*Image, error) {
	if err := c.Ready(); err != nil {
		return nil, err
	}
	ref, err := name.ParseReference(reference)
	if err != nil {
		return nil, &Error{Kind: KindInvalid, Method: getManifest.name, Resource: reference, Message: err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, imageLimit)
	defer cancel()
	return run(ctx, c.forRegistry(ref.Context().RegistryStr()), call[*Image]{
		method: getManifest, resource: reference,
		send: func(ctx context.Context) (*Image, error) {
			door := c.registryDoor(ref.Context())
			image, err := c.readImage(ctx, ref, door, platforms)
			if err != nil {
				return nil, door.explain(err)
			}
			return image, nil
		},
	})
}

// forRegistry are clients whose calls go to a registry: whether Google or an emulator ever answered says nothing about it.
func (c *Clients) forRegistry(host string) *Clients {
	config := c.config
	config.EmulatorHost, config.UserProjectOverride = "", false
	return &Clients{config: config, registryHost: host}
}

func (c *Clients) readImage(ctx context.Context, ref name.Reference, door *registryDoor, platforms bool) (*Image, error) {
	who, err := c.registryAuth(ctx, door)
	if err != nil {
		return nil, err
	}
	registry, err := c.signIn(ctx, ref, door, who)
	if err != nil {
		return nil, err
	}
	found, err := registry.manifest(ctx, ref)
	if err != nil {
		return nil, err
	}
	image := &Image{Repository: repository(ref.Context()), Digest: found.digest, MediaType: found.MediaType, Index: found.isIndex()}
	switch {
	case image.Index:
		image.Manifests = found.listed()
	case platforms:
		own, err := registry.platform(ctx, found.Config.Digest)
		if err != nil {
			return nil, err
		}
		image.Manifests = []ImageManifest{{Platform: own.String(), Digest: found.digest, MediaType: found.MediaType}}
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
