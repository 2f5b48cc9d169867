package registry

import (
	"context"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// isGoogleRegistry reports whether host belongs to Artifact Registry. It also serves the names of
// Container Registry.
func isGoogleRegistry(host string) bool {
	return host == "gcr.io" || strings.HasSuffix(host, ".gcr.io") || strings.HasSuffix(host, ".pkg.dev")
}

// authenticate returns the credentials: the provider's for Google's registries, those of the Docker
// configuration for all others, or none.
func (r *Reader) authenticate(ctx context.Context, d *door) (authn.Authenticator, error) {
	if !d.google {
		return dockerAuth(ctx, d)
	}
	token, err := r.clients.AccessToken(ctx)
	if err != nil {
		return nil, err
	}
	return authn.FromConfig(authn.AuthConfig{Username: "oauth2accesstoken", Password: token}), nil
}

// dockerAuth reads the Docker configuration. It may start a credential helper, and that program
// does not stop with ctx.
func dockerAuth(ctx context.Context, d *door) (authn.Authenticator, error) {
	type answer struct {
		who authn.Authenticator
		err error
	}
	found := make(chan answer, 1)
	go func() {
		who, err := authn.DefaultKeychain.Resolve(d.repository)
		found <- answer{who, err}
	}()
	select {
	case a := <-found:
		if a.err != nil {
			return nil, &gcp.Error{
				Kind:    gcp.KindUnauthenticated,
				Message: "the Docker configuration has no usable credentials for " + d.host + ": " + firstLine(a.err.Error()),
				Remedy: "Correct the entry in ~/.docker/config.json, or in the file set by DOCKER_CONFIG or " +
					"REGISTRY_AUTH_FILE: docker login " + d.host,
			}
		}
		d.anonymous = a.who == authn.Anonymous
		return a.who, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
