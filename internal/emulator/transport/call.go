// Package transport carries calls from the network to the emulated APIs: gRPC and REST on one port.
// REST follows the HTTP annotations of Google's protobufs and Google's conventions: error bodies,
// system parameters, partial responses.
package transport

import (
	"context"
	"net/http"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Call describes a call before it is handled.
type Call struct {
	// Method is the full method name in gRPC's spelling, without leading slash.
	Method string
	// Resource is the resource name of the request ("projects/p/attestors/a", or its parent); empty
	// if it has none.
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

// Intercept wraps every call, gRPC or REST. It decides if and when handle runs, and what the caller
// gets.
type Intercept func(ctx context.Context, c Call, handle func(context.Context) (any, error)) (any, error)

// nameFields are the request fields with the resource name, in the order of lookup.
var nameFields = []protoreflect.Name{
	"name", "parent", "resource", "attestor", "policy", "note", "occurrence", "cluster", "crypto_key", "scope", "resource_names",
}

// resourceOf returns the resource name of a request: from a field, or from the message to write.
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

// legacyName builds a name from the separate fields of GKE's zonal requests.
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

// resourceOfPath is the resource name in a REST path: the part after the version, without a custom
// verb. A digest is no custom verb.
func resourceOfPath(r *http.Request) string {
	_, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') && !strings.HasSuffix(name[:i], "@sha256") {
		name = name[:i]
	}
	return name
}
