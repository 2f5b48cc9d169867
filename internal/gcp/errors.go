package gcp

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"google.golang.org/api/googleapi"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Kind says what an error means for the caller, whatever transport it came by.
type Kind string

// The kinds of errors. What each gRPC code and REST status becomes is decided in kindOf alone.
const (
	KindNotFound        Kind = "not found"
	KindDenied          Kind = "permission denied"
	KindDisabled        Kind = "API disabled"
	KindOrgPolicy       Kind = "denied by organization policy"
	KindUnauthenticated Kind = "not authenticated"
	KindExists          Kind = "already exists"
	KindConflict        Kind = "changed meanwhile"
	KindStale           Kind = "not up to date yet"
	KindState           Kind = "not possible in this state"
	KindQuota           Kind = "quota exceeded"
	KindLimit           Kind = "limit reached"
	KindBusy            Kind = "busy"
	KindTransient       Kind = "temporarily unavailable"
	KindInvalid         Kind = "invalid"
	KindTimeout         Kind = "timed out"
	KindInterrupted     Kind = "interrupted"
	KindUnconfigured    Kind = "not configured"
	KindFailed          Kind = "failed"
)

// Error is every error this package returns.
type Error struct {
	Kind Kind
	// Method is the API's method, "GetAttestor".
	Method string
	// Resource is the full name of the object.
	Resource string
	// Message is what Google said, without codes.
	Message string
	// RequestID is the id Google gave the call, if it gave one.
	RequestID string
	// Remedy is one sentence on what to do. It may be empty.
	Remedy string

	// RetryAfter is how long the server wants to be left alone. 0 if it does not say.
	RetryAfter time.Duration

	cause error
	// mayHaveWritten says that an earlier attempt of the call may have been carried out.
	mayHaveWritten bool
}

// mayHaveWritten says whether a write that failed may have been carried out by an attempt whose reply was lost.
func mayHaveWritten(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.mayHaveWritten
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Kind))
	if e.Method != "" {
		b.WriteString(" (" + e.Method + ")")
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.cause }

// IsKind reports whether err is an Error of one of kinds.
func IsKind(err error, kinds ...Kind) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && slices.Contains(kinds, e.Kind)
}

// explain turns what a client returned into an Error.
func explain(err error, m method, resource, project string) *Error {
	if already, ok := errors.AsType[*Error](err); ok {
		if already.Method == "" {
			already.Method, already.Resource = m.name, resource
		}
		return already
	}
	e := &Error{Method: m.name, Resource: resource, cause: err}
	if rest, ok := errors.AsType[*googleapi.Error](err); ok {
		st, reason := statusOf(rest)
		e.take(st, reason, m)
	} else if st, ok := status.FromError(err); ok {
		e.take(st, "", m)
	} else {
		e.Kind, e.Message = kindOfTransport(err), err.Error()
	}
	e.Remedy = remedy(e.Kind, m, project)
	return e
}

// take reads Google's answer. reason is the one that REST has outside of the details.
func (e *Error) take(st *status.Status, reason string, m method) {
	if e.Message = st.Message(); e.Message == "" {
		e.Message = st.Code().String()
	}
	for _, detail := range st.Details() {
		switch d := detail.(type) {
		case *errdetails.ErrorInfo:
			reason = d.GetReason()
		case *errdetails.RetryInfo:
			e.RetryAfter = d.GetRetryDelay().AsDuration()
		case *errdetails.RequestInfo:
			e.RequestID = d.GetRequestId()
		}
	}
	e.Kind = kindOf(st.Code(), reason, e.Message, m)
	e.takeOrgPolicy(reason)
}

// kinds are the codes that mean one thing whatever else the error says. Those that can mean two are in kindOf.
var kinds = map[codes.Code]Kind{
	codes.AlreadyExists:    KindExists,
	codes.Unauthenticated:  KindUnauthenticated,
	codes.Aborted:          KindConflict,
	codes.InvalidArgument:  KindInvalid,
	codes.OutOfRange:       KindInvalid,
	codes.DeadlineExceeded: KindTransient,
	codes.Internal:         KindTransient,
	codes.Unknown:          KindTransient,
	codes.Canceled:         KindTransient,
}

func kindOf(code codes.Code, reason, message string, m method) Kind {
	switch code {
	case codes.NotFound:
		// Every project has a policy: what a write of it does not find is the project, or an attestor that the policy names.
		return either(m == updatePolicy, KindInvalid, KindNotFound)
	case codes.PermissionDenied:
		return either(reason == "SERVICE_DISABLED" || reason == "accessNotConfigured", KindDisabled, KindDenied)
	case codes.FailedPrecondition:
		return either(isBusy(reason, message), KindBusy, kindOfPrecondition(m))
	case codes.ResourceExhausted:
		return either(reason == "" || reason == "RATE_LIMIT_EXCEEDED" || slowDown[reason], KindQuota, KindLimit)
	case codes.Unavailable:
		return either(isUntrusted(message), KindFailed, KindTransient)
	}
	return cmp.Or(kinds[code], KindFailed)
}

// kindOfPrecondition: no source says with which code Binary Authorization refuses an old etag, so of its updates this may be one. GKE
// documents ABORTED for that (google.container.v1.ClusterUpdate.etag), and trying again would not help. Of everything else it is said that
// the object's state does not allow it, as of a disabled key version (https://cloud.google.com/kms/docs/key-states).
func kindOfPrecondition(m method) Kind {
	switch {
	case m == updateAttestor, m == updatePolicy, m == replacePlatformPolicy, m == deletePlatformPolicy:
		return KindConflict
	case m.service == serviceContainer:
		return KindFailed
	}
	return KindState
}

func either(yes bool, one, other Kind) Kind {
	if yes {
		return one
	}
	return other
}

// isBusy recognises a cluster that runs another operation. The reason is what GKE sends today; the texts are older ones.
// Sources: kubernetes-sigs/cluster-api-provider-gcp#1363, hashicorp/terraform-provider-google#3650 and #7638.
func isBusy(reason, message string) bool {
	return reason == "CLUSTER_ALREADY_HAS_OPERATION" ||
		strings.Contains(message, "incompatible operation") ||
		strings.Contains(message, "Please wait and try again once it is done") ||
		strings.Contains(message, "is currently being created, deleted, updated or repaired")
}
