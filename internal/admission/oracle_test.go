package admission_test

import (
	"regexp"
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// The oracle decides by enumeration: every workload of a small world, with every image, attested by
// every set of attestors. It shares only the types with the package.

type worker struct{ cluster, namespace, account, identity string }

var (
	worldClusters   = []string{"us-central1.prod", "us-central1-a.dev", "europe-west4.x"}
	worldNamespaces = []string{"kube-system", "shop", "team-2", "gke-managed-system"}
	worldAccounts   = []string{"default", "till", "other"}
	worldDomains    = []string{"d", "e"}
	worldAttestors  = []string{"projects/a/attestors/built", "projects/b/attestors/built", "projects/a/attestors/tested"}
)

var workers = func() (all []worker) {
	for _, c := range worldClusters {
		for _, n := range worldNamespaces {
			for _, a := range worldAccounts {
				for _, d := range worldDomains {
					all = append(all, worker{c, n, n + ":" + a, d + "/ns/" + n + "/sa/" + a})
				}
			}
		}
	}
	return all
}()

// worldPatterns are the patterns of random policies.
var worldPatterns = []string{
	"gcr.io/google_containers/*", "gcr.io/google-containers/*", "k8s.gcr.io/**", "gke.gcr.io/**", "gcr.io/stackdriver-agents/*",
	"us-central1-artifactregistry.gcr.io/gke-release/gke-release/**", "europe-west4-artifactregistry.gcr.io/gke-release/**",
	"us-central1-artifactregistry.gcr.io/gke-release/*", "k8s.gcr.io/*", "gke.gcr.io/*", "gke.gcr.io/calico/**", "gke.gcr.io/kube-dns:*",
	"gcr.io/**", "gcr.io/*", "gcr.io/acme/*", "gcr.io/acme/**", "gcr.io/acme/app*", "gcr.io/acme/app**",
	"gcr.io/acme/app:*", "gcr.io/acme/app@*", "gcr.io/acme/app",
	"gcr.io/acme/app:1", "gcr.io/acme/app/x:1", "gcr.io/acme/app" + digest, "us-docker.pkg.dev/acme/r/**", "us-docker.pkg.dev/acme/r/web*",
}

// systemCorpus are images of GKE by location: for every cluster, and for one region each.
var (
	systemCorpus = []string{
		"gcr.io/google-containers/addon-resizer:1.8", "k8s.gcr.io/pause:3.5", "k8s.gcr.io/coredns/coredns:v1.8.0",
		"gke.gcr.io/kube-dns:1.22", "gke.gcr.io/calico/node:v3.28", "gke.gcr.io/a/b/c:1", "gke.gcr.io/kube-proxy" + digest,
		"gcr.io/stackdriver-agents/metadata:1",
	}
	regionalCorpus = []string{
		"us-central1-artifactregistry.gcr.io/gke-release/gke-release/metrics-server:v0.8.0",
		"europe-west4-artifactregistry.gcr.io/gke-release/gke-release/metrics-server:v0.8.0",
	}
)

var otherDigest = "@sha256:" + strings.Repeat("f", 64)

// userCorpus has images at the edges of every pattern, and one without a match.
var userCorpus = func() []string {
	images := []string{
		"docker.io/nobody/plain:1", "docker.io/nobody/plain" + digest, "gcr.io/acmeapp:1", "gcr.io/acme/apple:2", "gcr.io/acme/apple/pie:1",
	}
	for _, p := range worldPatterns {
		prefix := strings.TrimRight(p, "*")
		for _, rest := range []string{
			"", "zz", "zz:1", "zz/y", "zz/y" + digest, ":1", ":zz", digest, otherDigest, otherDigest[1:], "/zz:1",
		} {
			if _, err := admission.ParseImage(prefix + rest); err == nil {
				images = append(images, prefix+rest)
			}
		}
	}
	slices.Sort(images)
	return slices.Compact(images)
}()

// matching lists the images exempt by each pattern.
var matching = func() map[string]map[string]bool {
	all := map[string]map[string]bool{}
	for _, p := range worldPatterns {
		text := strings.Replace(regexp.QuoteMeta(p), `\*\*`, `.*`, 1)
		e := regexp.MustCompile(`^` + strings.Replace(text, `\*`, `[^/]*`, 1) + `$`)
		all[p] = map[string]bool{}
		for _, image := range slices.Concat(systemCorpus, regionalCorpus, userCorpus) {
			all[p][image] = e.MatchString(image)
		}
	}
	return all
}()

func listed(p admission.Policy, image string) bool {
	return slices.ContainsFunc(p.Patterns, func(s string) bool { return matching[s][image] })
}

// ruleFor checks the rules one by one.
func ruleFor(p admission.Policy, w worker) admission.Rule {
	for scope, keyed := range p.Rules {
		for key, r := range keyed {
			mine := map[admission.Scope]string{
				"cluster_admission_rules": w.cluster, "kubernetes_namespace_admission_rules": w.namespace,
				"kubernetes_service_account_admission_rules": w.account, "istio_service_identity_admission_rules": w.identity,
			}[scope]
			if key == mine || key == "spiffe://"+mine {
				return r
			}
		}
	}
	return p.Default
}

// outcome is 0 admitted, 1 admitted with an entry in the log, 2 blocked.
func outcome(r admission.Rule, exempt bool, vouching []string) int {
	passes := exempt || r.Evaluation == "ALWAYS_ALLOW"
	if r.Evaluation == "REQUIRE_ATTESTATION" {
		missing := 0
		for _, a := range r.Attestors {
			if !slices.Contains(vouching, a) {
				missing++
			}
		}
		passes = passes || missing == 0
	}
	switch {
	case passes:
		return 0
	case r.Enforcement == "DRYRUN_AUDIT_LOG_ONLY":
		return 1
	default:
		return 2
	}
}

// sets are all sets of the world's attestors.
var sets = func() (all [][]string) {
	for bits := range 1 << len(worldAttestors) {
		var s []string
		for i, a := range worldAttestors {
			if bits&(1<<i) != 0 {
				s = append(s, a)
			}
		}
		all = append(all, s)
	}
	return all
}()

// exemptions lists the existing combinations of (exempt before, exempt after). With the system
// policy enabled, Google exempts one unknown image more.
func exemptions(before, after admission.Policy) (found map[[2]bool]bool) {
	found = map[[2]bool]bool{{before.GlobalEvaluation, after.GlobalEvaluation}: true}
	for _, image := range userCorpus {
		found[[2]bool{listed(before, image), listed(after, image)}] = true
	}
	return found
}

// loosened reports whether an image is newly admitted, or newly admitted without a log entry.
func loosened(before, after admission.Policy) bool {
	combinations := exemptions(before, after)
	for _, w := range workers {
		b, a := ruleFor(before, w), ruleFor(after, w)
		for e := range combinations {
			for _, s := range sets {
				if outcome(a, e[1], s) < outcome(b, e[0], s) {
					return true
				}
			}
		}
	}
	return false
}

// lockedOut reports whether GKE's own images are blocked in a place where GKE runs them, or whether
// no image can meet an enforced rule.
func lockedOut(p admission.Policy, keyless string) bool {
	for _, w := range workers {
		if strings.Contains(w.namespace, "system") && outcome(ruleFor(p, w), false, nil) == 2 && !p.GlobalEvaluation && systemBlocked(p) {
			return true
		}
	}
	possible := slices.DeleteFunc(slices.Clone(worldAttestors), func(a string) bool { return a == keyless })
	every := []admission.Rule{p.Default}
	for _, keyed := range p.Rules {
		for _, r := range keyed {
			every = append(every, r)
		}
	}
	return slices.ContainsFunc(every, func(r admission.Rule) bool {
		return r.Evaluation == "REQUIRE_ATTESTATION" && outcome(r, false, possible) == 2
	})
}

// systemBlocked reports whether a cluster misses an image in every location.
func systemBlocked(p admission.Policy) bool {
	missing := func(image string) bool { return !listed(p, image) }
	regions := slices.DeleteFunc(slices.Clone(regionalCorpus), missing)
	return slices.ContainsFunc(systemCorpus, missing) || len(regions) == 0
}
