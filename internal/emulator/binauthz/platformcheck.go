package binauthz

import (
	"strings"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const notValid = "The input is not valid: "

// acceptPlatform checks a new version of a platform policy and sets the ids of its keys.
func acceptPlatform(n resname.PlatformPolicy, p *binaryauthorization.PlatformPolicy) error {
	if p.GkePolicy == nil {
		return invalid("policy should contain either gkePolicy or cloudRunPolicy")
	}
	if n.Platform != "gke" {
		return invalid(notValid+"Platform mismatch between policy details and the resource's platform id. Expected 'gke' platform_id, "+
			"but found '%s'.", n.Platform)
	}
	if err := checkScopes(p.GkePolicy.CheckSets); err != nil {
		return err
	}
	if err := checkAllowlist(p.GkePolicy.ImageAllowlist); err != nil {
		return err
	}
	for _, s := range p.GkePolicy.CheckSets {
		if err := acceptCheckSet(s); err != nil {
			return err
		}
	}
	return nil
}

func acceptCheckSet(s *binaryauthorization.CheckSet) error {
	if err := checkAllowlist(s.ImageAllowlist); err != nil {
		return err
	}
	for _, c := range s.Checks {
		if err := acceptCheck(c); err != nil {
			return err
		}
	}
	return nil
}

// scope is the scope of a check set; without a namespace, it is all other pods.
type scope struct{ namespace, account string }

// checkScopes requires a check set to come before every check set that also matches its pods, and
// the last one to have no scope (the description of GkePolicy.checkSets). A scope has one check
// set.
func checkScopes(sets []*binaryauthorization.CheckSet) error {
	seen := map[scope]bool{}
	for _, set := range sets {
		s, err := readScope(set.Scope)
		switch {
		case err != nil:
			return err
		case seen[s]:
			return invalid(notValid + "two CheckSets have the same scope.")
		case seen[scope{}], s.account != "" && seen[scope{namespace: s.namespace}]:
			return invalid("CheckSets must be listed in order of decreasing specificity")
		}
		seen[s] = true
	}
	if len(sets) > 0 && !seen[scope{}] {
		return invalid("When CheckSets are not empty, the last CheckSet must have empty scope")
	}
	return nil
}

func readScope(s *binaryauthorization.Scope) (scope, error) {
	switch {
	case s == nil, s.KubernetesNamespace == "" && s.KubernetesServiceAccount == "":
		return scope{}, nil
	case s.KubernetesNamespace != "" && s.KubernetesServiceAccount != "":
		return scope{}, invalid(notValid + "a scope is a namespace or a service account, not both.")
	case s.KubernetesNamespace != "" && admission.CheckKey(admission.ScopeNamespace, s.KubernetesNamespace) != nil:
		return scope{}, invalid(notValid+"'%s' is not a namespace.", s.KubernetesNamespace)
	case s.KubernetesNamespace != "":
		return scope{namespace: s.KubernetesNamespace}, nil
	case admission.CheckKey(admission.ScopeServiceAccount, s.KubernetesServiceAccount) != nil:
		return scope{}, invalid(notValid+"'%s' is not of the form namespace:serviceaccount.", s.KubernetesServiceAccount)
	}
	namespace, account, _ := strings.Cut(s.KubernetesServiceAccount, ":")
	return scope{namespace, account}, nil
}

func checkAllowlist(l *binaryauthorization.ImageAllowlist) error {
	if l == nil {
		return nil
	}
	if len(l.AllowPattern) == 0 {
		return invalid(notValid + "allowPattern is required in an image allowlist.")
	}
	return checkTexts("allowPattern", l.AllowPattern, conformance.CheckPattern)
}

// checkTexts refuses an invalid text in a list.
func checkTexts(field string, texts []string, check func(string) error) error {
	for _, text := range texts {
		if err := check(text); err != nil {
			return invalid(notValid+"%s: %v.", field, err)
		}
	}
	return nil
}
