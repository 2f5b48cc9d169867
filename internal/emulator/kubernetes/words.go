package kubernetes

import (
	"strconv"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// What attestors say against an image, as recordings have it.
const (
	noAttestations = "No attestations found that were valid and signed by a key trusted by the attestor"
	noDigest       = "Expected digest with sha256 scheme, but got tag or malformed digest"
)

// words is a refusal in GKE's words: all of it, and its part after the rule. Those of rules for namespaces and accounts are not known.
func words(image string, v admission.Verdict, p admission.Policy, e admission.Attestations) (denial, sentence string) {
	scope, key := ruleIn(v.Rule)
	rule, _ := p.Rule(scope, key)
	name := kinds[scope] + " admission rule"
	if key != "" {
		name += " for " + key
	}
	sentence = sentenceOf(image, rule, e)
	return "Image " + image + " denied by Binary Authorization " + name + ". " + sentence, sentence
}

func sentenceOf(image string, rule admission.Rule, e admission.Attestations) string {
	if rule.Evaluation != admission.RequireAttestation {
		return "Denied by " + strings.ToLower(string(rule.Evaluation)) + " admission rule"
	}
	var sentences []string
	for _, attestor := range rule.Attestors {
		why := noDigest
		if strings.Contains(image, "@") {
			_, why = e.Verified(attestor, image)
		}
		if why != "" {
			sentences = append(sentences, "Image "+image+" denied by attestor "+attestor+": "+why)
		}
	}
	return strings.Join(sentences, ". ")
}

// cause is a sentence as the audit log has it beside the message. A recording has other words for rules that deny everything.
func cause(sentence string) string {
	return strings.Replace(sentence, "Denied by always_deny admission rule", "Denied by an ALWAYS_DENY admission rule", 1)
}

var kinds = map[admission.Scope]string{
	admission.ScopeDefault: "default", admission.ScopeCluster: "cluster", admission.ScopeNamespace: "Kubernetes namespace",
	admission.ScopeServiceAccount: "Kubernetes service account", admission.ScopeIstioIdentity: "Istio service identity",
}

// ruleIn reads the text of a rule's path, such as cluster_admission_rules["us-central1.prod"].
func ruleIn(path string) (scope admission.Scope, key string) {
	field, rest, found := strings.Cut(path, "[")
	if found {
		key, _ = strconv.Unquote(strings.TrimSuffix(rest, "]"))
	}
	return admission.Scope(field), key
}
