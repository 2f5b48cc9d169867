package gcp

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"cloud.google.com/go/auth"
	binauthz "cloud.google.com/go/binaryauthorization/apiv1"
	container "cloud.google.com/go/container/apiv1"
	containeranalysis "cloud.google.com/go/containeranalysis/apiv1"
	grafeas "cloud.google.com/go/grafeas/apiv1"
	kms "cloud.google.com/go/kms/apiv1"
	containerbeta "google.golang.org/api/container/v1beta1"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
)

// Clients is what a resource needs to reach Google. Making it makes no call and reads no file: each of Google's clients is
// made when it is first used. It is safe for use by many goroutines.
type Clients struct {
	config Config

	credentials lazy[*auth.Credentials]
	binauthz    lazy[*binauthz.BinauthzManagementClient]
	system      lazy[*binauthz.SystemPolicyClient]
	validation  lazy[*binauthz.ValidationHelperClient]
	notes       lazy[*grafeas.Client]
	operations  lazy[*container.ClusterManagerClient]
	clusters    lazy[*containerbeta.Service]
	keys        lazy[*kms.KeyManagementClient]
	tokens      lazy[*auth.Credentials]

	// reached is set once any API has answered: from then on an address that does not answer is an outage, not a mistake.
	reached atomic.Bool

	attestorReads    *reader[*Attestor]
	noteReads        *reader[*Note]
	clusterReads     *reader[*Cluster]
	attestationReads *reader[*Occurrence]
	attestationLocks keyedLock
	attestorAnswers  sharedRead[*Attestor]
	keyAnswers       sharedRead[PublicKey]
	clusterLocks     keyedLock
	pollers          pollers
	policyReads      sharedRead[*Policy]
	systemReads      sharedRead[*Policy]
	policyEdits      policyEdits

	claims claims
}

// New returns clients for config.
func New(config Config) *Clients {
	c := &Clients{config: config.withDefaults()}
	c.attestorReads = newReader(c.getAttestor, c.listAttestors)
	c.noteReads = newReader(c.getNote, c.listNotes)
	c.clusterReads = newReader(c.getCluster, c.listClusters)
	c.attestationReads = newReader(func(ctx context.Context, _, name string) (*Occurrence, error) { return c.getOccurrence(ctx, name) }, c.snapshotAttestationsOf)
	return c
}

// Project is the default project, "" when there is none.
func (c *Clients) Project() string { return c.config.Project }

// Ready reports why no call can be made yet.
func (c *Clients) Ready() error {
	if c == nil {
		return &Error{Kind: KindUnconfigured, Message: "the provider is not configured"}
	}
	if len(c.config.Unknown) == 0 {
		return nil
	}
	return &Error{
		Kind:    KindUnconfigured,
		Message: fmt.Sprintf("the provider block depends on values that are not known yet: %s", strings.Join(c.config.Unknown, ", ")),
		Remedy:  "Give these values in a way that is known when the plan is made, or apply what they come from first (terraform apply -target=…).",
	}
}

// The generated clients retry some calls and not others, never quota or conflicts, and ignore their own time limits as
// soon as a context has a deadline. run does all of that in one place, so theirs is switched off: empty call options.

func (c *Clients) binauthzClient() (*binauthz.BinauthzManagementClient, error) {
	return c.binauthz.get(func() (*binauthz.BinauthzManagementClient, error) {
		opts, err := c.grpcOptions(c.config.Endpoints.BinaryAuthorization)
		if err != nil {
			return nil, err
		}
		client, err := binauthz.NewBinauthzManagementClient(context.Background(), opts...)
		if err == nil {
			client.CallOptions = &binauthz.BinauthzManagementCallOptions{}
		}
		return client, err
	})
}

func (c *Clients) systemPolicyClient() (*binauthz.SystemPolicyClient, error) {
	return c.system.get(func() (*binauthz.SystemPolicyClient, error) {
		opts, err := c.grpcOptions(c.config.Endpoints.BinaryAuthorization)
		if err != nil {
			return nil, err
		}
		client, err := binauthz.NewSystemPolicyClient(context.Background(), opts...)
		if err == nil {
			client.CallOptions = &binauthz.SystemPolicyCallOptions{}
		}
		return client, err
	})
}

func (c *Clients) grafeasClient() (*grafeas.Client, error) {
	return c.notes.get(func() (*grafeas.Client, error) {
		opts, err := c.grpcOptions(c.config.Endpoints.ContainerAnalysis)
		if err != nil {
			return nil, err
		}
		opts = append(opts, option.WithGRPCDialOption(grpc.WithChainUnaryInterceptor(callHeaders)))
		client, err := containeranalysis.NewClient(context.Background(), opts...)
		if err != nil {
			return nil, err
		}
		// The connection of client itself is never used: notes have one of their own.
		if err := client.Connection().Close(); err != nil {
			return nil, err
		}
		notes := client.GetGrafeasClient()
		notes.CallOptions = &grafeas.CallOptions{}
		return notes, nil
	})
}

func (c *Clients) operationsClient() (*container.ClusterManagerClient, error) {
	return c.operations.get(func() (*container.ClusterManagerClient, error) {
		opts, err := c.grpcOptions(c.config.Endpoints.Container)
		if err != nil {
			return nil, err
		}
		client, err := container.NewClusterManagerClient(context.Background(), opts...)
		if err == nil {
			client.CallOptions = &container.ClusterManagerCallOptions{}
		}
		return client, err
	})
}

func (c *Clients) clustersClient() (*containerbeta.Service, error) {
	return c.clusters.get(func() (*containerbeta.Service, error) {
		opts, err := c.restOptions(c.config.Endpoints.Container)
		if err != nil {
			return nil, err
		}
		return containerbeta.NewService(context.Background(), opts...)
	})
}

func (c *Clients) keysClient() (*kms.KeyManagementClient, error) {
	return c.keys.get(func() (*kms.KeyManagementClient, error) {
		opts, err := c.grpcOptions(c.config.Endpoints.KMS)
		if err != nil {
			return nil, err
		}
		client, err := kms.NewKeyManagementClient(context.Background(), opts...)
		if err == nil {
			client.CallOptions = &kms.KeyManagementCallOptions{}
		}
		return client, err
	})
}

// Unconfigured reports whether the provider block still waits for values.
func (c *Clients) Unconfigured() bool { return len(c.config.Unknown) > 0 }
