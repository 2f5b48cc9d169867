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
	// oldFailOpen is an annotation written into the pod by Kubernetes
	// (k8s.io/kubernetes/pkg/apis/core/annotation_key_constants.go).
	oldFailOpen = "alpha.image-policy.k8s.io/failed-open"
	// anyFailOpen is the mark of Kubernetes for any webhook: a key such as this with
	// /round_0_index_0. Its value is the webhook's name
	// (https://kubernetes.io/docs/reference/labels-annotations-taints/audit-annotations/).
	anyFailOpen = "failed-open.validating.webhook.admission.k8s.io"
)

// failOpenMarks are the texts in the documented filter.
var failOpenMarks = []string{failOpen, webhookPrefix + failOpen, anyFailOpen}

// ourWords are part of refusals by the webhook, and by the Kubernetes plugin of older clusters
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
			return true // marks of other webhooks do not count
		}
	}
	return false
}
