package kubernetes

import "strings"

// The labels of entries (https://cloud.google.com/binary-authorization/docs/viewing-audit-logs),
// and of pods (https://cloud.google.com/binary-authorization/docs/using-breakglass, where the
// annotation is the older form).
const (
	dryRun        = webhook + "/dry-run"
	brokenGlass   = webhook + "/break-glass"
	overridden    = webhook + "/overridden-verification-result"
	breakGlass    = "image-policy.k8s.io/break-glass"
	breakGlassOld = "alpha.image-policy.k8s.io/break-glass"
)

// labels returns the webhook's log labels for a pod, and whether it refuses the pod. The caller
// holds the lock.
func (c *creation) labels(t *template, judged outcome) (labels map[string]string, refused bool) {
	switch {
	case !judged.judged:
		return nil, false
	case c.failOpen > 0:
		c.failOpen--
		if c.openKey == FailedOpenByName {
			return map[string]string{c.openKey: webhook}, false
		}
		return map[string]string{c.openKey: "true"}, false
	case t.breakGlass: // "regardless of whether the deployment satisfies or violates the policy"
		return judged.override(brokenGlass), false
	case judged.denied:
		return nil, true
	case judged.logged:
		return judged.override(dryRun), false
	}
	return nil, false
}

func (o outcome) override(label string) map[string]string {
	labels := map[string]string{label: "true"}
	if len(o.causes) > 0 {
		labels[overridden] = strings.Join(o.causes, "")
	}
	return labels
}
