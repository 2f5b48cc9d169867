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

// notForEmulators says which attributes an emulator makes meaningless: whose credentials are sent, and to which addresses.
func notForEmulators(name string) bool {
	return name == "credentials" || name == "access_token" || name == "impersonate_service_account" || strings.HasSuffix(name, "_custom_endpoint")
}

// emulator takes the emulator's address. No message repeats it: what is refused may have a password in it.
func (r *resolver) emulator(b *block) {
	if host := r.text("emulator_host", b.EmulatorHost); host != "" {
		r.config.EmulatorHost = host
	}
	if r.config.EmulatorHost != "" && !isAddress(r.config.EmulatorHost) {
		r.refuse("emulator_host", "The value of "+r.emulatorFrom()+" is not of the form host:port.")
	}
}

// alone refuses what the block has together with an emulator. What the environment has for other providers is not sent, and
// only a debug log tells of it.
func (r *resolver) alone(ctx context.Context) {
	if r.config.EmulatorHost == "" {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(r.from)) {
		if notForEmulators(name) {
			r.refuse("emulator_host", fmt.Sprintf("An emulator is set (%s) together with %s. An emulator gets neither credentials nor other addresses: remove one of the two.", r.emulatorFrom(), r.from[name]))
		}
	}
	if len(r.ignored) > 0 {
		tflog.Debug(ctx, "An emulator is set: credentials and addresses of the environment are not used", map[string]any{"variables": r.ignored})
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
