package emulator

import (
	"fmt"
	"time"

	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// Options says what an emulator starts with. The zero value is a quick one on a free port of the loopback interface, empty and without quotas.
type Options struct {
	// Listen is the address to listen on; 127.0.0.1:0 when empty.
	Listen string
	// Clusters are the full names of GKE clusters that exist from the start.
	Clusters []string
	// Locations are regions and zones that exist beside those that the emulator knows to be Google's.
	Locations []string
	// KMSKeys are the full names of Cloud KMS keys that exist from the start with an enabled version 1, as NAME or NAME=ALGORITHM in
	// Cloud KMS's spelling; EC_SIGN_P256_SHA256 when not given. A key named again has one version more.
	KMSKeys []string
	// Pods are manifests of what runs in clusters from the start, as CLUSTER=FILE with the full name of one of Clusters.
	Pods []string
	// OperationTime is how long a GKE operation runs.
	OperationTime time.Duration
	// Latency is added to every call.
	Latency time.Duration
	// Quota makes the published quotas count.
	Quota bool
	// PageSize lowers the number of entries a list returns at a time; 0 leaves it to each API.
	PageSize int
	// Faults wait for their calls from the start.
	Faults []fault.Fault
	// IgnoreFieldMasks makes partial responses complete, as they are for a method that does not support them.
	IgnoreFieldMasks bool
}

// OptionError is a value in Options that cannot be used, as opposed to a server that cannot run.
type OptionError struct {
	// Option is the flag of the binauthz-emulator command that sets it.
	Option string
	Value  string
	Err    error
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("-%s %s: %s", e.Option, e.Value, status.Convert(e.Err).Message())
}

func (e *OptionError) Unwrap() error { return e.Err }

func optionError(option, value string, err error) error {
	return &OptionError{Option: option, Value: value, Err: err}
}
