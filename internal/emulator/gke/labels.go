package gke

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// SetLabels replaces a cluster's labels. It is emulated because this operation of other tools makes
// a cluster busy.
func (s *service) SetLabels(_ context.Context, r *containerpb.SetLabelsRequest) (*containerpb.Operation, error) {
	defer s.api.lock()()
	name, err := s.api.locateCluster(r.GetName(), legacy{r.GetProjectId(), r.GetZone(), r.GetClusterId()})
	if err != nil {
		return nil, err
	}
	return s.started(s.api.label(name, maps.Clone(r.GetResourceLabels()), r.GetLabelFingerprint()))
}

func (a *API) label(name resname.Cluster, labels map[string]string, fingerprint string) (*operation, error) {
	c, err := a.find(name)
	if err != nil {
		return nil, err
	}
	if fingerprint != c.message.GetLabelFingerprint() {
		return nil, status.Error(codes.FailedPrecondition, "Labels could not be set due to fingerprint mismatch.")
	}
	return a.set(name, func(m *containerpb.Cluster) { m.ResourceLabels, m.LabelFingerprint = labels, labelFingerprint(labels) })
}

// labelFingerprint returns the fingerprint of labels. a9dc16a7 is the recorded value for no labels.
func labelFingerprint(labels map[string]string) string {
	if len(labels) == 0 {
		return "a9dc16a7"
	}
	hash := sha256.New()
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		_, _ = fmt.Fprintf(hash, "%q=%q\n", key, labels[key]) // a hash accepts all writes
	}
	return hex.EncodeToString(hash.Sum(nil)[:4])
}
