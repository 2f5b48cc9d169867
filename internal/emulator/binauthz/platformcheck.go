package binauthz

import (
	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const notValid = "The input is not valid: "

// acceptPlatform checks a platform policy that is to be written and gives its keys their ids.
func acceptPlatform(n resname.PlatformPolicy, p *binaryauthorization.PlatformPolicy) error {
	if p.GkePolicy == nil {
		return invalid("policy should contain either gkePolicy or cloudRunPolicy")
	}
	if n.Platform != "gke" {
		return invalid(notValid+"Platform mismatch between policy details and the resource's platform id. Expected 'gke' platform_id, but found '%s'.", n.Platform)
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

// checkScopes wants check sets in order of decreasing specificity: service accounts, namespaces, and one for everything else.
func checkScopes(sets []*binaryauthorization.CheckSet) error {
	last := 2
	for _, s := range sets {
		specificity, err := specificityOf(s.Scope)
		if err != nil {
			return err
		}
		if specificity > last {
			return invalid("CheckSets must be listed in order of decreasing specificity")
		}
		last = specificity
	}
	if len(sets) > 0 && last > 0 {
		return invalid("When CheckSets are not empty, the last CheckSet must have empty scope")
	}
	return nil
}

func specificityOf(s *binaryauthorization.Scope) (int, error) {
	switch {
	case s == nil || s.KubernetesNamespace == "" && s.KubernetesServiceAccount == "":
		return 0, nil
	case s.KubernetesNamespace != "" && s.KubernetesServiceAccount != "":
		return 0, invalid(notValid + "a scope is a namespace or a service account, not both.")
	case s.KubernetesServiceAccount != "":
		if !accountKey.MatchString(s.KubernetesServiceAccount) {
			return 0, invalid(notValid+"'%s' is not of the form namespace:serviceaccount.", s.KubernetesServiceAccount)
		}
		return 2, nil
	}
	return 1, nil
}

func checkAllowlist(l *binaryauthorization.ImageAllowlist) error {
	if l != nil && len(l.AllowPattern) == 0 {
		return invalid(notValid + "allowPattern is required in an image allowlist.")
	}
	return nil
}
