// Package workload reads the images of a Kubernetes pod: from a pod as stored by the API server,
// and from manifests of pods and their controllers. It is pure.
//
// Only the fields used by Binary Authorization have types, with their names in the Kubernetes API
// (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/). The rest of a
// manifest is not checked.
package workload
