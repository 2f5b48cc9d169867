package gcp

import (
	"context"
	"strings"
	"sync"

	"cloud.google.com/go/auth"
	"github.com/google/go-containerregistry/pkg/authn"
)

// registries is what all reads of registries share.
type registries struct {
	credentials lazy[*auth.Credentials]
	door        sync.Once
	way         closableTransport
}

// isGoogleRegistry recognises Artifact Registry, and the names of Container Registry, which it serves now.
func isGoogleRegistry(host string) bool {
	return host == "gcr.io" || strings.HasSuffix(host, ".gcr.io") || strings.HasSuffix(host, ".pkg.dev")
}

// sendsGoogleCredentials: an emulator's user has none to send, and tokens of another universe are not for googleapis.com's registries.
func (c *Clients) sendsGoogleCredentials(host string) bool {
	universe := c.config.UniverseDomain
	return c.config.EmulatorHost == "" && (universe == "" || universe == "googleapis.com") && isGoogleRegistry(host)
}

// registryAuth is who reads: Google's registries are read with the provider's credentials, all others with what the Docker
// configuration has for them, or anonymously.
func (c *Clients) registryAuth(ctx context.Context, door *registryDoor) (authn.Authenticator, error) {
	if !door.google {
		return dockerAuth(ctx, door)
	}
	// Artifact Registry takes access tokens, not the tokens that a service account signs itself
	// (https://cloud.google.com/artifact-registry/docs/docker/authentication#token).
	creds, err := c.registries.credentials.get(func() (*auth.Credentials, error) { return c.newCredentials(false) })
	if err != nil {
		return nil, err
	}
	token, err := creds.Token(ctx)
	if err != nil {
		return nil, explain(err, getManifest, door.repository.String(), "")
	}
	return authn.FromConfig(authn.AuthConfig{Username: "oauth2accesstoken", Password: token.Value}), nil
}

// dockerAuth looks into the Docker configuration. That may start a credential helper, a program that knows nothing of ctx.
func dockerAuth(ctx context.Context, door *registryDoor) (authn.Authenticator, error) {
	type answer struct {
		who authn.Authenticator
		err error
	}
	found := make(chan answer, 1)
	go func() {
		who, err := authn.DefaultKeychain.Resolve(door.repository)
		found <- answer{who, err}
	}()
	select {
	case a := <-found:
		if a.err != nil {
			return nil, &Error{
				Kind: KindUnauthenticated, Message: "the Docker configuration has no usable credentials for " + door.host + ": " + firstLine(a.err.Error()),
				Remedy: "Correct the entry in ~/.docker/config.json, or in the file that DOCKER_CONFIG or REGISTRY_AUTH_FILE leads to: docker login " + door.host,
			}
		}
		door.anonymous = a.who == authn.Anonymous
		return a.who, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
