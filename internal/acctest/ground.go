// Package acctest starts every acceptance test: a real Terraform, this provider, and an emulator of
// the test's own. With TF_ACC=1 and GOOGLE_PROJECT, a real project replaces the emulator.
package acctest

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/acctest"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest/sweep"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/provider"
)

// Ground is the environment of one test.
type Ground struct {
	// Project is the id of the project.
	Project string
	// Emulator is nil with a real project.
	Emulator *emulator.Server
	// Clients reach the same APIs as the provider, for checks and for changes behind the provider's
	// back.
	Clients *gcp.Clients

	options []provider.Option
	observe func(request, kind string)
	// turn is the test's turn with the cluster of a real project.
	turn sync.Once
}

// realCluster is held by the test that uses the cluster of a real project: there is only one.
var realCluster sync.Mutex

// The first objects of an emulator. For a real project, the environment names them.
const (
	emulatedProject = "demo"
	emulatedCluster = "projects/demo/locations/us-central1/clusters/prod"
	emulatedKey     = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci"
)

// New starts an emulator, or uses the real project if one is set.
func New(t *testing.T) *Ground {
	t.Helper()
	if project := os.Getenv("GOOGLE_PROJECT"); os.Getenv(resource.EnvTfAcc) != "" && project != "" {
		return &Ground{Project: project, Clients: gcp.New(gcp.Config{Project: project})}
	}
	return NewEmulated(t, emulator.Options{})
}

// NewEmulated starts an emulator with its own options, for tests that need faults, quotas or
// hundreds of clusters. It ignores a real project.
func NewEmulated(t *testing.T, options emulator.Options) *Ground {
	t.Helper()
	if len(options.Clusters) == 0 {
		options.Clusters = []string{emulatedCluster}
	}
	if len(options.KMSKeys) == 0 {
		options.KMSKeys = []string{emulatedKey, emulatedKey} // twice: a rotated key with versions 1 and 2
	}
	server, err := emulator.Start(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	const pause, poll = 2 * time.Millisecond, 10 * time.Millisecond
	return &Ground{
		Project:  emulatedProject,
		Emulator: server,
		Clients:  gcp.New(gcp.Config{Project: emulatedProject, EmulatorHost: server.Addr(), Pause: pause, PollInterval: poll}),
		options: []provider.Option{
			provider.WithEmulator(server.Addr()), provider.WithProject(emulatedProject), provider.WithPauses(pause, poll),
		},
	}
}

// Name returns a name used by no other test. A sweep finds leftovers by its prefix.
func (g *Ground) Name(prefix string) string { return acctest.RandomWithPrefix(sweep.Prefix + prefix) }

// Cluster is the full name of a cluster for changes by the test. The tests of a package use the
// cluster of a real project in turns.
func (g *Ground) Cluster(t *testing.T) string {
	t.Helper()
	name := g.given(t, "BINAUTHZ_TEST_CLUSTER", emulatedCluster)
	if g.Emulator == nil {
		g.turn.Do(func() {
			realCluster.Lock()
			t.Cleanup(realCluster.Unlock)
		})
	}
	return name
}

// KMSKeyVersion is the full name of a signing key version.
func (g *Ground) KMSKeyVersion(t *testing.T) string {
	t.Helper()
	return g.given(t, "BINAUTHZ_TEST_KMS_KEY_VERSION", emulatedKey+"/cryptoKeyVersions/1")
}

func (g *Ground) given(t *testing.T, variable, emulated string) string {
	t.Helper()
	if g.Emulator != nil {
		return emulated
	}
	value := os.Getenv(variable)
	if value == "" {
		t.Skipf("a real project is set, but %s does not name the object for this test", variable)
	}
	return value
}

// Run applies the steps with a real Terraform and destroys everything at the end.
func (g *Ground) Run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	g.RunChecked(t, nil, steps...)
}

// RunChecked is Run with a check after the destroy.
func (g *Ground) RunChecked(t *testing.T, destroyed resource.TestCheckFunc, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: g.Factories(),
		CheckDestroy:             destroyed,
		Steps:                    steps,
	})
}

// Factories serve the provider from this process.
func (g *Ground) Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"binauthz": func() (tfprotov6.ProviderServer, error) {
			return g.server()(), nil
		},
	}
}

// Calls returns the number of calls of a method, by the last part of its name, in all versions of
// the API.
func (g *Ground) Calls(method string) int {
	total := 0
	for name, n := range g.Emulator.Calls() {
		if suffix := "/" + method; len(name) > len(suffix) && name[len(name)-len(suffix):] == suffix {
			total += n
		}
	}
	return total
}

// AllCalls returns the number of all calls.
func (g *Ground) AllCalls() int {
	total := 0
	for _, n := range g.Emulator.Calls() {
		total += n
	}
	return total
}

// Operations returns the bare ids of the running GKE operations in the project.
func (g *Ground) Operations(t *testing.T) []string {
	t.Helper()
	ids, err := g.Clients.RunningOperations(context.Background(), g.Project)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// shortWay is the environment variable for the short way for unchanged objects, as in production.
// Without it, tests take both ways and compare them.
const shortWay = "TF_ACC_SHORT_WAY"

// TakeShortWay makes the provider take the short way for unchanged objects. observe is called for
// each read ("read") and plan ("plan") on the complete way, with the resource type.
func (g *Ground) TakeShortWay(observe func(request, kind string)) { g.observe = observe }

func (g *Ground) server() func() tfprotov6.ProviderServer {
	var options []provider.ServerOption
	switch {
	case g.observe != nil:
		options = append(options, provider.WithObserver(g.observe))
	case os.Getenv(shortWay) == "":
		options = append(options, provider.WithComparison())
	}
	return provider.Server(provider.New("test", g.options...), options...)
}
