package transport

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
)

// recorder buffers an answer, because its text may have to change to Google's.
type recorder struct {
	header http.Header
	code   int
	body   bytes.Buffer
	route  bool // the answer comes from a route; its errors have Google's form
}

func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) WriteHeader(code int)        { w.code = code }
func (w *recorder) Write(b []byte) (int, error) { return w.body.Write(b) }
func (w *recorder) Flush()                      {}

// refuse answers a request without calling a method.
func (w *recorder) refuse(err error) {
	code, body := errorOf(status.Convert(err), "")
	w.code, w.route = code, true
	w.body.Write(body)
}

// send writes the answer to the client.
func (h *rest) send(w http.ResponseWriter, a *recorder, d dialect, method string) {
	code, body := a.code, a.body.Bytes()
	if code >= http.StatusBadRequest && !a.route {
		code, body = errorOf(transcoderError(code, body, method != ""), method)
	}
	if !d.compact {
		body = indent(body)
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(code)
	_, _ = w.Write(body)
}

// transcoderError reads the transcoder's error: a google.rpc.Status, or plain text for a path
// without a method.
func transcoderError(code int, body []byte, reached bool) *status.Status {
	st := &spb.Status{}
	switch {
	case protojson.Unmarshal(body, st) == nil && st.GetCode() != 0:
		if !reached { // unreadable request; the transcoder calls it an unknown error
			st.Code, st.Message = int32(codes.InvalidArgument), requestError(st.GetMessage())
		}
		return status.FromProto(st)
	case code == http.StatusNotFound, code == http.StatusMethodNotAllowed:
		return status.New(codes.NotFound, "Method not found.")
	}
	return status.New(codes.InvalidArgument, strings.TrimSpace(string(body)))
}

// requestError replaces the transcoder's text for an unknown query parameter by Google's.
func requestError(text string) string {
	rest, ok := strings.CutPrefix(text, `in field path "`)
	if !ok {
		return text
	}
	name, _, _ := strings.Cut(rest, `"`)
	return `Invalid JSON payload received. Unknown name "` + name + `": Cannot bind query parameter. Field '` + name +
		`' could not be found in request message.`
}

func indent(body []byte) []byte {
	var out bytes.Buffer
	if json.Indent(&out, body, "", "  ") != nil {
		return body
	}
	out.WriteByte('\n')
	return out.Bytes()
}
