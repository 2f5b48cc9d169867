package gcp

import (
	"path"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	canaryToken = "S3CR3T-token"
	nowhere     = "https://127.0.0.1:1"
)

func TestAnEmulatorGetsNoCredentialsWhateverIsSet(t *testing.T) {
	t.Parallel()
	server := record(t, false)
	c := New(Config{
		EmulatorHost: server.Listener.Addr().String(), AccessToken: canaryToken, Credentials: "not even JSON",
		ImpersonateServiceAccount: "sa@demo.iam.gserviceaccount.com", UserProjectOverride: true, BillingProject: "bill",
		RequestReason: "why",
		Endpoints:     everywhere(nowhere),
	})
	t.Cleanup(func() { hangUp(c) })
	oneCallEach(t.Context(), c, func(api string, err error) {
		if !IsKind(err, KindNotFound) {
			t.Error(api, err)
		}
	})
	if !slices.Equal(server.paths(), oneMethodEach) {
		t.Error(server.paths())
	}
	for _, req := range server.requests {
		for header, values := range req.Header {
			if strings.Contains(strings.Join(values, ""), canaryToken) || header == "Authorization" || header == "X-Goog-User-Project" {
				t.Errorf("%s was sent to %s", header, req.URL.Path)
			}
		}
	}
}

func TestEveryAPIHasItsOwnAddressAndTheSameHeaders(t *testing.T) {
	t.Parallel()
	binauthz, container, analysis, kms := record(t, true), record(t, true), record(t, true), record(t, true)
	inventory, logs, artifacts := record(t, true), record(t, true), record(t, true)
	c := New(Config{
		AccessToken: canaryToken, UserProjectOverride: true, BillingProject: "bill", RequestReason: "why", UserAgent: "Terraform/1.2.3",
		Endpoints: Endpoints{
			BinaryAuthorization: binauthz.URL, Container: container.URL, ContainerAnalysis: analysis.URL, KMS: kms.URL,
			CloudAsset: inventory.URL, Logging: logs.URL, ArtifactRegistry: artifacts.URL,
		},
	})
	t.Cleanup(func() { hangUp(c) })
	oneCallEach(t.Context(), c, func(api string, err error) {
		if !IsKind(err, KindNotFound) {
			t.Error(api, err)
		}
	})
	for name, c := range map[string]struct {
		server *recorder
		want   []string
	}{
		"binary authorization": {binauthz, []string{"GetAttestor"}}, "container": {container, []string{"GetOperation", "prod"}},
		"container analysis": {analysis, []string{"GetNote"}}, "KMS": {kms, []string{"GetPublicKey"}},
		"inventory": {inventory, []string{"assets"}}, "logs": {logs, []string{"entries:list"}},
		"artifacts": {artifacts, []string{path.Base(anArtifact)}},
	} {
		if !slices.Equal(c.server.paths(), c.want) {
			t.Errorf("%s got %v", name, c.server.paths())
		}
		for _, req := range c.server.requests {
			for header, want := range map[string]string{
				"Authorization": "Bearer " + canaryToken, "X-Goog-User-Project": "bill",
				"X-Goog-Request-Reason": "why",
			} {
				if got := req.Header.Values(header); !slices.Equal(got, []string{want}) {
					t.Errorf("%s: %s is %q, want %q", req.URL.Path, header, got, want)
				}
			}
			if !strings.HasPrefix(req.UserAgent(), "Terraform/1.2.3") {
				t.Errorf("%s: user agent %q", req.URL.Path, req.UserAgent())
			}
		}
	}
}

func TestWhoPaysForACall(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config Config
		want   []string
	}{
		"the project of the credentials": {Config{BillingProject: "bill"}, nil},
		"the billing project":            {Config{UserProjectOverride: true, BillingProject: "bill"}, []string{"bill"}},
		"the object's project":           {Config{UserProjectOverride: true, Project: "other"}, []string{"demo"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := record(t, true)
			c.config.AccessToken = canaryToken
			c.config.Endpoints = everywhere(server.URL)
			clients := New(c.config)
			t.Cleanup(func() { hangUp(clients) })
			oneCallEach(t.Context(), clients, func(string, error) {})
			if !slices.Equal(server.paths(), oneMethodEach) {
				t.Error(server.paths())
			}
			for _, req := range server.requests {
				if got := req.Header.Values("X-Goog-User-Project"); !slices.Equal(got, c.want) {
					t.Errorf("%s: %q", req.URL.Path, got)
				}
			}
		})
	}
}

func TestMakingClientsDoesNothing(t *testing.T) {
	t.Parallel()
	server := record(t, true)
	c := New(Config{Credentials: "not even JSON", Endpoints: everywhere(server.URL)})
	if len(server.requests) != 0 || c.credentials.made || c.binauthz.made || c.notes.made || c.operations.made || c.clusters.made ||
		c.keys.made ||
		c.inventory.made || c.logs.made {
		t.Error("something was made before it was asked for")
	}
	if c.config.RequestTimeout != 30*time.Second || c.config.Pause != 500*time.Millisecond || c.config.PollInterval != time.Second {
		t.Errorf("%+v", c.config)
	}
}

func TestNothingIsCalledWhileTheProviderBlockIsNotKnown(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]Config{
		"credentials": {Unknown: []string{"credentials", "project"}},
		"with others": {Unknown: []string{"credentials", "project"}, Credentials: "not even JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := New(config)
			if !c.Unconfigured() {
				t.Error("configured")
			}
			oneCallEach(t.Context(), c, func(api string, err error) {
				if !IsKind(err, KindUnconfigured) || !strings.Contains(err.Error(), "not known yet: credentials, project") {
					t.Errorf("%s: %v", api, err)
				}
			})
			if c.credentials.made {
				t.Error("credentials were looked for")
			}
		})
	}
}
