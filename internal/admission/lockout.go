package admission

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Codes of Lockout, fixed so that a pipeline can search for them.
const (
	SystemImagesBlocked = "SYSTEM_IMAGES_BLOCKED"
	AttestorWithoutKeys = "ATTESTOR_WITHOUT_KEYS"
)

// Lockout is a way in which a policy stops what nobody wants stopped.
type Lockout struct {
	Code    string
	Path    Path
	Message string
}

// SystemImages are the allowlist patterns of GKE's own images that Google's documentation names.
func SystemImages() []string {
	return []string{
		"gcr.io/google_containers/*", "gcr.io/google-containers/*", "k8s.gcr.io/**", "gke.gcr.io/**", "gcr.io/stackdriver-agents/*",
	}
}

// Lockouts finds enforced rules that block GKE's own images, and enforced rules that nothing can ever meet because an attestor they
// need has no key. keys tells the number of keys of an attestor by its full name; known is false when that cannot be told, and then
// nothing is said about the attestor. keys may be nil.
func Lockouts(p Policy, keys func(attestor string) (n int, known bool)) []Lockout {
	return append(systemLockouts(p), keyLockouts(p, keys)...)
}

func keyLockouts(p Policy, keys func(string) (int, bool)) (found []Lockout) {
	if keys == nil {
		return nil
	}
	for _, a := range p.all() {
		if a.rule.Evaluation != RequireAttestation || a.rule.failing() != blocked {
			continue
		}
		for i, name := range a.rule.Attestors {
			if n, known := keys(name); known && n == 0 {
				found = append(found, Lockout{AttestorWithoutKeys, a.at.at(FieldAttestors).element(i, name),
					fmt.Sprintf("%s needs attestations of %s, which has no key: nothing can ever be admitted by it.", a.at, name)})
			}
		}
	}
	return found
}

// systemLockouts looks for enforced rules that GKE's own images cannot pass: they have no attestations of a project's attestors.
func systemLockouts(p Policy) (found []Lockout) {
	missing := p.missingSystemImages()
	if p.GlobalEvaluation || len(missing) == 0 {
		return nil
	}
	for _, a := range p.all() {
		if a.rule.failing() == blocked && runsSystemImages(Scope(a.at.Field), a.at.Key) {
			found = append(found, Lockout{SystemImagesBlocked, a.at, fmt.Sprintf(
				"%s blocks GKE's own images: the global policy is not enabled, and no allowlist pattern exempts %s.", a.at, strings.Join(missing, ", "))})
		}
	}
	return found
}

func (p Policy) missingSystemImages() (missing []string) {
	patterns := parsePatterns(p.Patterns)
	for _, s := range SystemImages() {
		want := parsePattern(s)
		if !slices.ContainsFunc(patterns, func(q pattern) bool { return q.covers(want) }) {
			missing = append(missing, s)
		}
	}
	return missing
}

// runsSystemImages says whether Pods that GKE brings are among those a rule is for: every cluster has them. Of the namespaces only
// kube-system is reserved for them everywhere (https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces); GKE
// uses more of them, so the default rule is always one.
func runsSystemImages(scope Scope, key string) bool {
	return scope == ScopeDefault || scope == ScopeCluster || keyed(scope, key).namespace == systemNamespace
}

const systemNamespace = "kube-system"

// all lists every rule of the policy in a fixed order.
func (p Policy) all() []applicable {
	list := []applicable{{rule: p.Default, at: ruleAt(ScopeDefault, "")}}
	for _, scope := range Scopes() {
		for _, key := range slices.Sorted(maps.Keys(p.Rules[scope])) {
			list = append(list, applicable{rule: p.Rules[scope][key], at: ruleAt(scope, key)})
		}
	}
	return list
}
