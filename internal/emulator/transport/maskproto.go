package transport

import (
	"strconv"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// maskProto returns the selected part of m and leaves m unchanged. As at Google, an unknown name in
// the selection is an error.
func maskProto(m proto.Message, text string) (proto.Message, error) {
	selection, err := parseMask(text)
	if err != nil {
		return nil, err
	}
	if selection == nil {
		return m, nil
	}
	if name, ok := unknownIn(m.ProtoReflect().Descriptor(), selection); ok {
		return nil, status.Error(codes.InvalidArgument, "Invalid field selection "+name)
	}
	part := proto.Clone(m)
	keep(part.ProtoReflect(), selection)
	return part, nil
}

// unknownIn returns a selected name without a field in d.
func unknownIn(d protoreflect.MessageDescriptor, selection mask) (string, bool) {
	for name, below := range selection {
		f := fieldCalled(d, name)
		if name == "*" || f != nil && (len(below) == 0 || f.IsMap()) {
			continue
		}
		if f == nil || f.Message() == nil {
			return name, true
		}
		if name, bad := unknownIn(f.Message(), below); bad {
			return name, true
		}
	}
	return "", false
}

// fieldCalled finds a field by name or, for REST masks of unnamed fields, by number.
func fieldCalled(d protoreflect.MessageDescriptor, name string) protoreflect.FieldDescriptor {
	for i := range d.Fields().Len() {
		f := d.Fields().Get(i)
		if plain(string(f.Name())) == name || strconv.Itoa(int(f.Number())) == name {
			return f
		}
	}
	return nil
}

func keep(m protoreflect.Message, selection mask) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		below, ok := selection.below(string(f.Name()))
		switch {
		case !ok:
			m.Clear(f)
		case len(below) == 0 || f.IsMap() || f.Message() == nil:
		case f.IsList():
			for i := range v.List().Len() {
				keep(v.List().Get(i).Message(), below)
			}
		default:
			keep(v.Message(), below)
		}
		return true
	})
}
