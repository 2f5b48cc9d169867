package permissions

import (
	"slices"
	"strings"
)

// Need is a set of methods for some operations of a construct.
type Need struct {
	// Operations are separated by spaces. A resource has plan-create, create, read, plan-update,
	// update, plan-delete, delete and import; plan-… lists needs in addition to read. A data source
	// and a list resource have read, an action has invoke.
	Operations string
	// Methods are variable names in internal/gcp, separated by spaces.
	Methods string
	// When is the condition, such as "with `kms_key_version`"; "" if there is none.
	When string
	// Without is the effect of a missing permission, as a sentence; "" if the operation fails.
	Without string
	// Unproven is the reason why no test proves the need, as a sentence.
	Unproven string
}

// Has reports whether the need includes an operation.
func (n Need) Has(operation string) bool {
	return slices.Contains(strings.Fields(n.Operations), operation)
}

// named are permissions without a method in internal/gcp, by their name in the table.
var named = map[string]Method{
	// Source: internal/registry. It reads manifests from Artifact Registry.
	"getManifest": {
		"GetManifest", "artifactregistry.googleapis.com", "artifactregistry.repositories.downloadArtifacts",
		"roles/artifactregistry.reader",
	},
}
