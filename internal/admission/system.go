package admission

import (
	"fmt"
	"slices"
	"strings"
)

// SystemImages are the allowlist patterns required for a cluster to start with the global policy
// disabled. Source: Google's policy reference
// (https://cloud.google.com/binary-authorization/docs/policy-yaml-reference, both lists of
// admissionWhitelistPatterns). Patterns in only one of its lists or only in older pages are not
// required: gcr.io/google_containers/*, and gcr.io/gke-release/asm/* (Cloud Service Mesh).
func SystemImages() []string {
	return []string{"gcr.io/google-containers/*", "k8s.gcr.io/**", "gke.gcr.io/**", "gcr.io/stackdriver-agents/*"}
}

// RegionalSystemImages is one more required pattern, with the region of the cluster for LOCATION.
// According to the same page, more paths may be required. This one is: the system policy of
// us-central1 has this pattern, and it exempts every Pod of GKE there, as seen on a cluster in
// October 2026. GKE's own code has such image names (GoogleCloudPlatform/gcs-fuse-csi-driver,
// pkg/csi_driver/utils_test.go, "managed driver image"). A registry cannot have a wildcard, so no
// single pattern covers all regions: use the system policy, not a list of patterns, to admit GKE's
// images.
const RegionalSystemImages = "LOCATION-artifactregistry.gcr.io/gke-release/gke-release/**"

var regionalHost = form(`^[a-z0-9-]+-artifactregistry\.gcr\.io/`)

// systemLockouts finds enforced rules that refuse GKE's own images: these images have no
// attestations by a project's attestors.
func systemLockouts(p Policy) (found []Lockout) {
	missing := p.missingSystemImages()
	if p.GlobalEvaluation || len(missing) == 0 {
		return nil
	}
	for _, a := range p.all() {
		if a.rule.failing() == blocked && runsSystemImages(Scope(a.at.Field), a.at.Key) {
			found = append(found, Lockout{Code: SystemImagesBlocked, Path: a.at, Missing: missing, Message: fmt.Sprintf(
				"%s blocks GKE's own images: the global policy is not enabled, and no allowlist pattern exempts %s. Set "+
					"global_policy_evaluation_mode to ENABLE.", a.at, strings.Join(missing, ", "))})
		}
	}
	return found
}

// missingSystemImages lists the patterns of GKE's own images not covered by a pattern of the
// policy.
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

// regional reports whether the pattern exempts GKE's images of a region.
func (p pattern) regional() bool {
	host := regionalHost().FindString(p.prefix)
	return host != "" && p.covers(parsePattern(host+"gke-release/gke-release/**"))
}

// runsSystemImages reports whether a rule applies to GKE's own Pods. Every cluster has such Pods.
// Only the namespace kube-system is reserved for them everywhere
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces).
// GKE uses further namespaces, so the default rule always applies to some.
func runsSystemImages(scope Scope, key string) bool {
	return scope == ScopeDefault || scope == ScopeCluster || keyed(scope, key).namespace == systemNamespace
}

const systemNamespace = "kube-system"
