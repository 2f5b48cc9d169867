package admission

import (
	"maps"
	"slices"
	"strings"
)

// workload is who a request is from, with everything its parts say about each other filled in. "" is unknown.
type workload struct{ cluster, namespace, account, identity string } // account is namespace:name, identity has no spiffe://

func (r Request) workload() workload {
	w := workload{cluster: r.Cluster, namespace: r.Namespace, account: r.ServiceAccount, identity: strings.TrimPrefix(r.IstioIdentity, spiffe)}
	if !strings.Contains(w.account, ":") && w.account != "" && w.namespace != "" {
		w.account = w.namespace + ":" + w.account
	}
	if w.account == "" {
		w.account = accountOf(w.identity)
	}
	if w.namespace == "" {
		w.namespace = namespaceOf(w.account)
	}
	return w
}

// accountOf is the service account an Istio identity speaks of: domain/ns/NAMESPACE/sa/ACCOUNT.
func accountOf(identity string) string {
	parts := strings.Split(identity, "/")
	if len(parts) != 5 {
		return ""
	}
	return parts[2] + ":" + parts[4]
}

func namespaceOf(account string) string {
	namespace, _, found := strings.Cut(account, ":")
	if !found {
		return ""
	}
	return namespace
}

// contradiction says which parts of a request cannot be true at once.
func (w workload) contradiction() string {
	if n := namespaceOf(w.account); n != "" && n != w.namespace {
		return "the service account " + w.account + " is not in the namespace " + w.namespace
	}
	if a := accountOf(w.identity); a != "" && !couldBe(a, w.account) {
		return "the identity " + w.identity + " is not that of the service account " + w.account
	}
	return ""
}

// couldBe compares a full account with one that may lack its namespace.
func couldBe(full, account string) bool {
	return full == account || !strings.Contains(account, ":") && strings.HasSuffix(full, ":"+account)
}

// key is the workload's key in scope; known is false when the request does not say it.
func (w workload) key(scope Scope) (key string, known bool) {
	switch scope {
	case ScopeCluster:
		key = w.cluster
	case ScopeNamespace:
		key = w.namespace
	case ScopeServiceAccount:
		key = w.account
		known = strings.Contains(key, ":")
		return key, known
	case ScopeIstioIdentity:
		key = w.identity
	}
	return key, key != ""
}

// fits says whether the workload, whose key in scope is not known, could be the one that key is for.
func (w workload) fits(scope Scope, key string) bool {
	account := key
	if scope == ScopeIstioIdentity {
		account = accountOf(CanonicalKey(scope, key))
	}
	switch scope {
	case ScopeServiceAccount, ScopeIstioIdentity:
		return (w.namespace == "" || namespaceOf(account) == w.namespace) && (w.account == "" || couldBe(account, w.account))
	default:
		return true
	}
}

// applicable is a rule that decides, or could decide, on a workload.
type applicable struct {
	rule  Rule
	at    Path
	maybe Scope // the kind of thing the request does not say, "" when the rule is certain
}

// applicable finds the rules for a workload: one, or several when the workload is known in part.
func (p Policy) applicable(w workload) []applicable {
	var found []applicable
	certain, open := false, Scope("")
	for _, scope := range Scopes() {
		if key, known := w.key(scope); known {
			found = append(found, p.exact(scope, key)...)
			certain = certain || len(found) > 0
		} else if maybe := p.possible(scope, w); len(maybe) > 0 {
			found, open = append(found, maybe...), scope
		}
	}
	if !certain {
		found = append(found, applicable{p.Default, ruleAt(ScopeDefault, ""), open})
	}
	return found
}

// exact looks a key up in both of the texts it can have.
func (p Policy) exact(scope Scope, key string) (found []applicable) {
	if r, ok := p.Rules[scope][key]; ok {
		found = append(found, applicable{rule: r, at: ruleAt(scope, key)})
	}
	if scope == ScopeIstioIdentity {
		if r, ok := p.Rules[scope][spiffe+key]; ok {
			found = append(found, applicable{rule: r, at: ruleAt(scope, spiffe+key)})
		}
	}
	return found
}

func (p Policy) possible(scope Scope, w workload) (found []applicable) {
	for _, key := range slices.Sorted(maps.Keys(p.Rules[scope])) {
		if w.fits(scope, key) {
			found = append(found, applicable{p.Rules[scope][key], ruleAt(scope, key), scope})
		}
	}
	return found
}
