package fault

import "strings"

// services maps the package of a method to its API.
var services = []struct{ prefix, host string }{
	{"google.cloud.binaryauthorization.", "binaryauthorization.googleapis.com"},
	{"google.container.", "container.googleapis.com"},
	{"google.cloud.kms.", "cloudkms.googleapis.com"},
	{"grafeas.", "containeranalysis.googleapis.com"},
	{"google.devtools.containeranalysis.", "containeranalysis.googleapis.com"},
	{"google.logging.", "logging.googleapis.com"},
	{"google.cloud.asset.", "cloudasset.googleapis.com"},
	{"google.devtools.artifactregistry.", "artifactregistry.googleapis.com"},
}

// serviceOf is the API host of a call. The IAM methods of several APIs share a service, so there
// the resource decides.
func (t Target) serviceOf() string {
	for _, s := range services {
		if strings.HasPrefix(t.Method, s.prefix) {
			return s.host
		}
	}
	switch {
	case strings.Contains(t.Resource, "/keyRings/"):
		return "cloudkms.googleapis.com"
	case strings.Contains(t.Resource, "/notes/"), strings.Contains(t.Resource, "/occurrences/"):
		return "containeranalysis.googleapis.com"
	}
	return "binaryauthorization.googleapis.com"
}

// collections maps the last word of a method to the collection name in permissions.
var collections = map[string]string{
	"Policy": "policy", "Attestor": "attestors", "Attestors": "attestors",
	"PlatformPolicy": "platformPolicies", "PlatformPolicies": "platformPolicies",
	"Cluster": "clusters", "Clusters": "clusters", "Operation": "operations", "Operations": "operations",
	"Note": "notes", "Notes": "notes", "Occurrence": "occurrences", "Occurrences": "occurrences",
	"KeyRing": "keyRings", "KeyRings": "keyRings", "CryptoKey": "cryptoKeys", "CryptoKeys": "cryptoKeys",
	"CryptoKeyVersion": "cryptoKeyVersions", "CryptoKeyVersions": "cryptoKeyVersions",
}

// exceptions are the permissions without the usual relation to the method's name. Sources: the
// services' audit logging pages and roles.
var exceptions = map[string]string{
	"ValidateAttestationOccurrence": "binaryauthorization.attestors.verifyImageAttested",
	"EvaluateGkePolicy":             "binaryauthorization.platformPolicies.evaluatePolicy",
	"ListNoteOccurrences":           "containeranalysis.notes.listOccurrences",
	"SetLabels":                     "container.clusters.update",
	"SetLegacyAbac":                 "container.clusters.update",
	"SetMaintenancePolicy":          "container.clusters.update",
	"CreateNodePool":                "container.clusters.update",
	"DeleteNodePool":                "container.clusters.update",
	"GetNodePool":                   "container.clusters.get",
	"ListNodePools":                 "container.clusters.get",
	"GetPublicKey":                  "cloudkms.cryptoKeyVersions.viewPublicKey",
	"AsymmetricSign":                "cloudkms.cryptoKeyVersions.useToSign",
	"ListLogEntries":                "logging.logEntries.list",
	"ListAssets":                    "cloudasset.assets.listResource",
	"SearchAllResources":            "cloudasset.assets.searchAllResources",
	"GetDockerImage":                "artifactregistry.dockerimages.get",
	"ListDockerImages":              "artifactregistry.dockerimages.list",
}

// permission is the IAM permission of a call; empty if it does not follow from the name.
func (t Target) permission() string {
	name := t.Method[strings.LastIndex(t.Method, "/")+1:]
	if p := exceptions[name]; p != "" {
		return p
	}
	service := strings.TrimSuffix(t.serviceOf(), ".googleapis.com")
	if name == "GetIamPolicy" || name == "SetIamPolicy" {
		return service + "." + t.collection() + "." + strings.ToLower(name[:1]) + name[1:]
	}
	for _, verb := range []string{"Get", "List", "Create", "Update", "Replace", "Delete"} {
		if c := collections[strings.TrimPrefix(name, verb)]; c != "" && strings.HasPrefix(name, verb) {
			return service + "." + c + "." + strings.ToLower(verb)
		}
	}
	return ""
}

// collection is the last collection in the resource's name: "attestors", or "policy" for a project
// policy.
func (t Target) collection() string {
	parts := strings.Split(t.Resource, "/")
	if len(parts)%2 == 1 || len(parts) < 2 {
		return parts[len(parts)-1]
	}
	return parts[len(parts)-2]
}
