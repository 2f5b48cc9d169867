package provider

import (
	"fmt"
	"maps"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// versionPath is what may follow the host of a custom endpoint: hashicorp/google wants "/v1/" there, gRPC has no use for it.
var versionPath = regexp.MustCompile(`^/?(v1|v1beta1)?/?$`)

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

// emulator takes the emulator's address, and refuses what must not go with it.
func (r *resolver) emulator(b *block) {
	if host := r.text("emulator_host", b.EmulatorHost); host != "" {
		r.config.EmulatorHost = host
	}
	if r.config.EmulatorHost == "" {
		return
	}
	if !isAddress(r.config.EmulatorHost) {
		r.refuse("emulator_host", fmt.Sprintf("%q is not of the form host:port.", r.config.EmulatorHost))
	}
	for _, name := range slices.Sorted(maps.Keys(r.from)) {
		if name == "credentials" || name == "access_token" || name == "impersonate_service_account" || strings.HasSuffix(name, "_custom_endpoint") {
			r.refuse("emulator_host", fmt.Sprintf("An emulator is set (%s) together with %s. An emulator gets neither credentials nor other addresses: remove one of the two.", r.emulatorFrom(), r.from[name]))
		}
	}
}

// isAddress says whether text is a host and a port that can be dialled.
func isAddress(text string) bool {
	host, port, err := net.SplitHostPort(text)
	number, bad := strconv.ParseUint(port, 10, 16)
	return err == nil && bad == nil && host != "" && number > 0 && !strings.ContainsAny(host, "/ @")
}

func (r *resolver) emulatorFrom() string {
	if from := r.from["emulator_host"]; from != "" {
		return from
	}
	return "emulator_host"
}
