package asset

import (
	"cloud.google.com/go/asset/apiv1/assetpb"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// large are the fields returned only on request (SearchAllResourcesRequest.read_mask).
var large = map[protoreflect.Name]bool{"versioned_resources": true, "attached_resources": true}

// maskOf parses the read mask of a request.
func maskOf(mask *fieldmaskpb.FieldMask) (keep func(*assetpb.ResourceSearchResult), err error) {
	fields := (&assetpb.ResourceSearchResult{}).ProtoReflect().Descriptor().Fields()
	wanted := map[protoreflect.Name]bool{}
	for _, path := range mask.GetPaths() {
		if path == "*" {
			return func(*assetpb.ResourceSearchResult) {}, nil
		}
		f := fields.ByName(protoreflect.Name(path))
		if f == nil {
			f = fields.ByJSONName(path)
		}
		if f == nil {
			return nil, invalid("read_mask: %q is not a field of ResourceSearchResult.", path)
		}
		wanted[f.Name()] = true
	}
	return func(r *assetpb.ResourceSearchResult) {
		m := r.ProtoReflect()
		m.Range(func(f protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
			if len(wanted) > 0 && !wanted[f.Name()] || len(wanted) == 0 && large[f.Name()] {
				m.Clear(f)
			}
			return true
		})
	}, nil
}
