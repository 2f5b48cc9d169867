package provider

import (
	"net/url"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// versionPath is what may follow the host of a custom endpoint: hashicorp/google wants "/v1/" there, gRPC has no use for it.
var versionPath = regexp.MustCompile(`^/?(v1|v1beta1|v2)?/?$`)

// endpoint is "https://host[:port]" of a custom endpoint. Clear text is for the emulator alone: a token would go with it.
// No message repeats the value: what is refused may have a password or a key in it.
func (r *resolver) endpoint(name string, value types.String) string {
	text := r.text(name, value)
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.User != nil || !versionPath.MatchString(u.Path) {
		r.refuse(name, "The value of "+r.from[name]+" is not an address such as \"https://binaryauthorization.googleapis.com/v1/\".")
		return ""
	}
	if u.Scheme != "https" {
		r.refuse(name, "The value of "+r.from[name]+" has to begin with https://: credentials are only sent encrypted. For an emulator use emulator_host.")
		return ""
	}
	return "https://" + u.Host
}
