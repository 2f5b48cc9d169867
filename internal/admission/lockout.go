package admission

import "fmt"

// Codes of Lockout, fixed so that a pipeline can search for them.
const (
	SystemImagesBlocked = "SYSTEM_IMAGES_BLOCKED"
	AttestorWithoutKeys = "ATTESTOR_WITHOUT_KEYS"
)

// Lockout is a way in which a policy stops what nobody wants stopped.
type Lockout struct {
	Code    string
	Path    Path
	Message string
}

// Lockouts finds enforced rules that block GKE's own images, and enforced rules that nothing can ever meet because an attestor they
// need has no key. keys tells the number of keys of an attestor by its full name; known is false when that cannot be told, and then
// nothing is said about the attestor. keys may be nil.
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
					AttestorWithoutKeys, a.at.at(FieldAttestors).element(i, name),
					fmt.Sprintf("%s needs attestations of %s, which has no key that verifies anything: nothing can ever be admitted by it.", a.at, name),
				})
			}
		}
	}
	return found
}
