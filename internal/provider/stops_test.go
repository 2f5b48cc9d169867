package provider

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// errs is a server to record whether the context of a plan had ended on arrival. A read takes until
// its context ends, at most a minute.
type errs struct {
	everything
	last error
}

func (e *errs) PlanResourceChange(
	ctx context.Context, _ *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	e.last = ctx.Err()
	return &tfprotov6.PlanResourceChangeResponse{}, nil
}

func (e *errs) ReadResource(ctx context.Context, _ *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Minute):
	}
	return &tfprotov6.ReadResourceResponse{}, nil
}

func (e *errs) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return nil, nil
}

func (e *errs) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return nil, nil
}

// Each step is s(top) or c(onfigure).
func TestAnInterruptEndsAllRequestsUntilTheNextConfiguration(t *testing.T) {
	t.Parallel()
	for steps, ended := range map[string]bool{
		"":     false,
		"c":    false,
		"s":    true,
		"sc":   true, // an interrupt while Terraform starts the process
		"ssc":  true,
		"cs":   true,
		"csc":  false, // a process that serves several commands (TF_REATTACH_PROVIDERS)
		"scc":  false,
		"scs":  true,
		"cscs": true,
	} {
		inner := &errs{}
		s := &server{unchanged: newUnchanged(New("test")), everything: inner, stops: &stops{}}
		for _, step := range steps {
			if step == 's' {
				_, _ = s.StopProvider(t.Context(), nil)
			} else {
				_, _ = s.ConfigureProvider(t.Context(), nil)
			}
		}
		resp, _ := s.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{})
		if (inner.last != nil) != ended || (len(resp.Diagnostics) == 1) != ended {
			t.Errorf("%q: %v, diagnostics %v", steps, inner.last, resp.Diagnostics)
		}
	}
}

// TestAnInterruptEndsTheRestOfTheWalk: Terraform finishes the plan within an apply even after an
// interrupt, whatever the pause between its requests is.
func TestAnInterruptEndsTheRestOfTheWalk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &server{unchanged: newUnchanged(New("test")), everything: &errs{}, stops: &stops{}}
		_, _ = s.ConfigureProvider(t.Context(), nil)
		read := func() {
			resp, _ := s.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{})
			if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary != "Interrupted" {
				t.Errorf("an answer after the interrupt has %d diagnostics", len(resp.Diagnostics))
			}
		}
		var running sync.WaitGroup
		for range 10 {
			running.Go(read)
		}
		synctest.Wait()
		begun := time.Now()
		_, _ = s.StopProvider(t.Context(), nil)
		running.Wait()
		if took := time.Since(begun); took != 0 {
			t.Errorf("the running requests ended %s after the interrupt", took)
		}
		for _, pause := range []time.Duration{0, time.Second, time.Hour} {
			time.Sleep(pause)
			begun := time.Now()
			if read(); time.Since(begun) != 0 {
				t.Errorf("a request %s after the interrupt took %s", pause, time.Since(begun))
			}
		}
		_, _ = s.ConfigureProvider(t.Context(), nil)
		if resp, _ := s.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{}); len(resp.Diagnostics) != 0 {
			t.Error("a read of the next walk was ended, too")
		}
	})
}

// TestAnInterruptedAnswerHasOneError: a response with its own error keeps only this error.
func TestAnInterruptedAnswerHasOneError(t *testing.T) {
	t.Parallel()
	own := &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Cannot read note"}
	for _, all := range [][]*tfprotov6.Diagnostic{nil, {own}, {{Severity: tfprotov6.DiagnosticSeverityWarning}}} {
		plan, read, data := &tfprotov6.PlanResourceChangeResponse{Diagnostics: all}, &tfprotov6.ReadResourceResponse{Diagnostics: all},
			&tfprotov6.ReadDataSourceResponse{Diagnostics: all}
		refuse(plan)
		refuse(read)
		refuse(data)
		for _, got := range [][]*tfprotov6.Diagnostic{plan.Diagnostics, read.Diagnostics, data.Diagnostics} {
			var errors int
			for _, d := range got {
				if d.Severity == tfprotov6.DiagnosticSeverityError {
					errors++
				}
			}
			if errors != 1 || len(got) < len(all) {
				t.Errorf("%d errors in %v", errors, got)
			}
		}
	}
}
