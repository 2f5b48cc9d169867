package auditlog

import "strings"

const (
	dryRunLabel   = "imagepolicywebhook.image-policy.k8s.io/dry-run"
	reasonLabel   = "imagepolicywebhook.image-policy.k8s.io/overridden-verification-result"
	breakGlass    = "image-policy.k8s.io/break-glass"
	oldBreakGlass = "alpha.image-policy.k8s.io/break-glass"
	webhookPrefix = "imagepolicywebhook."
	webhook       = "imagepolicywebhook.image-policy.k8s.io"

	failOpen = "image-policy.k8s.io/failed-open"
	// oldFailOpen is what Kubernetes wrote into a pod (k8s.io/kubernetes/pkg/apis/core/annotation_key_constants.go).
	oldFailOpen = "alpha.image-policy.k8s.io/failed-open"
	// anyFailOpen is how Kubernetes says it of any webhook: a key such as this with /round_0_index_0, whose value is the webhook's name
	// (https://kubernetes.io/docs/reference/labels-annotations-taints/audit-annotations/).
	anyFailOpen = "failed-open.validating.webhook.admission.k8s.io"
)

// failOpenMarks are what the documented filter looks for.
var failOpenMarks = []string{failOpen, webhookPrefix + failOpen, anyFailOpen}

// ourWords are in the refusals of the webhook, and in those of the plugin of Kubernetes that clusters asked before they had the webhook
// (k8s.io/kubernetes/plugin/pkg/admission/imagepolicy).
var ourWords = []string{`webhook "` + webhook + `"`, "image policy webhook backend denied", "images rejected by webhook backend"}

func breaksGlass(texts map[string]string) bool {
	return isTrue(texts, breakGlass) || isTrue(texts, oldBreakGlass)
}

func isTrue(texts map[string]string, key string) bool { return texts[key] == "true" }

func failedOpen(texts map[string]string) bool {
	for key, value := range texts {
		switch bare, _, numbered := strings.Cut(key, "/round_"); {
		case key == failOpen || key == oldFailOpen || key == webhookPrefix+failOpen:
			if value != "false" {
				return true
			}
		case bare == anyFailOpen && (!numbered || value == "true" || value == webhook):
			return true // another webhook's is no matter of Binary Authorization
		}
	}
	return false
}
