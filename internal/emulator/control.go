package emulator

import (
	"maps"

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

// Calls is how often each method was called, by full method name without leading slash. Every attempt that arrived counts, refused
// ones too.
func (s *Server) Calls() map[string]int {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	return maps.Clone(s.gate.calls)
}

// Struck is how many calls of each method a fault struck, by full method name without leading slash. A test of faults in which nothing
// was struck proves nothing.
func (s *Server) Struck() map[string]int {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	return maps.Clone(s.gate.struck)
}

// ResetCalls starts counting from zero, calls and strikes.
func (s *Server) ResetCalls() {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	clear(s.gate.calls)
	clear(s.gate.struck)
}

// Throttled is how many calls were refused for a quota.
func (s *Server) Throttled() int {
	if s.gate.quota == nil {
		return 0
	}
	s.gate.quota.mu.Lock()
	defer s.gate.quota.mu.Unlock()
	return s.gate.quota.throttled
}

// Inject lets a fault strike from the next matching call on. It fails for a fault that fault.Parse would not read.
func (s *Server) Inject(f fault.Fault) error { return s.gate.faults.Add(f) }

// World is the clock and the settings the APIs share. Change them before the first call.
func (s *Server) World() *world.World { return s.world }

// Binauthz is the Binary Authorization API behind the server.
func (s *Server) Binauthz() *binauthz.API { return s.binauthz }

// GKE is the Kubernetes Engine API behind the server.
func (s *Server) GKE() *gke.API { return s.gke }

// KMS is the Cloud KMS API behind the server.
func (s *Server) KMS() *cloudkms.API { return s.kms }

// Analysis is the Container Analysis API behind the server.
func (s *Server) Analysis() *containeranalysis.API { return s.analysis }

// Logging is the Cloud Logging API behind the server.
func (s *Server) Logging() *logging.API { return s.logging }

// Assets is the Cloud Asset Inventory API behind the server.
func (s *Server) Assets() *asset.API { return s.assets }

// Pods are the pods of the clusters behind the server.
func (s *Server) Pods() *kubernetes.API { return s.pods }

// CreatePod is Pods().CreatePod: kubectl create -f - in a cluster.
func (s *Server) CreatePod(cluster string, manifest []byte) (kubernetes.PodResult, error) {
	return s.pods.CreatePod(cluster, manifest)
}

// IAM are the allow policies behind the server.
func (s *Server) IAM() *iam.Store { return s.iam }
