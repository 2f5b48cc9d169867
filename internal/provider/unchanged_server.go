package provider

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

func (s *server) readResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	short := s.unchanged.read(ctx, req)
	if short != nil && !s.unchanged.compare {
		return short, nil
	}
	s.unchanged.observe("read", req.TypeName)
	resp, err := s.everything.ReadResource(ctx, req)
	if err != nil || resp == nil {
		return resp, err
	}
	s.unchanged.sealRead(ctx, req, resp)
	if short != nil {
		s.unchanged.compareReads(ctx, req, short, resp)
	}
	return resp, nil
}

func (s *server) planResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	short := s.unchanged.plan(ctx, req)
	if short != nil && !s.unchanged.compare {
		return short, nil
	}
	s.unchanged.observe("plan", req.TypeName)
	resp, err := s.everything.PlanResourceChange(ctx, req)
	if err == nil && short != nil {
		s.unchanged.comparePlans(req, short, resp)
	}
	return resp, err
}

func (s *server) applyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := s.everything.ApplyResourceChange(ctx, req)
	if err == nil && resp != nil {
		s.unchanged.sealApply(req, resp)
	}
	return resp, err
}

// validateResourceConfig validates what was found valid before only once: Terraform asks about every object in a validation and in a
// plan.
func (s *server) validateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	config := hash(req.Config)
	if config == nil {
		return s.everything.ValidateResourceConfig(ctx, req)
	}
	key := validated{kind: req.TypeName, config: [sha256.Size]byte(config), writeOnly: req.ClientCapabilities != nil && req.ClientCapabilities.WriteOnlyAttributesAllowed}
	if _, known := s.valid.Load(key); known {
		return &tfprotov6.ValidateResourceConfigResponse{}, nil
	}
	resp, err := s.everything.ValidateResourceConfig(ctx, req)
	if err == nil && resp != nil && len(resp.Diagnostics) == 0 {
		s.valid.Store(key, struct{}{})
	}
	return resp, err
}

// compareReads makes an error of a read that would have been answered otherwise. The version that was found is the one that would have
// been asked for.
func (u *unchanged) compareReads(ctx context.Context, req *tfprotov6.ReadResourceRequest, short, full *tfprotov6.ReadResourceResponse) {
	before, after := recognizedIn(ctx, req.Private), recognizedIn(ctx, full.Private)
	if !exists(full.NewState) || before != after || failed(full.Diagnostics) {
		return // it is gone, or has changed, or cannot be read: the look at its version would have said so
	}
	var differs []string
	for _, d := range full.Diagnostics {
		differs = append(differs, d.Summary)
	}
	if !same(short.NewState, full.NewState) {
		differs = append(differs, "state")
	}
	if short.NewIdentity == nil || full.NewIdentity == nil || !same(short.NewIdentity.IdentityData, full.NewIdentity.IdentityData) {
		differs = append(differs, "identity")
	}
	if string(short.Private) != string(full.Private) {
		differs = append(differs, fmt.Sprintf("private state %s, %s", short.Private, full.Private))
	}
	full.Diagnostics = append(full.Diagnostics, difference("read", req.TypeName, differs)...)
}

// recognizedIn is what private state has of an object to know it by.
func recognizedIn(ctx context.Context, private []byte) (r lifecycle.Recognized) {
	values := privateValues(private)
	memory := lifecycle.Memory{Get: func(_ context.Context, key string) ([]byte, diag.Diagnostics) { return values[key], nil }}
	memory.Recall(ctx, lifecycle.MemoryOfRecognized, &r)
	return r
}

func failed(diags []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

// comparePlans makes an error of a plan that would have been answered otherwise.
func (u *unchanged) comparePlans(req *tfprotov6.PlanResourceChangeRequest, short, full *tfprotov6.PlanResourceChangeResponse) {
	var differs []string
	if !same(short.PlannedState, full.PlannedState) {
		differs = append(differs, "state")
	}
	if full.PlannedIdentity == nil || !same(short.PlannedIdentity.IdentityData, full.PlannedIdentity.IdentityData) {
		differs = append(differs, "identity")
	}
	if string(short.PlannedPrivate) != string(full.PlannedPrivate) {
		differs = append(differs, "private state")
	}
	if len(full.RequiresReplace) > 0 {
		differs = append(differs, "replacement")
	}
	for _, d := range full.Diagnostics {
		// The short way tells of conflicts too, and of what a Stand finds.
		if !lifecycle.IsConflict(d.Summary) && !u.recognizers[req.TypeName].Stands() {
			differs = append(differs, d.Summary)
		}
	}
	full.Diagnostics = append(full.Diagnostics, difference("plan", req.TypeName, differs)...)
}

func difference(what, kind string, differs []string) []*tfprotov6.Diagnostic {
	if len(differs) == 0 {
		return nil
	}
	return []*tfprotov6.Diagnostic{{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: "Two ways, two answers",
		Detail: fmt.Sprintf("The %s of an unchanged %s would have been answered otherwise: %q", what, kind, differs),
	}}
}

// validated is a configuration that was found valid.
type validated struct {
	kind      string
	config    [sha256.Size]byte
	writeOnly bool
}
