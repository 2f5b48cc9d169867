package admission

import "fmt"

// Codes of Lockout. They never change: pipelines search for them.
const (
	SystemImagesBlocked = "SYSTEM_IMAGES_BLOCKED"
	AttestorWithoutKeys = "ATTESTOR_WITHOUT_KEYS"
)

// Lockout is a rule that blocks GKE's own images, or every image.
type Lockout struct {
	Code    string
	Path    Path
	Message string
	// Missing are the patterns that would exempt the blocked images of SystemImagesBlocked.
	Missing []string
}

// Lockouts finds enforced rules that block GKE's own images, and enforced rules that block every
// image because a required attestor has no key. keys is the number of keys of an attestor by its
// full name. If known is false, the attestor is not reported. keys may be nil.
func Lockouts(p Policy, keys func(attestor string) (n int, known bool)) []Lockout {
	return append(systemLockouts(p), keyLockouts(p, keys)...)
}

func keyLockouts(p Policy, keys func(string) (int, bool)) (found []Lockout) {
	if keys == nil {
		return nil
	}
	for _, a := range p.all() {
		if a.rule.Evaluation != RequireAttestation || a.rule.failing() != blocked {
			continue
		}
		for i, name := range a.rule.Attestors {
			if n, known := keys(name); known && n == 0 {
				found = append(found, Lockout{
					Code: AttestorWithoutKeys, Path: a.at.at(FieldAttestors).element(i, name),
					Message: fmt.Sprintf(
						"%s requires attestations by %s, but this attestor has no usable key: the rule refuses every image.", a.at, name,
					),
				})
			}
		}
	}
	return found
}
