package containeranalysis

import (
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// outputOnly are the output-only fields of notes and occurrences.
var outputOnly = map[protoreflect.Name]bool{"name": true, "kind": true, "create_time": true, "update_time": true}

// merge writes sent into kept: with a mask, the named fields, even if empty; without one, the
// populated fields.
func merge(kept, sent proto.Message, mask *fieldmaskpb.FieldMask) error {
	to, from := kept.ProtoReflect(), sent.ProtoReflect()
	if len(mask.GetPaths()) == 0 {
		from.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
			if !outputOnly[f.Name()] {
				to.Set(f, v)
			}
			return true
		})
		return nil
	}
	for _, path := range mask.GetPaths() {
		if err := mergePath(to, from, path, path); err != nil {
			return err
		}
	}
	return nil
}

// mergePath writes one field; path is the rest of whole.
func mergePath(to, from protoreflect.Message, path, whole string) error {
	head, rest, nested := strings.Cut(path, ".")
	f := to.Descriptor().Fields().ByName(protoreflect.Name(head))
	switch {
	case f == nil:
		return invalid("update mask path %q is not a field", whole)
	case path == whole && outputOnly[f.Name()]:
		return nil
	case !nested && from.Has(f):
		to.Set(f, from.Get(f))
		return nil
	case !nested:
		to.Clear(f)
		return nil
	case f.Message() == nil || f.IsList() || f.IsMap():
		return invalid("update mask path %q goes into a field that has none", whole)
	case !from.Has(f) && !to.Has(f):
		return nil
	}
	return mergePath(to.Mutable(f).Message(), from.Get(f).Message(), rest, whole)
}
