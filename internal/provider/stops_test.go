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

// Each step is s(top), c(onfigure), or w(ait) for longer than echo.
func TestAnInterruptBeforeTheFirstWalkEndsThatWalk(t *testing.T) {
	t.Parallel()
	for steps, ended := range map[string]bool{
		"":      false,
		"c":     false,
		"sc":    true,
		"ssc":   true,
		"cs":    false, // the framework ends what is under way; what comes later is another walk's
		"csc":   false, // a run of tests cleans up
		"scc":   false,
		"swc":   false, // a process that somebody attaches to again
		"scs":   true,
		"swcsc": false,
	} {
		synctest.Test(t, func(t *testing.T) {
			inner := &errs{}
			s := &server{unchanged: newUnchanged(New("test")), everything: inner, stops: &stops{}}
			for _, step := range steps {
				switch step {
				case 's':
					_, _ = s.StopProvider(t.Context(), nil)
				case 'c':
					_, _ = s.ConfigureProvider(t.Context(), nil)
				default:
					time.Sleep(2 * echo)
				}
			}
			_, _ = s.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{})
			if (inner.last != nil) != ended {
				t.Errorf("%q: %v", steps, inner.last)
			}
		})
	}
}

// TestAnInterruptEndsTheRestOfTheWalk: Terraform finishes the plan within an apply even after an
// interrupt. Like Terraform, two workers take the remaining requests one after the other.
func TestAnInterruptEndsTheRestOfTheWalk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &server{unchanged: newUnchanged(New("test")), everything: &errs{}, stops: &stops{}}
		_, _ = s.ConfigureProvider(t.Context(), nil)
		var workers sync.WaitGroup
		left := make(chan int, 40)
		for i := range cap(left) {
			left <- i
		}
		close(left)
		walk := func(pause time.Duration) {
			workers.Go(func() {
				for range left {
					resp, _ := s.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{})
					if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary != "Interrupted" {
						t.Errorf("an answer after the interrupt has %d diagnostics", len(resp.Diagnostics))
					}
					time.Sleep(pause)
				}
			})
		}
		walk(time.Millisecond)
		walk(20 * time.Millisecond)
		synctest.Wait()
		begun := time.Now()
		_, _ = s.StopProvider(t.Context(), nil)
		workers.Wait()
		if took := time.Since(begun); took > time.Second {
			t.Errorf("the walk ended %s after the interrupt", took)
		}
		begun = time.Now()
		if resp, _ := s.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{}); len(resp.Diagnostics) != 0 ||
			time.Since(begun) < time.Minute {
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
