package probe

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"google.golang.org/api/googleapi"
	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// answer is the result of one call of a probe.
type answer struct {
	step string
	code string
	// fields are the compared parts of the reply, as name=value.
	fields []string
	// said is the message of an error. It is reported, but compared only if the probe has the field
	// "message".
	said string
}

func (a answer) line() string {
	return strings.Join(append([]string{a.step + ": " + a.code}, a.fields...), " ")
}

const ok = "OK"

// newAnswer reads the compared fields from a reply: a message, or a value for JSON. A field is a
// path such as "bindings.0.role"; "*" stands for every element of a list. A "?" at the end reads
// only whether the field is set, a "#" the number of elements. Errors have the fields "message" and
// "reason".
func newAnswer(step string, reply any, err error, fields []string) answer {
	if err != nil {
		return newRefusal(step, err, fields)
	}
	tree, e := treeOf(reply)
	if e != nil {
		return answer{step: step, code: "UNREADABLE", said: e.Error()}
	}
	a := answer{step: step, code: ok}
	for _, field := range fields {
		if field != "message" && field != "reason" {
			a.fields = append(a.fields, strings.TrimRight(field, "?#")+"="+show(tree, field))
		}
	}
	return a
}

func newRefusal(step string, err error, fields []string) answer {
	r := refusalOf(err)
	a := answer{step: step, code: r.code, said: r.message}
	for _, field := range fields {
		switch field {
		case "message":
			a.fields = append(a.fields, "message="+strconv.Quote(r.message))
		case "reason":
			a.fields = append(a.fields, "reason="+r.reason)
		}
	}
	return a
}

// refusal is an error of an API, over gRPC or REST.
type refusal struct {
	code, message, reason string
}

func refusalOf(err error) refusal {
	if rest, isREST := errors.AsType[*googleapi.Error](err); isREST {
		return restRefusal(rest)
	}
	s, isStatus := status.FromError(err)
	if !isStatus {
		s = status.FromContextError(err) // UNKNOWN for a connection error, DEADLINE_EXCEEDED or CANCELLED for a timeout
	}
	r := refusal{code: codeName(s.Code()), message: s.Message()}
	for _, d := range s.Details() {
		if info, has := d.(interface{ GetReason() string }); has {
			r.reason = info.GetReason()
		}
	}
	return r
}

func restRefusal(e *googleapi.Error) refusal {
	var body struct {
		Error struct {
			Status, Message string
			Details         []struct{ Reason string }
		}
	}
	r := refusal{code: "HTTP " + strconv.Itoa(e.Code), message: e.Message}
	if json.Unmarshal([]byte(e.Body), &body) == nil && body.Error.Status != "" {
		r.code, r.message = body.Error.Status, body.Error.Message
	}
	for _, d := range body.Error.Details {
		if d.Reason != "" {
			r.reason = d.Reason
		}
	}
	return r
}

// codeName returns a code in the spelling of Google's documentation.
func codeName(c codes.Code) string { return code.Code(c).String() }

// treeOf converts a reply to generic JSON, with the field names of the protocol buffers.
func treeOf(reply any) (any, error) {
	var raw []byte
	var err error
	if m, isMessage := reply.(proto.Message); isMessage {
		raw, err = protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	} else {
		raw, err = json.Marshal(reply)
	}
	if err != nil {
		return nil, fmt.Errorf("read a reply: %w", err)
	}
	var tree any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return tree, d.Decode(&tree)
}

func show(tree any, field string) string {
	path := strings.TrimRight(field, "?#")
	value := at(tree, strings.Split(path, "."))
	switch {
	case strings.HasSuffix(field, "?") && value == nil:
		return "unset"
	case strings.HasSuffix(field, "?"):
		return "set"
	case strings.HasSuffix(field, "#"):
		return strconv.Itoa(count(value))
	}
	return text(value)
}

func at(value any, path []string) any {
	for i, step := range path {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			if step == "*" {
				return each(v, path[i+1:])
			}
			n, err := strconv.Atoi(step)
			if err != nil || n >= len(v) {
				return nil
			}
			value = v[n]
		default:
			return nil
		}
	}
	return value
}

func each(list []any, path []string) any {
	found := []any{}
	for _, element := range list {
		found = append(found, at(element, path))
	}
	return found
}

func count(value any) int {
	switch v := value.(type) {
	case []any:
		return len(v)
	case map[string]any:
		return len(v)
	}
	return 0
}

// text formats a value on one line: a scalar unchanged, everything else as JSON, "-" for none.
func text(value any) string {
	switch v := value.(type) {
	case nil:
		return "-"
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	var buffer bytes.Buffer
	e := json.NewEncoder(&buffer)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(buffer.String())
}
