package binauthz

// Owns tells google.iam.v1.IAMPolicy which resources are here: attestors, and policies, which always exist.
// Platform policies have no IAM policy in the API.
func (a *API) Owns(resource string) (exists, known bool) {
	if n, err := attestorName(resource); err == nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		return a.attestors[a.key(n)] != nil, true
	}
	if _, err := policyName(resource); err == nil {
		return true, true
	}
	return false, false
}
