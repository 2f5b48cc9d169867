package world

import (
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// regions are Google's (https://cloud.google.com/about/locations).
var regions = []string{
	"africa-south1", "asia-east1", "asia-east2", "asia-northeast1", "asia-northeast2", "asia-northeast3", "asia-south1", "asia-south2",
	"asia-southeast1", "asia-southeast2", "asia-southeast3", "australia-southeast1", "australia-southeast2", "europe-central2",
	"europe-north1", "europe-north2", "europe-southwest1", "europe-west1", "europe-west10", "europe-west12", "europe-west2", "europe-west3",
	"europe-west4", "europe-west6", "europe-west8", "europe-west9", "me-central1", "me-central2", "me-west1", "northamerica-northeast1",
	"northamerica-northeast2", "northamerica-south1", "southamerica-east1", "southamerica-west1", "us-central1", "us-central2", "us-east1",
	"us-east4", "us-east5", "us-east7", "us-south1", "us-west1", "us-west2", "us-west3", "us-west4", "us-west8",
}

// letters are the zones of regions without the usual a, b and c
// (https://cloud.google.com/compute/docs/regions-zones).
var letters = map[string]string{"us-central1": "abcf", "us-east1": "bcd", "europe-west1": "bcd"}

// Zones are the zones of a region.
func Zones(region string) []string {
	all := letters[region]
	if all == "" {
		all = "abc"
	}
	var zones []string
	for _, letter := range all {
		zones = append(zones, region+"-"+string(letter))
	}
	return zones
}

// HasRegion reports whether the region is in the list of Google's regions or in the options.
func (w *World) HasRegion(name string) bool {
	return slices.Contains(regions, name) || slices.Contains(w.Locations, name)
}

// HasLocation reports whether a region or zone exists.
func (w *World) HasLocation(name string) bool {
	if w.HasRegion(name) {
		return true
	}
	i := strings.LastIndex(name, "-")
	return i > 0 && slices.Contains(regions, name[:i]) && slices.Contains(Zones(name[:i]), name)
}

// NoLocation is the error of Google's front end for a call of service with an unknown location.
// consumer is the project of the call, such as "projects/p"; it may be empty. The details are those
// of Cloud TPU and Compute Engine. The text is known of GKE as well:
// https://github.com/GoogleCloudPlatform/healthcare/issues/475 and
// https://github.com/firezone/firezone/pull/7711.
func NoLocation(service, consumer, location string) error {
	info := &errdetails.ErrorInfo{
		Reason: "LOCATION_POLICY_VIOLATED", Domain: "googleapis.com",
		Metadata: map[string]string{"service": service, "location": location},
	}
	if consumer != "" {
		info.Metadata["consumer"] = consumer
	}
	refused := status.Newf(codes.PermissionDenied, "Permission denied on 'locations/%s' (or it may not exist).", location)
	if detailed, err := refused.WithDetails(info); err == nil {
		refused = detailed
	}
	return refused.Err()
}
