package transport

import (
	"fmt"
	"net/http"
	"strings"

	"connectrpc.com/vanguard"
	"connectrpc.com/vanguard/vanguardgrpc"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/grpc"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// rest serves REST: the routes first, then all methods in the protobufs' annotations.
type rest struct {
	routes         *http.ServeMux
	names, numbers http.Handler // transcoders that print enums by name and by number
}

// NewREST returns the REST handler of server's services and of routes.
func NewREST(server *grpc.Server, routes []world.Route, intercept Intercept, honorMask bool) (http.Handler, error) {
	rules := iamRules(server)
	names, err := vanguardgrpc.NewTranscoder(server, rules, vanguard.WithCodec(newCodec(false)))
	if err != nil {
		return nil, fmt.Errorf("derive REST from the protobufs: %w", err)
	}
	numbers, err := vanguardgrpc.NewTranscoder(server, rules, vanguard.WithCodec(newCodec(true)))
	if err != nil {
		return nil, fmt.Errorf("derive REST from the protobufs: %w", err)
	}
	mux, err := newMux(routes, intercept, honorMask)
	return &rest{mux, names, numbers}, err
}

// iamRules adds the GET form of getIamPolicy. The discovery documents of Binary Authorization and
// Cloud KMS have it, the annotations of google.iam.v1 do not.
func iamRules(server *grpc.Server) vanguard.TranscoderOption {
	if _, ok := server.GetServiceInfo()["google.iam.v1.IAMPolicy"]; !ok {
		return vanguard.WithRules()
	}
	return vanguard.WithRules(&annotations.HttpRule{
		Selector: "google.iam.v1.IAMPolicy.GetIamPolicy",
		Pattern:  &annotations.HttpRule_Get{Get: "/v1/{resource=**}:getIamPolicy"},
	})
}

func (h *rest) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var method string
	r = r.Clone(withMethod(r.Context(), &method))
	takeLiberties(r)
	d := takeDialect(r)
	restore, err := takeOld(r)
	if err == nil {
		err = checkIAM(r)
	}
	h.prepare(r, d)
	answer := &recorder{header: http.Header{}, code: http.StatusOK}
	if err != nil {
		answer.refuse(err)
	} else {
		h.dispatch(answer, r, d)
	}
	restore(answer)
	if r.Context().Err() == nil {
		h.send(w, answer, d, method)
	}
}

// takeOld converts a request to an old version of an API into one to v1. restore converts the answer
// back.
func takeOld(r *http.Request) (restore func(*recorder), err error) {
	if old, err := takeOldVersion(r); old {
		return putOldVersion, err
	}
	if old, err := takeOldAnalysis(r); old {
		return putOldAnalysis, err
	}
	return func(*recorder) {}, nil
}

// prepare sets the headers expected by the transcoder.
func (h *rest) prepare(r *http.Request, d dialect) {
	r.Header.Del("Accept-Encoding")
	r.Header.Del(maskHeader)
	if d.fields != "" {
		r.Header.Set(maskHeader, d.fields)
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		r.Header.Set("Content-Type", "application/json")
	}
}

func (h *rest) dispatch(w *recorder, r *http.Request, d dialect) {
	switch _, pattern := h.routes.Handler(r); {
	case pattern != "":
		w.route = true
		h.routes.ServeHTTP(w, r)
	case d.enumNumbers:
		h.numbers.ServeHTTP(w, r)
	default:
		h.names.ServeHTTP(w, r)
	}
}

// newMux registers the routes; an invalid or conflicting pattern is an error.
func newMux(routes []world.Route, intercept Intercept, honorMask bool) (mux *http.ServeMux, err error) {
	defer func() {
		if r := recover(); r != nil { // net/http reports a bad pattern by panicking
			err = fmt.Errorf("route: %v", r)
		}
	}()
	mux = http.NewServeMux()
	for _, route := range routes {
		mux.Handle(route.Pattern, handleRoute(route, intercept, honorMask))
	}
	return mux, nil
}
