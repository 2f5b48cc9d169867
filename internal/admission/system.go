package admission

import (
	"fmt"
	"slices"
	"strings"
)

// SystemImages are the allowlist patterns without which no cluster starts while the global policy is off, as Google's reference of policies says
// (https://cloud.google.com/binary-authorization/docs/policy-yaml-reference, both lists of admissionWhitelistPatterns). What only one of its lists or
// only older pages have is not asked for: gcr.io/google_containers/*, and gcr.io/gke-release/asm/*, which is Cloud Service Mesh.
func SystemImages() []string {
	return []string{"gcr.io/google-containers/*", "k8s.gcr.io/**", "gke.gcr.io/**", "gcr.io/stackdriver-agents/*"}
}

// RegionalSystemImages is the form of one more pattern, with the region of the cluster for LOCATION. The same page says that more paths may be
// required; this one is. The system policy of us-central1 has it, and it is what exempts every Pod that GKE brings there, as read from a cluster of
// October 2026; GKE's own code names its images so (GoogleCloudPlatform/gcs-fuse-csi-driver, pkg/csi_driver/utils_test.go, "managed driver image").
// A wildcard cannot stand in a registry, so no one pattern covers all regions: the system policy, not a list of patterns, is the way to let GKE's images in.
const RegionalSystemImages = "LOCATION-artifactregistry.gcr.io/gke-release/gke-release/**"

var regionalHost = form(`^[a-z0-9-]+-artifactregistry\.gcr\.io/`)

// systemLockouts looks for enforced rules that GKE's own images cannot pass: they have no attestations of a project's attestors.
func systemLockouts(p Policy) (found []Lockout) {
	missing := p.missingSystemImages()
	if p.GlobalEvaluation || len(missing) == 0 {
		return nil
	}
	for _, a := range p.all() {
		if a.rule.failing() == blocked && runsSystemImages(Scope(a.at.Field), a.at.Key) {
			found = append(found, Lockout{SystemImagesBlocked, a.at, fmt.Sprintf(
				"%s blocks GKE's own images: the global policy is not enabled, and no allowlist pattern exempts %s. Set global_policy_evaluation_mode to ENABLE.", a.at, strings.Join(missing, ", "))})
		}
	}
	return found
}

// missingSystemImages lists which of GKE's own images no pattern of the policy exempts.
func (p Policy) missingSystemImages() (missing []string) {
	patterns := parsePatterns(p.Patterns)
	for _, s := range SystemImages() {
		want := parsePattern(s)
		if !slices.ContainsFunc(patterns, func(q pattern) bool { return q.covers(want) }) {
			missing = append(missing, s)
		}
	}
	if !slices.ContainsFunc(patterns, pattern.regional) {
		missing = append(missing, RegionalSystemImages)
	}
	return missing
}

// regional says whether the pattern exempts GKE's images of some region.
func (p pattern) regional() bool {
	host := regionalHost().FindString(p.prefix)
	return host != "" && p.covers(parsePattern(host+"gke-release/gke-release/**"))
}

// runsSystemImages says whether Pods that GKE brings are among those a rule is for: every cluster has them. Of the namespaces only
// kube-system is reserved for them everywhere (https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces); GKE
// uses more of them, so the default rule is always one.
func runsSystemImages(scope Scope, key string) bool {
	return scope == ScopeDefault || scope == ScopeCluster || keyed(scope, key).namespace == systemNamespace
}

const systemNamespace = "kube-system"
