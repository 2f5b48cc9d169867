package workload_test

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// TestAStaticPodIsOneWorkload: kube-proxy of every node is one workload, so new nodes cause no diff.
func TestAStaticPodIsOneWorkload(t *testing.T) {
	t.Parallel()
	for _, node := range []string{"gke-prod-pool-1-abc", "gke-prod-pool-1-def"} {
		pod := workload.Pod{Name: "kube-proxy-" + node, Owner: workload.Object{Kind: "Node", Name: node}}
		if got := pod.Workload(); got != (workload.Object{Kind: "Pod", Name: "kube-proxy"}) {
			t.Error(got)
		}
	}
}
