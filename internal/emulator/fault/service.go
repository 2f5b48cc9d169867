package fault

import "strings"

// services tells the API behind a method by the package the method is in.
var services = []struct{ prefix, host string }{
	{"google.cloud.binaryauthorization.", "binaryauthorization.googleapis.com"},
	{"google.container.", "container.googleapis.com"},
	{"google.cloud.kms.", "cloudkms.googleapis.com"},
	{"grafeas.", "containeranalysis.googleapis.com"},
	{"google.devtools.containeranalysis.", "containeranalysis.googleapis.com"},
	{"google.logging.", "logging.googleapis.com"},
	{"google.cloud.asset.", "cloudasset.googleapis.com"},
}

// serviceOf is the host of the API a call is for. The IAM methods of several APIs share a service, so there the resource tells.
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

// collections is how the permissions of a service name what a method's last word is about.
var collections = map[string]string{
	"Policy": "policy", "Attestor": "attestors", "Attestors": "attestors", "PlatformPolicy": "platformPolicies", "PlatformPolicies": "platformPolicies",
	"Cluster": "clusters", "Clusters": "clusters", "Operation": "operations", "Operations": "operations",
	"Note": "notes", "Notes": "notes", "Occurrence": "occurrences", "Occurrences": "occurrences",
	"KeyRing": "keyRings", "KeyRings": "keyRings", "CryptoKey": "cryptoKeys", "CryptoKeys": "cryptoKeys",
	"CryptoKeyVersion": "cryptoKeyVersions", "CryptoKeyVersions": "cryptoKeyVersions",
}

// exceptions are the permissions that do not follow from a method's name.
// Sources: the services' audit logging pages and roles.
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
}

// permission is the IAM permission a call asks for; empty when its name does not tell.
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

// collection is the last collection in the resource's name: "attestors", or "policy" for the one of a project.
func (t Target) collection() string {
	parts := strings.Split(t.Resource, "/")
	if len(parts)%2 == 1 || len(parts) < 2 {
		return parts[len(parts)-1]
	}
	return parts[len(parts)-2]
}
