// Package transport carries calls from the wire to the emulated APIs: gRPC and REST on one port, REST derived from the HTTP annotations
// in Google's protobufs and spoken in Google's dialect (error bodies, system parameters, partial responses).
package transport

import (
	"context"
	"net/http"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Call is what is known of a call before it is handled.
type Call struct {
	// Method is the full method name in gRPC's spelling, without leading slash.
	Method string
	// Resource is the name the request is about ("projects/p/attestors/a", or its parent); empty when it has none.
	Resource string
}

// Project is the project id or number in the resource's name; empty outside of projects.
func (c Call) Project() string {
	rest, ok := strings.CutPrefix(c.Resource, "projects/")
	if !ok {
		return ""
	}
	project, _, _ := strings.Cut(rest, "/")
	return project
}

// Intercept stands around every call, however it arrived. It decides whether and when handle runs and what the caller gets.
type Intercept func(ctx context.Context, c Call, handle func(context.Context) (any, error)) (any, error)

// nameFields are the request fields that say what a call is about, in the order in which they are looked at.
var nameFields = []protoreflect.Name{"name", "parent", "resource", "attestor", "policy", "note", "occurrence", "cluster", "crypto_key", "scope", "resource_names"}

// resourceOf finds the resource name in a request: a field of its own, or the name inside the message that is to be written.
func resourceOf(request any) string {
	m, ok := request.(proto.Message)
	if !ok {
		return ""
	}
	if name := nameIn(m.ProtoReflect()); name != "" {
		return name
	}
	return legacyName(m.ProtoReflect())
}

func nameIn(m protoreflect.Message) string {
	for _, n := range nameFields {
		f := m.Descriptor().Fields().ByName(n)
		switch {
		case f == nil || !m.Has(f) || f.IsMap():
		case f.IsList():
			if f.Kind() == protoreflect.StringKind {
				return m.Get(f).List().Get(0).String() // several projects count as the first
			}
		case f.Kind() == protoreflect.StringKind && strings.Contains(m.Get(f).String(), "/"):
			return m.Get(f).String()
		case f.Kind() == protoreflect.MessageKind:
			if name := nameIn(m.Get(f).Message()); name != "" {
				return name
			}
		}
	}
	return ""
}

// legacyName puts the name together that GKE's zonal requests have in several fields.
func legacyName(m protoreflect.Message) string {
	name := ""
	for _, part := range []struct {
		field      protoreflect.Name
		collection string
	}{{"project_id", "projects"}, {"zone", "zones"}, {"cluster_id", "clusters"}} {
		f := m.Descriptor().Fields().ByName(part.field)
		if f == nil || f.Kind() != protoreflect.StringKind || m.Get(f).String() == "" {
			return strings.TrimPrefix(name, "/")
		}
		name += "/" + part.collection + "/" + m.Get(f).String()
	}
	return strings.TrimPrefix(name, "/")
}

// resourceOfPath is the resource name in a REST path: what follows the version, without a custom verb.
func resourceOfPath(r *http.Request) string {
	_, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
		name = name[:i]
	}
	return name
}
