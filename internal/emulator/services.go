package emulator

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"google.golang.org/grpc"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/artifactregistry"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/asset"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/binauthz"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/cloudkms"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/containeranalysis"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/gke"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/iam"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/kubernetes"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/logging"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// services are the emulated APIs of one server.
type services struct {
	world    *world.World
	iam      *iam.Store
	binauthz *binauthz.API
	gke      *gke.API
	kms      *cloudkms.API
	analysis *containeranalysis.API
	logging  *logging.API
	assets   *asset.API
	registry *artifactregistry.API
	pods     *kubernetes.API
}

func newServices(w *world.World) *services {
	store := iam.NewStore(w)
	s := &services{
		world: w, iam: store,
		binauthz: binauthz.New(w, store), gke: gke.New(w), kms: cloudkms.New(w), analysis: containeranalysis.New(w, store),
		logging: logging.New(w), assets: asset.New(w), registry: artifactregistry.New(w),
	}
	s.binauthz.Evidence = evidence{s}
	s.pods = kubernetes.New(w, kubernetes.Google{
		Clusters: s.gke, Policies: s.binauthz, Attestations: s.analysis, Log: s.logging, Inventory: s.assets,
	})
	return s
}

func (s *services) register(r grpc.ServiceRegistrar) {
	s.binauthz.Register(r)
	s.gke.Register(r)
	s.kms.Register(r)
	s.analysis.Register(r)
	s.logging.Register(r)
	s.assets.Register(r)
	iam.NewService(s.iam, s.binauthz.Owns, s.kms.Owns).Register(r)
}

func (s *services) routes() []world.Route {
	return slices.Concat(s.binauthz.Routes(), s.gke.Routes(), s.analysis.Routes(), s.registry.Routes(), s.pods.Routes())
}

// seed creates the objects of the options.
func (s *services) seed(o Options) error {
	for _, name := range o.Clusters {
		if err := s.gke.AddCluster(name); err != nil {
			return optionError("cluster", name, err)
		}
	}
	for _, key := range o.KMSKeys {
		name, algorithm, _ := strings.Cut(key, "=")
		if err := s.kms.AddKey(name, algorithm); err != nil {
			return optionError("kms-key", key, err)
		}
	}
	return s.run(o.Pods)
}

// run creates the pods of the options. The clusters of the options do not enforce a policy, so no
// pod is refused.
func (s *services) run(pods []string) error {
	for _, pod := range pods {
		cluster, file, ok := strings.Cut(pod, "=")
		if !ok {
			return optionError("pod", pod, fmt.Errorf("want CLUSTER=FILE"))
		}
		manifest, err := os.ReadFile(file)
		if err == nil {
			_, err = s.pods.CreatePodsOf(file, cluster, manifest)
		}
		if err != nil {
			return optionError("pod", pod, err)
		}
	}
	return nil
}
