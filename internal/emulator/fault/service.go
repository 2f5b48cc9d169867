package fault

import "strings"

// services tells the API behind a method by the package the method is in.
var services = []struct{ prefix, host string }{
	{"google.cloud.binaryauthorization.", "binaryauthorization.googleapis.com"},
	{"google.container.", "container.googleapis.com"},
	{"google.cloud.kms.", "cloudkms.googleapis.com"},
	{"grafeas.", "containeranalysis.googleapis.com"},
	{"google.devtools.containeranalysis.", "containeranalysis.googleapis.com"},
}

func serviceOf(method string) string {
	for _, s := range services {
		if strings.HasPrefix(method, s.prefix) {
			return s.host
		}
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
	"GetPublicKey":                  "cloudkms.cryptoKeyVersions.viewPublicKey",
	"AsymmetricSign":                "cloudkms.cryptoKeyVersions.useToSign",
}

// permissionOf is the IAM permission a method asks for; empty when its name does not tell.
func permissionOf(method string) string {
	name := method[strings.LastIndex(method, "/")+1:]
	if p := exceptions[name]; p != "" {
		return p
	}
	for _, verb := range []string{"Get", "List", "Create", "Update", "Replace", "Delete"} {
		if c := collections[strings.TrimPrefix(name, verb)]; c != "" && strings.HasPrefix(name, verb) {
			return strings.TrimSuffix(serviceOf(method), ".googleapis.com") + "." + c + "." + strings.ToLower(verb)
		}
	}
	return ""
}
