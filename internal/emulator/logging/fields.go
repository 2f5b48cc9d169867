package logging

import (
	"fmt"
	"time"

	"cloud.google.com/go/logging/apiv2/loggingpb"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// fields are the valid first names of a path: the JSON fields of an entry.
var fields = func() map[string]bool {
	names := map[string]bool{}
	list := (&loggingpb.LogEntry{}).ProtoReflect().Descriptor().Fields()
	for i := range list.Len() {
		names[list.Get(i).JSONName()] = true
	}
	return names
}()

const payloadField, typeField = "protoPayload", "@type"

// at reports whether one of the values at path satisfies ok. Path has JSON names.
func (r *record) at(path []string, ok func(string) bool) bool {
	if path[0] != payloadField {
		return inMessage(r.entry.ProtoReflect(), path, ok)
	}
	switch {
	case r.payload == nil:
		return false
	case len(path) == 2 && path[1] == typeField:
		return ok(typeOf(r.payload))
	}
	return inMessage(r.payload.ProtoReflect(), path[1:], ok)
}

// some reports whether any text in the entry satisfies ok: a value, or a key of a map. Keys count
// because the documented query for break-glass events searches for a text found only in a key.
func (r *record) some(ok func(string) bool) bool {
	if inMessage(r.entry.ProtoReflect(), nil, ok) {
		return true
	}
	return r.payload != nil && (ok(typeOf(r.payload)) || inMessage(r.payload.ProtoReflect(), nil, ok))
}

func typeOf(m proto.Message) string {
	return "type.googleapis.com/" + string(m.ProtoReflect().Descriptor().FullName())
}

// inMessage searches the value at path, or all of m if path is nil.
func inMessage(m protoreflect.Message, path []string, ok func(string) bool) bool {
	switch x := m.Interface().(type) {
	case *timestamppb.Timestamp:
		return len(path) == 0 && ok(x.AsTime().Format(time.RFC3339Nano))
	case *structpb.Struct:
		return inJSON(x, path, ok)
	}
	if path != nil {
		if len(path) == 0 {
			return false
		}
		f := m.Descriptor().Fields().ByJSONName(path[0])
		return f != nil && m.Has(f) && inField(f, m.Get(f), path[1:], ok)
	}
	found := false
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		found = inField(f, v, nil, ok)
		return !found
	})
	return found
}

func inField(f protoreflect.FieldDescriptor, v protoreflect.Value, path []string, ok func(string) bool) bool {
	switch {
	case f.IsMap(): // labels, with text keys
		return inMap(f.MapValue(), v.Map(), path, ok)
	case f.IsList():
		for i := range v.List().Len() {
			if inValue(f, v.List().Get(i), path, ok) {
				return true
			}
		}
		return false
	}
	return inValue(f, v, path, ok)
}

func inMap(f protoreflect.FieldDescriptor, m protoreflect.Map, path []string, ok func(string) bool) bool {
	if path != nil {
		if len(path) == 0 {
			return false
		}
		v := m.Get(protoreflect.ValueOfString(path[0]).MapKey())
		return v.IsValid() && inValue(f, v, path[1:], ok)
	}
	found := false
	m.Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
		found = ok(k.String()) || inValue(f, v, nil, ok)
		return !found
	})
	return found
}

func inValue(f protoreflect.FieldDescriptor, v protoreflect.Value, path []string, ok func(string) bool) bool {
	switch {
	case f.Message() != nil:
		return inMessage(v.Message(), path, ok)
	case len(path) > 0:
		return false
	case f.Enum() != nil:
		name := f.Enum().Values().ByNumber(v.Enum())
		return name != nil && ok(string(name.Name()))
	}
	return ok(fmt.Sprint(v.Interface()))
}

// inJSON is inMessage for the JSON in a payload.
func inJSON(s *structpb.Struct, path []string, ok func(string) bool) bool {
	if path != nil {
		return len(path) > 0 && inJSONValue(s.GetFields()[path[0]], path[1:], ok)
	}
	for key, v := range s.GetFields() {
		if ok(key) || inJSONValue(v, nil, ok) {
			return true
		}
	}
	return false
}

func inJSONValue(v *structpb.Value, path []string, ok func(string) bool) bool {
	switch x := v.GetKind().(type) {
	case *structpb.Value_StructValue:
		return inJSON(x.StructValue, path, ok)
	case *structpb.Value_ListValue:
		for _, one := range x.ListValue.GetValues() {
			if inJSONValue(one, path, ok) {
				return true
			}
		}
		return false
	case nil, *structpb.Value_NullValue:
		return false
	}
	return len(path) == 0 && ok(fmt.Sprint(v.AsInterface()))
}
