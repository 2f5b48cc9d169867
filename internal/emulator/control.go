package emulator

import (
	"maps"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/artifactregistry"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/asset"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/binauthz"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/cloudkms"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/containeranalysis"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/gke"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/iam"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/kubernetes"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/logging"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// Calls returns the number of calls by full method name without leading slash. It counts every
// attempt, refused ones too.
func (s *Server) Calls() map[string]int {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	return maps.Clone(s.gate.calls)
}

// Struck returns the number of calls struck by faults, by full method name without leading slash. A
// fault test without strikes proves nothing.
func (s *Server) Struck() map[string]int {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	return maps.Clone(s.gate.struck)
}

// ResetCalls resets the counts of calls and strikes.
func (s *Server) ResetCalls() {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	clear(s.gate.calls)
	clear(s.gate.struck)
}

// Throttled returns the number of calls refused for a quota.
func (s *Server) Throttled() int {
	if s.gate.quota == nil {
		return 0
	}
	s.gate.quota.mu.Lock()
	defer s.gate.quota.mu.Unlock()
	return s.gate.quota.throttled
}

// Inject adds a fault. It strikes from the next matching call on. Errors: a fault that fault.Parse
// refuses.
func (s *Server) Inject(f fault.Fault) error { return s.gate.faults.Add(f) }

// World is the clock and the common settings of the APIs. Change them before the first call.
func (s *Server) World() *world.World { return s.world }

// Binauthz is the server's Binary Authorization API.
func (s *Server) Binauthz() *binauthz.API { return s.binauthz }

// GKE is the server's Kubernetes Engine API.
func (s *Server) GKE() *gke.API { return s.gke }

// KMS is the server's Cloud KMS API.
func (s *Server) KMS() *cloudkms.API { return s.kms }

// Analysis is the server's Container Analysis API.
func (s *Server) Analysis() *containeranalysis.API { return s.analysis }

// Logging is the server's Cloud Logging API.
func (s *Server) Logging() *logging.API { return s.logging }

// Assets is the server's Cloud Asset Inventory API.
func (s *Server) Assets() *asset.API { return s.assets }

// UnderWay is the number of requests in progress, including those struck by a fault.
func (s *Server) UnderWay() int { return s.inFlight.now() }

// Artifacts is the server's Artifact Registry API.
func (s *Server) Artifacts() *artifactregistry.API { return s.registry }

// Pods are the pods of the server's clusters.
func (s *Server) Pods() *kubernetes.API { return s.pods }

// CreatePod is Pods().CreatePod: kubectl create -f - in a cluster.
func (s *Server) CreatePod(cluster string, manifest []byte) (kubernetes.PodResult, error) {
	return s.pods.CreatePod(cluster, manifest)
}

// IAM are the server's allow policies.
func (s *Server) IAM() *iam.Store { return s.iam }
