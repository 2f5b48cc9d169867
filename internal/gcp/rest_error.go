package gcp

import (
	"encoding/json"
	"fmt"
	"net/http"

	"google.golang.org/api/googleapi"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/anypb"
)

// restBody is the body of a REST error (https://cloud.google.com/apis/design/errors#http_mapping),
// with the older list of errors still sent by GKE.
type restBody struct {
	Error *restFailure `json:"error"`
}

type restFailure struct {
	Status string `json:"status"`
	Errors []struct {
		Reason string `json:"reason"`
	} `json:"errors"`
	Details []json.RawMessage `json:"details"`
}

// statusOf is the gRPC status of a REST error, and the reason in the older list. The page of a
// proxy has only its HTTP status; its text is no useful message.
func statusOf(rest *googleapi.Error) (st *status.Status, reason string) {
	var body restBody
	if json.Unmarshal([]byte(rest.Body), &body) != nil || body.Error == nil {
		body.Error = new(restFailure)
	}
	if len(body.Error.Errors) > 0 {
		reason = body.Error.Errors[0].Reason
	}
	message := rest.Message
	if message == "" {
		message = fmt.Sprintf("HTTP status %d %s", rest.Code, http.StatusText(rest.Code))
	}
	proto := &rpcstatus.Status{Code: int32(body.code(rest.Code, reason)), Message: message}
	for _, raw := range body.Error.Details {
		detail := new(anypb.Any)
		if (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(raw, detail) == nil {
			proto.Details = append(proto.Details, detail)
		}
	}
	return status.FromProto(proto), reason
}

// fromAPI reports whether the body of an error reply has the form of the API.
func fromAPI(text string) bool {
	var body restBody
	return json.Unmarshal([]byte(text), &body) == nil && body.Error != nil
}

// slowDown are the older reasons of a 403 for an exceeded rate quota
// (https://cloud.google.com/compute/docs/troubleshooting/api-rate-errors).
var slowDown = map[string]bool{"rateLimitExceeded": true, "userRateLimitExceeded": true}

// code reads "status". It tells FAILED_PRECONDITION from INVALID_ARGUMENT (both HTTP 400) and
// ABORTED from ALREADY_EXISTS (both 409); the older reason does the same.
func (b restBody) code(answer int, reason string) codes.Code {
	var code codes.Code
	switch {
	case slowDown[reason]:
		return codes.ResourceExhausted
	case b.Error.Status != "" && code.UnmarshalJSON([]byte(`"`+b.Error.Status+`"`)) == nil && code != codes.OK:
		return code
	case reason == "failedPrecondition":
		return codes.FailedPrecondition
	case reason == "alreadyExists":
		return codes.AlreadyExists
	}
	return fromHTTP(answer)
}

var httpCodes = map[int]codes.Code{
	http.StatusUnauthorized:       codes.Unauthenticated,
	http.StatusForbidden:          codes.PermissionDenied,
	http.StatusNotFound:           codes.NotFound,
	http.StatusRequestTimeout:     codes.DeadlineExceeded,
	http.StatusConflict:           codes.Aborted,
	http.StatusPreconditionFailed: codes.FailedPrecondition,
	http.StatusTooManyRequests:    codes.ResourceExhausted,
	499:                           codes.Canceled,
	http.StatusNotImplemented:     codes.Unimplemented,
	http.StatusGatewayTimeout:     codes.DeadlineExceeded,
}

// fromHTTP is the mapping of https://cloud.google.com/apis/design/errors for bodies without a
// status.
func fromHTTP(answer int) codes.Code {
	code, known := httpCodes[answer]
	switch {
	case known:
		return code
	case answer >= 500:
		return codes.Unavailable
	default:
		return codes.InvalidArgument
	}
}
