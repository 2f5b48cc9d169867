package binauthz

// Owns tells google.iam.v1.IAMPolicy about the resources of this service: attestors, and policies;
// the latter always exist. Platform policies have no IAM policy in the API.
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
