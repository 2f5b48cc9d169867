// Package moved holds the tests of moved blocks that take resources of hashicorp/google over. testdata/google.json is a state which that
// provider has written.
package moved
