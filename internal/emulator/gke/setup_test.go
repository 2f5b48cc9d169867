package gke_test

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	container "cloud.google.com/go/container/apiv1"
	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	beta "google.golang.org/api/container/v1beta1"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/gke"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

const (
	zonal    = "projects/demo/locations/us-central1-a/clusters/prod"
	regional = "projects/demo/locations/europe-west1/clusters/dev"
	enforce  = "PROJECT_SINGLETON_POLICY_ENFORCE"
	both     = "POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"
	policy   = "projects/demo/platforms/gke/policies/baseline"
)

// cloud is an emulated API with a client of each kind and a clock under the test's control.
type cloud struct {
	*gke.API
	world *world.World
	v1    *container.ClusterManagerClient
	beta  *beta.ProjectsLocationsService
	zones *beta.ProjectsZonesService

	mu  sync.Mutex
	now time.Time
}

func (c *cloud) clock() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *cloud) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// start serves an API with the given clusters and operation time.
func start(t *testing.T, operationTime time.Duration, clusters ...string) *cloud {
	t.Helper()
	c := &cloud{world: world.New(), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	c.world.Clock, c.world.OperationTime = c.clock, operationTime
	c.API = gke.New(c.world)
	for _, name := range clusters {
		must(t, c.AddCluster(name))
	}
	c.dial(t)
	c.serveREST(t)
	return c
}

func (c *cloud) dial(t *testing.T) {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	server := grpc.NewServer()
	c.Register(server)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(t, err)
	c.v1, err = container.NewClusterManagerClient(t.Context(), option.WithGRPCConn(conn))
	must(t, err)
	t.Cleanup(func() { _ = c.v1.Close() })
}

func (c *cloud) serveREST(t *testing.T) {
	t.Helper()
	mux := http.NewServeMux()
	for _, route := range c.Routes() {
		mux.HandleFunc(route.Pattern, func(w http.ResponseWriter, r *http.Request) {
			answer, err := route.Handle(r)
			if err != nil {
				writeError(w, err)
				return
			}
			_ = json.NewEncoder(w).Encode(answer)
		})
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	service, err := beta.NewService(t.Context(), option.WithEndpoint(server.URL), option.WithHTTPClient(server.Client()))
	must(t, err)
	c.beta, c.zones = service.Projects.Locations, service.Projects.Zones
}

func writeError(w http.ResponseWriter, err error) {
	statuses := map[codes.Code]int{codes.NotFound: 404, codes.AlreadyExists: 409, codes.Aborted: 409, codes.Unimplemented: 501}
	code, ok := statuses[status.Code(err)]
	if !ok {
		code = 400
	}
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": code, "message": status.Convert(err).Message()}})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// refused checks the code and the words of an error over gRPC; an empty message stands for any.
func refused(t *testing.T, err error, code codes.Code, message string) {
	t.Helper()
	equal(t, "the code", status.Code(err), code)
	if got := status.Convert(err).Message(); message != "" && got != message {
		t.Errorf("the message is %q, want %q", got, message)
	}
}

// refusedREST does the same for the v1beta1 client.
func refusedREST(t *testing.T, err error, code int, message string) {
	t.Helper()
	var e *googleapi.Error
	if !errors.As(err, &e) {
		t.Fatalf("the error is %v, want one of the API", err)
	}
	equal(t, "the code", e.Code, code)
	if message != "" {
		equal(t, "the message", e.Message, message)
	}
}

func (c *cloud) get(t *testing.T, name string) *containerpb.Cluster {
	t.Helper()
	m, err := c.v1.GetCluster(t.Context(), &containerpb.GetClusterRequest{Name: name})
	must(t, err)
	return m
}

func (c *cloud) betaGet(t *testing.T, name string) *beta.Cluster {
	t.Helper()
	m, err := c.beta.Clusters.Get(name).Do()
	must(t, err)
	return m
}

// set asks v1 for an evaluation mode.
func (c *cloud) set(t *testing.T, name string, mode containerpb.BinaryAuthorization_EvaluationMode) (*containerpb.Operation, error) {
	t.Helper()
	return c.v1.UpdateCluster(t.Context(), &containerpb.UpdateClusterRequest{Name: name, Update: &containerpb.ClusterUpdate{
		DesiredBinaryAuthorization: &containerpb.BinaryAuthorization{EvaluationMode: mode},
	}})
}

// bind asks v1beta1 for an evaluation mode and policies.
func (c *cloud) bind(name, mode string, policies ...string) (*beta.Operation, error) {
	return c.beta.Clusters.Update(name, &beta.UpdateClusterRequest{Update: &beta.ClusterUpdate{
		DesiredBinaryAuthorization: setting(mode, policies...),
	}}).Do()
}

func setting(mode string, policies ...string) *beta.BinaryAuthorization {
	b := &beta.BinaryAuthorization{EvaluationMode: mode}
	for _, p := range policies {
		b.PolicyBindings = append(b.PolicyBindings, &beta.PolicyBinding{Name: p})
	}
	return b
}

func operationName(cluster, id string) string {
	return cluster[:len(cluster)-len("/clusters/prod")] + "/operations/" + id
}

func (c *cloud) operation(t *testing.T, id string) *containerpb.Operation {
	t.Helper()
	op, err := c.v1.GetOperation(t.Context(), &containerpb.GetOperationRequest{Name: operationName(zonal, id)})
	must(t, err)
	return op
}
