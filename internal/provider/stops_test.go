package provider

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// errs is a server that notes whether the context of a plan had ended when it came.
type errs struct {
	everything
	last error
}

func (e *errs) PlanResourceChange(ctx context.Context, _ *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	e.last = ctx.Err()
	return nil, nil
}

func (e *errs) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return nil, nil
}

func (e *errs) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return nil, nil
}

// Each step is s(top), c(onfigure), or w(ait) for longer than an echo.
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
