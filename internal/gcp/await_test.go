package gcp

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestAwait(t *testing.T) {
	t.Parallel()
	still, refused := &Error{Resource: "it", Message: "not yet", Remedy: "Wait."}, errors.New("refused")
	brief := func(ctx context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, 20*time.Millisecond)
	}
	for name, c := range map[string]struct {
		limit func(context.Context) (context.Context, context.CancelFunc)
		look  func(ctx context.Context, n int) (*Error, error)
		looks int // 0: some
		kind  Kind
		words string
	}{
		"at once": {context.WithCancel, func(context.Context, int) (*Error, error) { return nil, nil }, 1, "", ""},
		"later": {
			context.WithCancel, func(_ context.Context, n int) (*Error, error) { return map[bool]*Error{true: still}[n < 3], nil }, 3, "",
			"",
		},
		"an error": {
			context.WithCancel, func(_ context.Context, n int) (*Error, error) { return still, map[bool]error{true: refused}[n == 2] }, 2,
			"", "refused",
		},
		"never": {
			brief, func(context.Context, int) (*Error, error) { return still, nil }, 0, KindTimeout, "the last answer was: not yet",
		},
		"a look that takes long": {
			brief, func(ctx context.Context, n int) (*Error, error) { return lookLasting(ctx, n, still) }, 2, KindTimeout,
			"the last answer was: not yet",
		},
		"the first look does": {
			brief, func(ctx context.Context, _ int) (*Error, error) { return lookLasting(ctx, 2, still) }, 1, "",
			"context deadline exceeded",
		},
		"interrupted in a pause": {
			interruptedSoon, func(context.Context, int) (*Error, error) { return still, nil }, 0, KindInterrupted, "interrupted",
		},
		"interrupted in a look": {
			interruptedSoon, func(ctx context.Context, n int) (*Error, error) { return lookLasting(ctx, n, still) }, 2, KindInterrupted,
			"interrupted",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := c.limit(t.Context())
			defer cancel()
			n := 0
			err := New(Config{PollInterval: time.Millisecond}).Await(ctx, func(ctx context.Context) (*Error, error) {
				n++
				return c.look(ctx, n)
			})
			if (err == nil) != (c.words == "") || err != nil && !strings.Contains(err.Error(), c.words) {
				t.Errorf("%v", err)
			}
			if c.kind != "" && !IsKind(err, c.kind) || c.looks > 0 && n != c.looks {
				t.Errorf("%d looks, %v", n, err)
			}
		})
	}
}

// lookLasting is a look with a second call longer than the time limit.
func lookLasting(ctx context.Context, n int, still *Error) (*Error, error) {
	if n < 2 {
		return still, nil
	}
	<-ctx.Done()
	return nil, ctx.Err()
}

func interruptedSoon(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	time.AfterFunc(20*time.Millisecond, cancel)
	return ctx, cancel
}

func TestProjectOfImage(t *testing.T) {
	t.Parallel()
	const digest = "@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	for image, want := range map[string]string{
		"us-docker.pkg.dev/acme/app/web":                     "acme",
		"europe-west1-docker.pkg.dev/example.com/acme/app/w": "example.com:acme",
		"gcr.io/acme/web":                                    "acme",
		"eu.gcr.io/example.com/acme/web":                     "example.com:acme",
		"docker.io/library/nginx":                            "",
		"registry.example.com/acme/web":                      "",
	} {
		if got := ProjectOfImage(image + digest); got != want {
			t.Errorf("%s: %q, want %q", image, got, want)
		}
	}
}
