package gcp

import (
	"context"

	"cloud.google.com/go/auth"
)

// AccessToken is an access token of the configured identity for a server of Google's that takes no
// tokens which a service account signs itself, such as Artifact Registry
// (https://cloud.google.com/artifact-registry/docs/docker/authentication#token).
func (c *Clients) AccessToken(ctx context.Context) (string, error) {
	creds, err := c.tokens.get(func() (*auth.Credentials, error) { return c.newCredentials(false) })
	if err != nil {
		return "", err
	}
	token, err := tokenOf(ctx, creds)
	if err != nil {
		return "", err
	}
	return token.Value, nil
}

// SendsCredentials says whether servers of googleapis.com get the configured identity: an
// emulator's user has none to send, and tokens of another universe are not for it.
func (c *Clients) SendsCredentials() bool {
	universe := c.config.UniverseDomain
	return c.config.EmulatorHost == "" && (universe == "" || universe == "googleapis.com")
}

// Emulated says whether an emulator answers instead of Google.
func (c *Clients) Emulated() bool { return c.config.EmulatorHost != "" }

// UserAgent returns the User-Agent of requests with ctx.
func (c *Clients) UserAgent(ctx context.Context) string { return agentOf(ctx, c.config.UserAgent) }
