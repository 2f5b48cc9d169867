package fault

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
)

// Kind is the effect of a fault, in the form of the command line: a gRPC code in lower case
// ("unavailable"), "service_disabled", "org_policy" (a write denied by an organization policy; see
// Fault.Constraint), "reset" (drops the connection), "hang" (no answer until the client gives up)
// or "delay=500ms". With the prefix "after:" it happens after the server has done the work, so only
// the reply is lost or late.
type Kind string

// The kinds besides the gRPC codes.
const (
	Reset           Kind = "reset"
	Hang            Kind = "hang"
	ServiceDisabled Kind = "service_disabled"
	OrgPolicy       Kind = "org_policy"
)

const (
	afterPrefix = "after:"
	delayPrefix = "delay="
)

// kindCodes are the error codes of Google's APIs by their spelling in a fault.
var kindCodes = map[string]codes.Code{
	"cancelled": codes.Canceled, "unknown": codes.Unknown, "invalid_argument": codes.InvalidArgument,
	"deadline_exceeded": codes.DeadlineExceeded, "not_found": codes.NotFound, "already_exists": codes.AlreadyExists,
	"permission_denied": codes.PermissionDenied, "resource_exhausted": codes.ResourceExhausted,
	"failed_precondition": codes.FailedPrecondition, "aborted": codes.Aborted, "out_of_range": codes.OutOfRange,
	"unimplemented": codes.Unimplemented, "internal": codes.Internal, "unavailable": codes.Unavailable,
	"data_loss": codes.DataLoss, "unauthenticated": codes.Unauthenticated,
	string(ServiceDisabled): codes.PermissionDenied, string(OrgPolicy): codes.FailedPrecondition,
}

// After is the same fault after the server has done the work.
func After(k Kind) Kind { return afterPrefix + k.bare() }

// Delay delays a call by d.
func Delay(d time.Duration) Kind { return Kind(delayPrefix + d.String()) }

// Code is a gRPC error instead of an answer.
func Code(c codes.Code) Kind {
	for _, name := range Kinds() {
		if kindCodes[name] == c && Kind(name) != ServiceDisabled && Kind(name) != OrgPolicy {
			return Kind(name)
		}
	}
	return "unknown"
}

// Kinds returns the available codes, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(kindCodes)) }

// Late reports whether the fault happens after the server has done the work.
func (k Kind) Late() bool { return strings.HasPrefix(string(k), afterPrefix) }

func (k Kind) bare() Kind { return Kind(strings.TrimPrefix(string(k), afterPrefix)) }

// duration is the delay of the kind; ok is false for every other kind.
func (k Kind) duration() (d time.Duration, ok bool, err error) {
	text, ok := strings.CutPrefix(string(k.bare()), delayPrefix)
	if !ok {
		return 0, false, nil
	}
	d, err = time.ParseDuration(text)
	if err == nil && d <= 0 {
		err = fmt.Errorf("%q is not a positive duration", text)
	}
	return d, true, err
}

// check returns the reason why k is not a kind.
func (k Kind) check() error {
	if _, ok, err := k.duration(); ok {
		return err
	}
	bare := k.bare()
	if _, ok := kindCodes[string(bare)]; ok || bare == Reset || bare == Hang {
		return nil
	}
	return fmt.Errorf("%q is no kind of fault: want %s, reset, hang or delay=DURATION, each also with %q in front",
		string(k), strings.Join(Kinds(), ", "), afterPrefix)
}
