package emulator

import (
	"fmt"
	"time"

	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// Options are the start options of an emulator. The zero value is a fast one on a free port of the
// loopback interface, empty and without quotas.
type Options struct {
	// Listen is the address to listen on; empty means 127.0.0.1:0.
	Listen string
	// Clusters are the full names of the initial GKE clusters.
	Clusters []string
	// Locations are regions and zones in addition to the emulator's list of Google's.
	Locations []string
	// KMSKeys are the full names of the initial Cloud KMS keys, with an enabled version 1, as NAME
	// or NAME=ALGORITHM in Cloud KMS's spelling; the default is EC_SIGN_P256_SHA256. A repeated key
	// gets one more version.
	KMSKeys []string
	// Pods are manifests of the initial pods of clusters, as CLUSTER=FILE with the full name of one
	// of Clusters.
	Pods []string
	// OperationTime is the duration of a GKE operation.
	OperationTime time.Duration
	// Latency is added to every call.
	Latency time.Duration
	// Quota enforces the published quotas.
	Quota bool
	// PageSize lowers the maximum number of entries on a page of a list; 0 keeps each API's own.
	PageSize int
	// Faults are the initial faults.
	Faults []fault.Fault
	// IgnoreFieldMasks makes partial responses complete, like a method without support for them.
	IgnoreFieldMasks bool
}

// OptionError is an invalid value in Options, as opposed to a server that cannot run.
type OptionError struct {
	// Option is the flag of the binauthz-emulator command for this option.
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
