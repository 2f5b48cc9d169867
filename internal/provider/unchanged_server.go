package provider

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

func (s *server) readResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	short := s.unchanged.read(ctx, req)
	if short != nil && !s.unchanged.compare {
		return short, nil
	}
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
	_, _, before := u.open(ctx, req.TypeName, req.Private, req.CurrentState)
	_, _, after := u.open(ctx, req.TypeName, full.Private, full.NewState)
	switch {
	case after == nil, after.Version != before.Version:
		return // it is gone or has changed
	case len(full.Diagnostics) > 0:
		return // among them errors, which the version's read would have met
	}
	var differs []string
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
		if !lifecycle.IsConflict(d.Summary) && !u.recognizers[req.TypeName].Stands() { // of which the short way tells too
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
