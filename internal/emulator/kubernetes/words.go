package kubernetes

import "strings"

// The webhook's texts, as recorded.
const (
	webhook  = "imagepolicywebhook.image-policy.k8s.io"
	violates = "VIOLATES_POLICY"
)

// message is the API server's text. The form for several images is not known.
func (o outcome) message() string {
	return `admission webhook "` + webhook + `" denied the request: ` + strings.Join(o.denials, "; ")
}

// cause is the audit log's text for an image besides the message. A recording has another text for
// rules that deny everything.
func cause(image, sentence string) string {
	sentence = strings.Replace(sentence, "Denied by always_deny admission rule", "Denied by an ALWAYS_DENY admission rule", 1)
	return "'" + image + "' : " + sentence + "\n"
}
