package admission

import (
	"fmt"
	"strings"
)

// workload is the workload of a request. Parts implied by other parts are filled in. "" is unknown.
type workload struct{ cluster, namespace, account, identity string } // account is namespace:name, identity has no spiffe://

func (r Request) workload() workload {
	w := workload{
		cluster:   r.Cluster,
		namespace: r.Namespace,
		account:   r.ServiceAccount,
		identity:  strings.TrimPrefix(r.IstioIdentity, spiffe),
	}
	if w.account != "" && !strings.Contains(w.account, ":") && w.namespace != "" {
		w.account = w.namespace + ":" + w.account
	}
	if a := accountOf(w.identity); w.account == "" || couldBe(a, w.account) {
		w.account = a
	}
	if w.namespace == "" {
		w.namespace = namespaceOf(w.account)
	}
	return w
}

// asking is the workload to decide on.
func (r Request) asking() workload {
	if r.Stranger {
		return stranger(r.workload())
	}
	return r.workload()
}

// accountOf is the service account in an Istio identity: domain/ns/NAMESPACE/sa/ACCOUNT.
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

// Check returns an error for an invalid part of a request, or for parts in contradiction.
func (r Request) Check() error {
	if _, err := ParseImage(r.Image); err != nil {
		return err
	}
	return r.checkWorkload()
}

// evaluable is Check, except that the digest of the image can be malformed.
func (r Request) evaluable() error {
	if err := checkReference(r.Image); err != nil {
		return err
	}
	return r.checkWorkload()
}

func (r Request) checkWorkload() error {
	w := r.workload()
	account := w.account
	if account != "" && !strings.Contains(account, ":") {
		account = "any:" + account
	}
	for i, part := range []string{w.cluster, w.namespace, account, w.identity} {
		if err := CheckKey(Scopes()[i], part); part != "" && err != nil {
			return err
		}
	}
	return w.contradiction()
}

func (w workload) contradiction() error {
	if n := namespaceOf(w.account); n != "" && n != w.namespace {
		return fmt.Errorf("the service account %s is not in the namespace %s", w.account, w.namespace)
	}
	if a := accountOf(w.identity); a != "" && !couldBe(a, w.account) {
		return fmt.Errorf("the identity %s is not that of the service account %s", w.identity, w.account)
	}
	return nil
}

// couldBe compares a full account with an account that may lack its namespace.
func couldBe(full, account string) bool {
	return full == account || !strings.Contains(account, ":") && strings.HasSuffix(full, ":"+account)
}

// key is the workload's key in scope. known is false if the request does not contain it.
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

// fits reports whether a workload with an unknown key in scope can have this key.
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
