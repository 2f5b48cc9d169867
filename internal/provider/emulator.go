package provider

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// notForEmulators reports whether an attribute means nothing with an emulator: credentials and
// addresses.
func notForEmulators(name string) bool {
	return name == "credentials" || name == "access_token" || name == "impersonate_service_account" ||
		strings.HasSuffix(name, "_custom_endpoint")
}

// emulator reads the emulator's address. No message repeats it, because an invalid one may contain
// a password.
func (r *resolver) emulator(b *block) {
	if host := r.text("emulator_host", b.EmulatorHost); host != "" {
		r.config.EmulatorHost = host
	}
	if r.config.EmulatorHost != "" && !isAddress(r.config.EmulatorHost) {
		r.refuse("emulator_host", "The value of "+r.emulatorFrom()+" is not of the form host:port.")
	}
}

// alone refuses credentials and addresses in the block next to an emulator. Those of the
// environment are for other providers, so they are ignored, with a debug log.
func (r *resolver) alone(ctx context.Context) {
	if r.config.EmulatorHost == "" {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(r.from)) {
		if notForEmulators(name) {
			r.refuse("emulator_host", fmt.Sprintf("An emulator is set (%s) together with %s. An emulator needs no "+
				"credentials and no other addresses: remove one of the two.", r.emulatorFrom(), r.from[name]))
		}
	}
	if len(r.ignored) > 0 {
		tflog.Debug(ctx, "An emulator is set: credentials and addresses "+
			"of the environment are ignored", map[string]any{"variables": r.ignored})
	}
}

// isAddress reports whether text is a host and a valid port.
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
