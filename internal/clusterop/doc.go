// Package clusterop is what resources have in common whose changes are operations of a cluster, which take minutes: time limits, and an
// operation that is remembered until somebody has seen its end.
package clusterop
