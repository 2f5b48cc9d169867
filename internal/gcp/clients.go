package gcp

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"cloud.google.com/go/auth"
	binauthz "cloud.google.com/go/binaryauthorization/apiv1"
	container "cloud.google.com/go/container/apiv1"
	containeranalysis "cloud.google.com/go/containeranalysis/apiv1"
	grafeas "cloud.google.com/go/grafeas/apiv1"
	kms "cloud.google.com/go/kms/apiv1"
	containerbeta "google.golang.org/api/container/v1beta1"
	"google.golang.org/api/option"
)

// Clients gives resources access to Google. Its creation makes no call and reads no file: each of
// Google's clients is created on first use. It is safe for use by many goroutines.
type Clients struct {
	config Config

	credentials lazy[*auth.Credentials]
	binauthz    lazy[*binauthz.BinauthzManagementClient]
	system      lazy[*binauthz.SystemPolicyClient]
	validation  lazy[*binauthz.ValidationHelperClient]
	notes       lazy[*grafeas.Client]
	analysis    lazy[*containeranalysis.Client]
	operations  lazy[*container.ClusterManagerClient]
	clusters    lazy[*containerbeta.Service]
	inventory   lazy[*restAPI]
	logs        lazy[*restAPI]
	platforms   lazy[*restAPI]
	occurrences lazy[*restAPI]
	artifacts   lazy[*restAPI]
	keys        lazy[*kms.KeyManagementClient]
	tokens      lazy[*auth.Credentials]
	moduleConns connections

	// toTokens is the HTTP transport to token services; nil is net/http's default. Tests set it.
	toTokens http.RoundTripper

	// reached is set once any API has answered. From then on, an unreachable address is an outage
	// and not a mistake.
	reached atomic.Bool

	attestorReads    *reader[*Attestor]
	noteReads        *reader[*Note]
	clusterReads     *reader[*Cluster]
	platformReads    *reader[*PlatformPolicy]
	attestationReads *reader[*Occurrence]
	attestationLocks keyedLock
	attestorAnswers  sharedRead[*Attestor]
	keyAnswers       sharedRead[PublicKey]
	clusterLocks     keyedLock
	settingEdits     queue[*settingEdit]
	pollers          pollers
	policyReads      sharedRead[*Policy]
	systemReads      sharedRead[*Policy]
	policyEdits      *editor[*Policy]
	attestorEdits    *editor[*Attestor]
	allowReads       sharedRead[allowAnswer]
	allowEdits       *editor[*AllowPolicy]
	superseded       superseded
}

// New returns clients for config.
func New(config Config) *Clients {
	c := &Clients{config: config.withDefaults()}
	c.policyEdits = c.policyEditor()
	c.attestorEdits = c.attestorEditor()
	c.allowEdits = c.allowPolicyEditor()
	c.attestorReads = newReader(c.getAttestor, c.listAttestors)
	c.attestorReads.relists = true // before each write of a policy, its attestors are read
	c.noteReads = newReader(c.getNote, c.listNotes)
	c.clusterReads = newReader(c.getCluster, c.listClusters)
	c.platformReads = newReader(c.getPlatformPolicy, c.PlatformPolicies)
	c.attestationReads = newReader(func(ctx context.Context, _, name string) (*Occurrence, error) {
		return c.getOccurrence(ctx, name)
	}, c.snapshotAttestationsOf)
	return c
}

// Project is the default project, or "".
func (c *Clients) Project() string { return c.config.Project }

// Propagation is the time from the write of a policy until all clusters use it.
func (c *Clients) Propagation() time.Duration { return c.config.Propagation }

// Ready returns an error if no call can be made yet.
func (c *Clients) Ready() error {
	if c == nil {
		return &Error{Kind: KindUnconfigured, Message: "the provider is not configured"}
	}
	if len(c.config.Unknown) == 0 {
		return nil
	}
	return &Error{
		Kind:    KindUnconfigured,
		Message: fmt.Sprintf("the provider block depends on values not known yet: %s", strings.Join(c.config.Unknown, ", ")),
		Remedy:  "Use values known at plan time, or apply their source first (terraform apply -target=…).",
	}
}

// The generated clients retry some calls but never quota errors or conflicts, and ignore their own
// time limits if a context has a deadline. run does all of this in one place, so empty call options
// switch the clients' retries off.

func (c *Clients) binauthzClient() (*binauthz.BinauthzManagementClient, error) {
	return c.binauthz.get(func() (*binauthz.BinauthzManagementClient, error) {
		client, err := grpcClient(c, c.config.Endpoints.BinaryAuthorization, binauthz.NewBinauthzManagementClient)
		if err == nil {
			client.CallOptions = &binauthz.BinauthzManagementCallOptions{}
		}
		return client, err
	})
}

func (c *Clients) systemPolicyClient() (*binauthz.SystemPolicyClient, error) {
	return c.system.get(func() (*binauthz.SystemPolicyClient, error) {
		client, err := grpcClient(c, c.config.Endpoints.BinaryAuthorization, binauthz.NewSystemPolicyClient)
		if err == nil {
			client.CallOptions = &binauthz.SystemPolicyCallOptions{}
		}
		return client, err
	})
}

func (c *Clients) validationClient() (*binauthz.ValidationHelperClient, error) {
	return c.validation.get(func() (*binauthz.ValidationHelperClient, error) {
		client, err := grpcClient(c, c.config.Endpoints.BinaryAuthorization, binauthz.NewValidationHelperClient)
		if err == nil {
			client.CallOptions = &binauthz.ValidationHelperCallOptions{}
		}
		return client, err
	})
}

func (c *Clients) grafeasClient() (*grafeas.Client, error) {
	return c.notes.get(func() (*grafeas.Client, error) {
		client, err := grpcClient(c, c.config.Endpoints.ContainerAnalysis, newGrafeas, callHeaders)
		if err == nil {
			client.CallOptions = &grafeas.CallOptions{}
		}
		return client, err
	})
}

// analysisClient is for the allow policies of notes. The client of notes has no methods for them.
func (c *Clients) analysisClient() (*containeranalysis.Client, error) {
	return c.analysis.get(func() (*containeranalysis.Client, error) {
		client, err := grpcClient(c, c.config.Endpoints.ContainerAnalysis, newAnalysis)
		if err == nil {
			client.CallOptions = &containeranalysis.CallOptions{}
		}
		return client, err
	})
}

// newAnalysis creates the client of allow policies without its inner client for notes. Notes have
// their own connection.
func newAnalysis(ctx context.Context, opts ...option.ClientOption) (*containeranalysis.Client, error) {
	client, err := containeranalysis.NewClient(ctx, opts...)
	if err != nil {
		return nil, err
	}
	return client, client.GetGrafeasClient().Close()
}

// newGrafeas creates the client of notes and occurrences. Google provides it only inside another
// client. The other client's connection is never used: notes have their own.
func newGrafeas(ctx context.Context, opts ...option.ClientOption) (*grafeas.Client, error) {
	client, err := containeranalysis.NewClient(ctx, opts...)
	if err != nil {
		return nil, err
	}
	if err := client.Connection().Close(); err != nil {
		return nil, err
	}
	return client.GetGrafeasClient(), nil
}

func (c *Clients) operationsClient() (*container.ClusterManagerClient, error) {
	return c.operations.get(func() (*container.ClusterManagerClient, error) {
		client, err := grpcClient(c, c.config.Endpoints.Container, container.NewClusterManagerClient)
		if err == nil {
			client.CallOptions = &container.ClusterManagerCallOptions{}
		}
		return client, err
	})
}

func (c *Clients) clustersClient() (*containerbeta.Service, error) {
	return c.clusters.get(func() (*containerbeta.Service, error) {
		return restService(c, "container", c.config.Endpoints.Container, containerbeta.NewService)
	})
}

func (c *Clients) inventoryAPI() (*restAPI, error) {
	return c.inventory.get(func() (*restAPI, error) { return newRESTAPI(c, "cloudasset", c.config.Endpoints.CloudAsset) })
}

func (c *Clients) logAPI() (*restAPI, error) {
	return c.logs.get(func() (*restAPI, error) { return newRESTAPI(c, "logging", c.config.Endpoints.Logging) })
}

func (c *Clients) keysClient() (*kms.KeyManagementClient, error) {
	return c.keys.get(func() (*kms.KeyManagementClient, error) {
		client, err := grpcClient(c, c.config.Endpoints.KMS, kms.NewKeyManagementClient)
		if err == nil {
			client.CallOptions = &kms.KeyManagementCallOptions{}
		}
		return client, err
	})
}

// Unconfigured reports whether no call can be made yet: the provider block is missing, or has
// unknown values.
func (c *Clients) Unconfigured() bool { return c == nil || len(c.config.Unknown) > 0 }
