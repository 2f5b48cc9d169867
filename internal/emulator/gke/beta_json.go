package gke

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// maxBody is the maximum size of a request body in bytes.
const maxBody = 4 << 20

// betaSetting is v1beta1's BinaryAuthorization, the only emulated message with a difference to v1.
type betaSetting struct {
	Enabled        bool          `json:"enabled,omitempty"`
	EvaluationMode string        `json:"evaluationMode,omitempty"`
	PolicyBindings []betaBinding `json:"policyBindings,omitempty"`
}

type betaBinding struct {
	Name string `json:"name,omitempty"`
}

type betaClusters struct {
	Clusters     []any    `json:"clusters,omitempty"`
	MissingZones []string `json:"missingZones,omitempty"`
}

type object map[string]json.RawMessage

// readRequest reads a request's body into m, its v1 equivalent. It ignores fields unknown to m.
func readRequest(r *http.Request, m proto.Message) error {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err == nil {
		err = protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(body, m)
	}
	return badJSON(err)
}

// readObject returns the message in a request's body under field; nil if it is missing.
func readObject(r *http.Request, field string) (object, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		return nil, badJSON(err)
	}
	var request object
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, badJSON(err)
	}
	var inner object
	if raw, ok := request[field]; ok {
		err = json.Unmarshal(raw, &inner)
	}
	return inner, badJSON(err)
}

// take reads the Binary Authorization setting from field and all other fields into m. It ignores
// fields unknown to m. As in all JSON of protocol buffers, a field also has its protobuf's name.
func (o object) take(field string, m proto.Message) (*setting, error) {
	var asked *betaSetting
	for _, name := range []string{field, world.ProtoName(field)} {
		raw, ok := o[name]
		if ok && asked != nil {
			return nil, badJSON(fmt.Errorf("duplicate field %q", field))
		}
		if err := world.ReadKnownJSON(bytes.NewReader(raw), &asked); err != nil {
			return nil, err
		}
		delete(o, name)
	}
	rest, err := json.Marshal(o)
	if err == nil && o != nil {
		err = protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(rest, m)
	}
	if err != nil {
		return nil, badJSON(err)
	}
	return asked.read()
}

func badJSON(err error) error {
	if err == nil {
		return nil
	}
	return status.Errorf(codes.InvalidArgument, "Invalid JSON payload received. %v", err)
}

func (b *betaSetting) read() (*setting, error) {
	if b == nil {
		return nil, nil
	}
	var names []string
	for _, p := range b.PolicyBindings {
		names = append(names, p.Name)
	}
	return newSetting(b.Enabled, b.EvaluationMode, names)
}

func (a *API) betaSetting(s *setting) betaSetting {
	b := betaSetting{Enabled: s.enabled, EvaluationMode: a.shown(s)}
	if b.EvaluationMode == unspecified {
		b.EvaluationMode = ""
	}
	for _, name := range a.read(s.bindings) {
		b.PolicyBindings = append(b.PolicyBindings, betaBinding{name})
	}
	return b
}

// betaCluster is c with the setting in v1beta1's form.
func (a *API) betaCluster(c *cluster) (any, error) {
	m, err := plain(a.describe(c, v1beta1))
	if err != nil || c.setting == nil {
		return m, err
	}
	m["binaryAuthorization"], err = json.Marshal(a.betaSetting(c.setting))
	return m, err
}

// plain is m in the form of encoding/json.
func plain(m proto.Message) (object, error) {
	raw, err := protojson.Marshal(m)
	if err != nil {
		return nil, status.Errorf(codes.Internal, "The answer cannot be written: %v", err)
	}
	var o object
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil, status.Errorf(codes.Internal, "The answer cannot be written: %v", err)
	}
	return o, nil
}
