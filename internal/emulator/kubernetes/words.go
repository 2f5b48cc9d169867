package kubernetes

import "strings"

// The words of the webhook, as recordings have them.
const (
	webhook  = "imagepolicywebhook.image-policy.k8s.io"
	violates = "VIOLATES_POLICY"
)

// message is what the API server answers. How several images are told is not known.
func (o outcome) message() string {
	return `admission webhook "` + webhook + `" denied the request: ` + strings.Join(o.denials, "; ")
}

// cause is what the audit log has of an image beside the message. A recording has other words there for rules that deny everything.
func cause(image, sentence string) string {
	sentence = strings.Replace(sentence, "Denied by always_deny admission rule", "Denied by an ALWAYS_DENY admission rule", 1)
	return "'" + image + "' : " + sentence + "\n"
}
