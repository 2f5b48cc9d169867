package gcp

import "testing"

// Of three resources for one cluster the second tells, and no other.
func TestClaimsOfAClusterAreToldOnce(t *testing.T) {
	t.Parallel()
	c := New(Config{})
	told := 0
	for range 3 {
		if c.ClaimCluster("a", true, "enforce") {
			told++
		}
	}
	if told != 1 || c.ClaimCluster("b", true, "enforce") {
		t.Errorf("told %d times", told)
	}
}
