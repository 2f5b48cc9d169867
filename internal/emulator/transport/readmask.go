package transport

import (
	"net/url"
	"strings"

	"cloud.google.com/go/asset/apiv1/assetpb"
)

// spellOut replaces the read mask "*" by the names of all fields. Protobuf's JSON has no such mask.
// Cloud Asset Inventory, the only API here with read masks, documents it
// (SearchAllResourcesRequest.read_mask).
func spellOut(q url.Values) {
	for _, name := range readMasks {
		if q.Get(name) == "*" {
			q.Set(name, strings.Join(resultFields(), ","))
		}
	}
}

var readMasks = []string{"readMask", "read_mask"}

func resultFields() (names []string) {
	fields := (&assetpb.ResourceSearchResult{}).ProtoReflect().Descriptor().Fields()
	for i := range fields.Len() {
		names = append(names, fields.Get(i).JSONName())
	}
	return names
}
