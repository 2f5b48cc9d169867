package provider

import (
	"net/url"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// versionPath is the optional path of a custom endpoint: hashicorp/google expects "/v1/", and gRPC
// needs none.
var versionPath = regexp.MustCompile(`^/?(v1|v1beta1|v2)?/?$`)

// endpoint returns "https://host[:port]" of a custom endpoint. Only an emulator may use clear text,
// because the token would be sent with it. No message repeats an invalid value, because it may
// contain a password or a key.
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
		r.refuse(name, "The value of "+r.from[name]+" must begin with https://, because credentials are sent only "+
			"encrypted. For an emulator, use emulator_host.")
		return ""
	}
	return "https://" + u.Host
}
