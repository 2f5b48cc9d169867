package provider

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

func (s *server) readResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	k := s.unchanged.sealed(ctx, req.TypeName, req.Private, req.CurrentState, req.CurrentIdentity)
	short := s.unchanged.read(ctx, k, req)
	if short != nil && !s.unchanged.compare {
		return short, nil
	}
	s.unchanged.observe("read", req.TypeName)
	resp, err := s.everything.ReadResource(ctx, req)
	if err != nil || resp == nil {
		return resp, err
	}
	s.unchanged.sealRead(k, req, resp)
	if short != nil {
		compareReads(ctx, k, req, short, resp)
	}
	return resp, nil
}

func (s *server) planResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	short := s.unchanged.plan(ctx, req)
	if short != nil && !s.unchanged.compare {
		return short, nil
	}
	s.unchanged.observe("plan", req.TypeName)
	resp, err := s.everything.PlanResourceChange(ctx, req)
	if err != nil || resp == nil {
		return resp, err
	}
	if short != nil {
		s.unchanged.comparePlans(req, short, resp)
	}
	s.unchanged.notePlanned(req, resp)
	return resp, nil
}

func (s *server) applyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := s.everything.ApplyResourceChange(ctx, req)
	if err == nil && resp != nil {
		s.unchanged.sealApply(req, resp)
	}
	return resp, err
}

// validateResourceConfig validates a configuration found valid before only once: Terraform asks
// again for every object, in a validation and in a plan.
func (s *server) validateResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	config := hash(req.Config)
	if config == nil {
		return s.everything.ValidateResourceConfig(ctx, req)
	}
	key := validated{
		kind:      req.TypeName,
		config:    [sha256.Size]byte(config),
		writeOnly: req.ClientCapabilities != nil && req.ClientCapabilities.WriteOnlyAttributesAllowed,
	}
	if _, known := s.valid.Load(key); known {
		return &tfprotov6.ValidateResourceConfigResponse{}, nil
	}
	resp, err := s.everything.ValidateResourceConfig(ctx, req)
	if err == nil && resp != nil && len(resp.Diagnostics) == 0 {
		s.valid.Store(key, struct{}{})
	}
	return resp, err
}

// compareReads makes an error of a read if the complete way has a different answer. The version
// found by the complete way counts as the live version.
func compareReads(ctx context.Context, k *known, req *tfprotov6.ReadResourceRequest, short, full *tfprotov6.ReadResourceResponse) {
	var after lifecycle.Recognized
	memoryOf(privateValues(full.Private)).Recall(ctx, lifecycle.MemoryOfRecognized, &after)
	if !exists(full.NewState) || k.Recognized != after || failed(full.Diagnostics) {
		return // deleted, changed or unreadable: the short way would have noticed
	}
	differs := differences(answer{short.NewState, short.NewIdentity, short.Private}, answer{full.NewState, full.NewIdentity, full.Private})
	for _, d := range full.Diagnostics {
		differs = append(differs, d.Summary)
	}
	full.Diagnostics = append(full.Diagnostics, difference("read", req.TypeName, differs)...)
}

// answer is the common part of the answers to reads and plans.
type answer struct {
	state    *tfprotov6.DynamicValue
	identity *tfprotov6.ResourceIdentityData
	private  []byte
}

// differences names the different parts of two answers.
func differences(short, full answer) (differs []string) {
	if !same(short.state, full.state) {
		differs = append(differs, "state")
	}
	if short.identity == nil || full.identity == nil || !same(short.identity.IdentityData, full.identity.IdentityData) {
		differs = append(differs, "identity")
	}
	if string(short.private) != string(full.private) {
		differs = append(differs, fmt.Sprintf("private state %s, %s", short.private, full.private))
	}
	return differs
}

func failed(diags []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

// comparePlans makes an error of a plan if the complete way has a different answer.
func (u *unchanged) comparePlans(req *tfprotov6.PlanResourceChangeRequest, short, full *tfprotov6.PlanResourceChangeResponse) {
	differs := differences(
		answer{short.PlannedState, short.PlannedIdentity, short.PlannedPrivate},
		answer{full.PlannedState, full.PlannedIdentity, full.PlannedPrivate},
	)
	if len(full.RequiresReplace) > 0 {
		differs = append(differs, "replacement")
	}
	for _, d := range full.Diagnostics {
		// The short way also reports conflicts, and the findings of a Stand.
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
		Detail: fmt.Sprintf("The complete %s of an unchanged %s has a different answer: %q", what, kind, differs),
	}}
}

// validated is a configuration found valid.
type validated struct {
	kind      string
	config    [sha256.Size]byte
	writeOnly bool
}
