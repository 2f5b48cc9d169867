package transport

import (
	"encoding/json"
	"net/http"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
)

// wireError is a code over REST: the HTTP status, the name in google.rpc.Code, and the reason of
// older APIs.
type wireError struct {
	http         int
	name, reason string
}

var wireErrors = map[codes.Code]wireError{
	codes.Canceled:           {499, "CANCELLED", "cancelled"},
	codes.Unknown:            {http.StatusInternalServerError, "UNKNOWN", "backendError"},
	codes.InvalidArgument:    {http.StatusBadRequest, "INVALID_ARGUMENT", "badRequest"},
	codes.DeadlineExceeded:   {http.StatusGatewayTimeout, "DEADLINE_EXCEEDED", "backendError"},
	codes.NotFound:           {http.StatusNotFound, "NOT_FOUND", "notFound"},
	codes.AlreadyExists:      {http.StatusConflict, "ALREADY_EXISTS", "alreadyExists"},
	codes.PermissionDenied:   {http.StatusForbidden, "PERMISSION_DENIED", "forbidden"},
	codes.ResourceExhausted:  {http.StatusTooManyRequests, "RESOURCE_EXHAUSTED", "rateLimitExceeded"},
	codes.FailedPrecondition: {http.StatusBadRequest, "FAILED_PRECONDITION", "failedPrecondition"},
	codes.Aborted:            {http.StatusConflict, "ABORTED", "aborted"},
	codes.OutOfRange:         {http.StatusBadRequest, "OUT_OF_RANGE", "badRequest"},
	codes.Unimplemented:      {http.StatusNotImplemented, "UNIMPLEMENTED", "notImplemented"},
	codes.Internal:           {http.StatusInternalServerError, "INTERNAL", "backendError"},
	codes.Unavailable:        {http.StatusServiceUnavailable, "UNAVAILABLE", "backendError"},
	codes.DataLoss:           {http.StatusInternalServerError, "DATA_LOSS", "backendError"},
	codes.Unauthenticated:    {http.StatusUnauthorized, "UNAUTHENTICATED", "authError"},
}

type errorItem struct {
	Domain  string `json:"domain"`
	Message string `json:"message"`
	Reason  string `json:"reason"`
}

// errorBody is the JSON error of Google's APIs
// (https://cloud.google.com/apis/design/errors#http_mapping).
type errorBody struct {
	Code    int               `json:"code"`
	Message string            `json:"message"`
	Errors  []errorItem       `json:"errors,omitempty"`
	Status  string            `json:"status"`
	Details []json.RawMessage `json:"details,omitempty"`
}

// errorOf converts a status to the HTTP status and body of the method's API.
func errorOf(st *status.Status, method string) (int, []byte) {
	wire, ok := wireErrors[st.Code()]
	if !ok {
		wire = wireErrors[codes.Unknown]
	}
	body := errorBody{Code: wire.http, Message: st.Message(), Status: wire.name}
	// GKE still sends the older list of errors; the newer APIs do not.
	if strings.HasPrefix(method, "google.container.") {
		body.Errors = []errorItem{{"global", st.Message(), wire.reason}}
	}
	for _, d := range st.Proto().GetDetails() {
		if raw, err := protojson.Marshal(d); err == nil {
			body.Details = append(body.Details, raw)
		}
	}
	raw, err := json.Marshal(map[string]errorBody{"error": body})
	if err != nil {
		return http.StatusInternalServerError, []byte(`{"error":{"code":500,"message":"Internal error encountered.","status":"INTERNAL"}}`)
	}
	return wire.http, raw
}
