// Package gcp is the only package that talks to Google. It holds the clients, the credentials, the one retry layer, the
// kinds of errors, the reads that are shared between resources, and the operations of clusters. It knows nothing of Terraform.
package gcp

import (
	"cmp"
	"strings"
	"time"
)

// Config is everything the provider block decides about the way to Google. It is complete: environment variables and
// defaults are resolved before it is made.
type Config struct {
	// Credentials is the JSON text of a credentials file. Empty means Application Default Credentials.
	Credentials string
	// AccessToken is an OAuth 2.0 token used instead of Credentials. It is not refreshed.
	AccessToken string
	// ImpersonateServiceAccount is the e-mail address of the service account to act as.
	ImpersonateServiceAccount string
	// ImpersonateServiceAccountDelegates is the chain of service accounts towards it.
	ImpersonateServiceAccountDelegates []string

	// Project is where objects are that do not say where they are. It may be empty.
	Project string
	// UserProjectOverride makes BillingProject, or else the object's own project, pay for and count the calls.
	UserProjectOverride bool
	// BillingProject is the project for quota and billing when UserProjectOverride is set.
	BillingProject string

	// RequestTimeout bounds each attempt of a call. 0 means DefaultRequestTimeout.
	RequestTimeout time.Duration
	// RequestReason is sent with every call and appears in audit logs (X-Goog-Request-Reason).
	RequestReason string
	// UniverseDomain replaces googleapis.com.
	UniverseDomain string
	// UserAgent is put in front of the clients' own.
	UserAgent string
	// Endpoints replaces the address of single APIs.
	Endpoints Endpoints

	// EmulatorHost is the host:port of an emulator. If set, every call goes there in clear text and without credentials.
	EmulatorHost string

	// Pause is the first pause between two attempts; it doubles up to 60 times itself. 0 means DefaultPause.
	Pause time.Duration
	// PollInterval is the first pause between two looks at an operation; it grows to three times itself. 0 means DefaultPollInterval.
	PollInterval time.Duration

	// Unknown names attributes of the provider block that are not known yet. While there are any, no call is made.
	Unknown []string
}

// Endpoints holds "https://host[:port]" per API, without version or trailing slash. Empty means the public one.
type Endpoints struct {
	BinaryAuthorization, Container, ContainerAnalysis, KMS, CloudAsset, Logging string
}

const (
	// DefaultRequestTimeout bounds one attempt: longer than any healthy reply, short enough for a black hole to be noticed.
	DefaultRequestTimeout = 30 * time.Second
	// DefaultPause is the first pause between two attempts.
	DefaultPause = 500 * time.Millisecond
	// DefaultPollInterval is the first pause between two looks at an operation.
	DefaultPollInterval = time.Second
)

func (c Config) withDefaults() Config {
	if c.RequestTimeout == 0 {
		c.RequestTimeout = DefaultRequestTimeout
	}
	if c.Pause == 0 {
		c.Pause = DefaultPause
	}
	if c.PollInterval == 0 {
		c.PollInterval = DefaultPollInterval
	}
	return c
}

// hostOf is who answers for a service: the emulator, the custom endpoint, or the service itself.
func (c *Clients) hostOf(service string) string {
	if c.config.EmulatorHost != "" {
		return c.config.EmulatorHost
	}
	at := map[string]string{
		serviceBinauthz: c.config.Endpoints.BinaryAuthorization, serviceContainer: c.config.Endpoints.Container,
		serviceAnalysis: c.config.Endpoints.ContainerAnalysis, serviceKMS: c.config.Endpoints.KMS,
		serviceAsset: c.config.Endpoints.CloudAsset, serviceLogging: c.config.Endpoints.Logging,
	}[service]
	return cmp.Or(strings.TrimPrefix(at, "https://"), service)
}
