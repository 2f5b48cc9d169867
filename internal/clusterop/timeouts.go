package clusterop

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// DefaultTimeout leaves time for a running upgrade of the control plane.
const DefaultTimeout = 45 * time.Minute

// Limits are the time limits of a resource.
func Limits() schema.Block {
	block := timeouts.Block(context.Background(), timeouts.Opts{
		Create: true, Read: true, Update: true, Delete: true,
		CreateDescription: "Time limit for the wait for the cluster and its operation; default `45m`.",
		ReadDescription:   "Time limit for the wait for an operation left by an interrupted apply; default `45m`.",
		UpdateDescription: "Time limit for the wait for the cluster and its operation; default `45m`.",
		DeleteDescription: "Time limit for the wait for the cluster and its operation; default `45m`.",
	})
	if nested, ok := block.(schema.SingleNestedBlock); ok {
		nested.Validators = append(nested.Validators, lifecycle.AboveZero{})
		return nested
	}
	return block
}
