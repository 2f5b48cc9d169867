package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	asset "cloud.google.com/go/asset/apiv1"
	binaryauthorization "cloud.google.com/go/binaryauthorization/apiv1"
	container "cloud.google.com/go/container/apiv1"
	containeranalysis "cloud.google.com/go/containeranalysis/apiv1"
	grafeas "cloud.google.com/go/grafeas/apiv1"
	kms "cloud.google.com/go/kms/apiv1"
	logging "cloud.google.com/go/logging/apiv2"
	beta "google.golang.org/api/container/v1beta1"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
)

// Target is the place of a run.
type Target struct {
	// Project is the id of the project, Number its number.
	Project, Number string
	// Cluster, KeyRing and NewClusterIn (a zone) are for probes with this need; empty if there is
	// none.
	Cluster, KeyRing, NewClusterIn string
	// Allowed are the permitted needs; other probes are skipped with the reason.
	Allowed map[Need]bool
	// Emulated targets answer at once. Sleep moves their clock.
	Emulated bool
	// Dial contains the options of gRPC clients, DialREST of REST clients.
	Dial, DialREST []option.ClientOption
	// HTTP makes plain REST calls with credentials. Base returns the URL before the path, for a
	// service such as "container".
	HTTP *http.Client
	Base func(service string) string
	// Sleep waits.
	Sleep func(ctx context.Context, d time.Duration) error
}

// reasons explain how to allow a need.
var reasons = map[Need]string{
	NeedCluster:    "needs a cluster: set CLUSTER=projects/*/locations/*/clusters/*",
	NeedNewCluster: "creates a cluster: set NEW_CLUSTER_ZONE to a zone",
	NeedKeyRing:    "creates keys that cannot be deleted: set KEY_RING=projects/*/locations/*/keyRings/*",
	NeedMany:       "creates more than 100 attestors: set ALLOW_MANY=yes",
	NeedPolicy:     "changes the project's live policy: set ALLOW_POLICY=yes",
	NeedPods:       "creates pods in the cluster: set ALLOW_PODS=yes beside CLUSTER and ALLOW_POLICY=yes",
}

// lacks returns the reason to skip a probe; empty if it can run.
func (t Target) lacks(p Probe) string {
	for _, n := range p.Needs {
		if !t.Allowed[n] {
			return reasons[n]
		}
	}
	return ""
}

// clients are Google's clients of one target.
type clients struct {
	Attestors *binaryauthorization.BinauthzManagementClient
	System    *binaryauthorization.SystemPolicyClient
	Validator *binaryauthorization.ValidationHelperClient
	Notes     *grafeas.Client
	Analysis  *containeranalysis.Client
	KMS       *kms.KeyManagementClient
	Clusters  *container.ClusterManagerClient
	Logs      *logging.Client
	Assets    *asset.Client
	Beta      *beta.ProjectsLocationsClustersService

	open []io.Closer
}

func dial(ctx context.Context, t Target) (c *clients, err error) {
	c = &clients{}
	defer func() {
		if err != nil {
			_ = c.close()
		}
	}()
	options := append([]option.ClientOption{}, t.Dial...)
	patient := patience{sleep: t.Sleep}
	options = append(options, option.WithGRPCDialOption(grpc.WithChainUnaryInterceptor(patient.unary)))
	err = errors.Join(
		connect(ctx, c, &c.Attestors, binaryauthorization.NewBinauthzManagementClient, options),
		connect(ctx, c, &c.System, binaryauthorization.NewSystemPolicyClient, options),
		connect(ctx, c, &c.Validator, binaryauthorization.NewValidationHelperClient, options),
		connect(ctx, c, &c.Analysis, containeranalysis.NewClient, options),
		connect(ctx, c, &c.KMS, kms.NewKeyManagementClient, options),
		connect(ctx, c, &c.Clusters, container.NewClusterManagerClient, options),
		connect(ctx, c, &c.Logs, logging.NewClient, options),
		connect(ctx, c, &c.Assets, asset.NewClient, options),
	)
	if err != nil {
		return nil, err
	}
	c.Notes = c.Analysis.GetGrafeasClient()
	service, err := beta.NewService(ctx, t.DialREST...)
	if err != nil {
		return nil, fmt.Errorf("connect to GKE v1beta1: %w", err)
	}
	c.Beta = service.Projects.Locations.Clusters
	return c, nil
}

// connect creates one client and remembers to close it.
func connect[C io.Closer](
	ctx context.Context,
	c *clients,
	into *C,
	dial func(context.Context, ...option.ClientOption) (C, error),
	options []option.ClientOption,
) error {
	client, err := dial(ctx, options...)
	if err != nil {
		return fmt.Errorf("connect to Google: %w", err)
	}
	*into = client
	c.open = append(c.open, client)
	return nil
}

func (c *clients) close() error {
	var errs []error
	for _, o := range c.open {
		errs = append(errs, o.Close())
	}
	return errors.Join(errs...)
}
