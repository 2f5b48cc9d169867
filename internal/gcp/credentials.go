package gcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"

	"cloud.google.com/go/auth"
	"cloud.google.com/go/auth/credentials"
	"cloud.google.com/go/auth/credentials/impersonate"
	"cloud.google.com/go/auth/httptransport"
)

// cloudPlatform is the one scope accepted by all APIs used here.
const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform"

// CheckCredentials checks the text of a credentials file, without a call. Its error repeats none of
// the text, because it may contain a private key.
func CheckCredentials(text string) error {
	_, err := credentialsType(text)
	return err
}

func credentialsType(text string) (credentials.CredType, error) {
	var file struct {
		Type string `json:"type"`
	}
	if json.Unmarshal([]byte(text), &file) != nil {
		return "", errors.New("the text is not JSON")
	}
	switch t := credentials.CredType(file.Type); t {
	case credentials.ServiceAccount, credentials.AuthorizedUser, credentials.ExternalAccount,
		credentials.ExternalAccountAuthorizedUser, credentials.ImpersonatedServiceAccount, credentials.GDCHServiceAccount:
		return t, nil
	case "":
		return "", errors.New(`the JSON has no "type"`)
	default:
		return "", errors.New(`Google's clients do not know the "type" of the JSON`)
	}
}

// makeCredentials follows the order of hashicorp/google: access token, credentials, Application
// Default Credentials; then impersonation on top.
func (c *Clients) makeCredentials() (*auth.Credentials, error) {
	return c.newCredentials(c.config.ImpersonateServiceAccount == "")
}

// newCredentials makes credentials with self-signed tokens of a service account key, which saves a
// call, or with tokens of Google's token endpoint.
func (c *Clients) newCredentials(selfSigned bool) (*auth.Credentials, error) {
	base, err := c.baseCredentials(selfSigned)
	if err == nil && c.config.ImpersonateServiceAccount != "" {
		base, err = c.impersonated(base)
	}
	if err != nil {
		return nil, &Error{
			Kind:    KindUnauthenticated,
			Message: fmt.Sprintf("no credentials: %s", err),
			Remedy: "Set credentials or access_token in the provider block, GOOGLE_CREDENTIALS or GOOGLE_OAUTH_ACCESS_TOKEN in the " +
				"environment, or run: gcloud auth application-default login",
		}
	}
	return base, nil
}

// impersonated are credentials of the impersonated service account.
func (c *Clients) impersonated(base *auth.Credentials) (*auth.Credentials, error) {
	own := *base
	client, err := httptransport.NewClient(&httptransport.Options{
		Credentials:      &own,
		UniverseDomain:   c.config.UniverseDomain,
		DisableTelemetry: true,
		BaseRoundTripper: tokenClient(c.tokenWay()).Transport,
		InternalOptions:  &httptransport.InternalOptions{SkipUniverseDomainValidation: c.config.UniverseDomain == ""},
	})
	if err != nil {
		return nil, err
	}
	return impersonate.NewCredentials(&impersonate.CredentialsOptions{
		TargetPrincipal: c.config.ImpersonateServiceAccount,
		Delegates:       c.config.ImpersonateServiceAccountDelegates,
		Scopes:          []string{cloudPlatform},
		Credentials:     base,
		Client:          client,
		UniverseDomain:  c.config.UniverseDomain,
	})
}

func (c *Clients) baseCredentials(selfSigned bool) (*auth.Credentials, error) {
	switch {
	case c.config.AccessToken != "":
		return auth.NewCredentials(&auth.CredentialsOptions{
			TokenProvider:          staticToken(c.config.AccessToken),
			UniverseDomainProvider: c.universe(),
		}), nil
	case c.config.Credentials != "":
		kind, err := credentialsType(c.config.Credentials)
		if err != nil {
			return nil, err
		}
		creds, err := credentials.NewCredentialsFromJSON(kind, []byte(c.config.Credentials),
			c.detectOptions(selfSigned, []byte(c.config.Credentials)))
		if err != nil {
			// The library's own words may quote the text.
			return nil, errors.New("the credentials file was refused; check that it is complete and has the type it declares")
		}
		return creds, nil
	default:
		return credentials.DetectDefault(c.detectOptions(selfSigned, applicationDefault()))
	}
}

// detectOptions are those for the credentials file text, nil if there is none.
func (c *Clients) detectOptions(selfSigned bool, text []byte) *credentials.DetectOptions {
	options := &credentials.DetectOptions{
		Scopes:           []string{cloudPlatform},
		UniverseDomain:   c.config.UniverseDomain,
		UseSelfSignedJWT: selfSigned,
	}
	if !byCertificate(text) {
		options.Client = tokenClient(c.tokenWay())
	}
	return options
}

// applicationDefault is the text of the Application Default Credentials file named in the
// environment, nil if there is none.
func applicationDefault() []byte {
	text, err := os.ReadFile(os.Getenv("GOOGLE_APPLICATION_CREDENTIALS")) //nolint:gosec // it is the user who names the file
	if err != nil {
		return nil
	}
	return text
}

// byCertificate recognizes an external account with a client certificate. Google's library then
// creates its own client with the certificate, unless it is given a client.
func byCertificate(text []byte) bool {
	var file struct {
		Source struct {
			Certificate json.RawMessage `json:"certificate"`
		} `json:"credential_source"`
	}
	return json.Unmarshal(text, &file) == nil && file.Source.Certificate != nil
}

// tokenWay is the transport to token services: that of Google's library, with the environment's
// proxies.
func (c *Clients) tokenWay() http.RoundTripper {
	if c.toTokens != nil {
		return c.toTokens
	}
	return http.DefaultTransport
}

// universe is the universe of a token; Google's clients refuse a token without a matching one. nil
// means googleapis.com.
func (c *Clients) universe() auth.CredentialsPropertyProvider {
	if c.config.UniverseDomain == "" {
		return nil
	}
	return auth.CredentialsPropertyFunc(func(context.Context) (string, error) { return c.config.UniverseDomain, nil })
}

// staticToken provides one access token for ever.
type staticToken string

func (s staticToken) Token(context.Context) (*auth.Token, error) {
	return &auth.Token{Value: string(s), Type: "Bearer"}, nil
}
