package gcp

import (
	"cmp"
	"strings"
	"time"
)

// Config is the provider block's complete configuration of the calls to Google. Environment
// variables and defaults are already resolved.
type Config struct {
	// Credentials is the JSON text of a credentials file. Empty means Application Default
	// Credentials.
	Credentials string
	// AccessToken is an OAuth 2.0 token used instead of Credentials. It is not refreshed.
	AccessToken string
	// ImpersonateServiceAccount is the e-mail address of the service account to impersonate.
	ImpersonateServiceAccount string
	// ImpersonateServiceAccountDelegates is the chain of service accounts to it.
	ImpersonateServiceAccountDelegates []string

	// Project is the default project of objects. It may be empty.
	Project string
	// UserProjectOverride charges quota and billing to BillingProject, or else to the object's own
	// project.
	UserProjectOverride bool
	// BillingProject is the project for quota and billing when UserProjectOverride is set.
	BillingProject string

	// RequestTimeout bounds each attempt of a call. 0 means DefaultRequestTimeout.
	RequestTimeout time.Duration
	// RequestReason is sent with every call and appears in audit logs (X-Goog-Request-Reason).
	RequestReason string
	// UniverseDomain replaces googleapis.com.
	UniverseDomain string
	// UserAgent is a prefix of the clients' own user agents.
	UserAgent string
	// Endpoints replaces the addresses of single APIs.
	Endpoints Endpoints

	// EmulatorHost is the host:port of an emulator. If set, every call goes there in clear text and
	// without credentials.
	EmulatorHost string

	// Pause is the first pause between two attempts; it doubles up to 60 times this value. 0 means
	// DefaultPause.
	Pause time.Duration
	// PollInterval is the first pause between two polls of an operation; it grows to three times
	// this value. 0 means DefaultPollInterval.
	PollInterval time.Duration

	// Propagation is the time from the write of a policy until all clusters use it. 0 means
	// DefaultPropagation, and no time with an emulator.
	Propagation time.Duration

	// Unknown names the unknown attributes of the provider block. If there are any, no call is
	// made.
	Unknown []string
}

// Endpoints holds "https://host[:port]" per API, without version or trailing slash. Empty means the
// public address.
type Endpoints struct {
	BinaryAuthorization, Container, ContainerAnalysis, KMS, CloudAsset, Logging, ArtifactRegistry string
}

const (
	// DefaultRequestTimeout bounds one attempt: longer than any healthy reply, but short enough to
	// notice a dead connection.
	DefaultRequestTimeout = 30 * time.Second
	// DefaultPause is the first pause between two attempts.
	DefaultPause = 500 * time.Millisecond
	// DefaultPollInterval is the first pause between two polls of an operation.
	DefaultPollInterval = time.Second
	// DefaultPropagation is longer than the documented "few minutes until the policy takes effect".
	DefaultPropagation = 10 * time.Minute
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
	if c.Propagation == 0 && c.EmulatorHost == "" {
		c.Propagation = DefaultPropagation
	}
	return c
}

// hostOf is the address of a service: the emulator, the custom endpoint, or the service itself.
func (c *Clients) hostOf(service string) string {
	if c.config.EmulatorHost != "" {
		return c.config.EmulatorHost
	}
	at := map[string]string{
		serviceBinauthz: c.config.Endpoints.BinaryAuthorization, serviceContainer: c.config.Endpoints.Container,
		serviceAnalysis: c.config.Endpoints.ContainerAnalysis, serviceKMS: c.config.Endpoints.KMS,
		serviceAsset: c.config.Endpoints.CloudAsset, serviceLogging: c.config.Endpoints.Logging,
		serviceArtifacts: c.config.Endpoints.ArtifactRegistry,
	}[service]
	return cmp.Or(strings.TrimPrefix(at, "https://"), service)
}
