package emulator

import (
	"strings"

	"google.golang.org/grpc"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/asset"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/binauthz"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/cloudkms"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/containeranalysis"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/gke"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/iam"
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
}

func newServices(w *world.World) *services {
	store := iam.NewStore(w)
	return &services{
		world: w, iam: store,
		binauthz: binauthz.New(w, store), gke: gke.New(w), kms: cloudkms.New(w), analysis: containeranalysis.New(w, store),
		logging: logging.New(w), assets: asset.New(w),
	}
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
	return append(s.binauthz.Routes(), s.gke.Routes()...)
}

// seed puts in place what the options ask for.
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
	return nil
}
