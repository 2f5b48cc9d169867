package gcp

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/durationpb"
)

// script answers attempts one after the other, and the last answer for ever; it notes when each
// came.
type script struct {
	answers []error
	at      []time.Time
}

func (s *script) send(context.Context) (string, error) {
	s.at = append(s.at, time.Now())
	err := s.answers[min(len(s.at), len(s.answers))-1]
	return "done", err
}

func (s *script) call() call[string] {
	return call[string]{method: getAttestor, resource: "projects/p/attestors/a", project: "p", send: s.send}
}

func TestTransientErrorsAndQuotaAreTriedAgainWithGrowingPauses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err   error
		least func(pause time.Duration) time.Duration
		most  func(pause time.Duration) time.Duration
	}{
		"transient": {
			grpcError(codes.Unavailable, "down"),
			func(time.Duration) time.Duration { return 1 }, func(p time.Duration) time.Duration { return p },
		},
		"quota": {
			grpcError(codes.ResourceExhausted, "slow"),
			func(p time.Duration) time.Duration { return p }, func(p time.Duration) time.Duration { return 2 * p },
		},
		"asked to wait": {
			grpcError(codes.ResourceExhausted, "slow", &errdetails.RetryInfo{RetryDelay: durationpb.New(9 * time.Second)}),
			func(time.Duration) time.Duration { return 9 * time.Second }, func(p time.Duration) time.Duration { return 9*time.Second + p },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const failures = 9
				s := &script{}
				for range failures {
					s.answers = append(s.answers, c.err)
				}
				s.answers = append(s.answers, nil)
				if got, err := run(t.Context(), New(Config{}), s.call()); got != "done" || err != nil {
					t.Fatal(got, err)
				}
				if len(s.at) != failures+1 {
					t.Fatalf("%d attempts, want %d", len(s.at), failures+1)
				}
				for i, pause := 1, DefaultPause; i < len(s.at); i, pause = i+1, min(2*pause, 60*DefaultPause) {
					if gap := s.at[i].Sub(s.at[i-1]); gap < c.least(pause) || gap > c.most(pause) {
						t.Errorf("pause %d was %s, want %s to %s", i, gap, c.least(pause), c.most(pause))
					}
				}
			})
		})
	}
}

func TestNothingElseIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, code := range []codes.Code{
		codes.NotFound, codes.AlreadyExists, codes.PermissionDenied, codes.Unauthenticated, codes.Aborted, codes.FailedPrecondition,
		codes.InvalidArgument, codes.OutOfRange, codes.Unimplemented, codes.DataLoss,
	} {
		t.Run(code.String(), func(t *testing.T) {
			t.Parallel()
			s := &script{answers: []error{grpcError(code, "no")}}
			if _, err := run(t.Context(), New(Config{}), s.call()); err == nil || len(s.at) != 1 {
				t.Errorf("%d attempts, %v", len(s.at), err)
			}
		})
	}
}

func TestAnAttemptThatIsNeverAnsweredCostsItsOwnTimeOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		begun := time.Now()
		got, err := run(t.Context(), New(Config{}), call[int]{method: getAttestor, send: func(ctx context.Context) (int, error) {
			if attempts++; attempts == 3 {
				return attempts, nil
			}
			<-ctx.Done()
			return 0, ctx.Err()
		}})
		if took := time.Since(begun); got != 3 || err != nil || took < 2*DefaultRequestTimeout ||
			took > 2*DefaultRequestTimeout+3*DefaultPause {
			t.Errorf("%d, %v after %s", got, err, took)
		}
	})
}

func TestTheTimeLimitEndsACallAndSaysTheLastAnswer(t *testing.T) {
	t.Parallel()
	const own = 95 * time.Second
	for name, c := range map[string]struct {
		limit, want time.Duration
		err         error
		remedy      string
	}{
		"the caller's": {
			own, own, grpcError(codes.Unavailable, "still down", &errdetails.RequestInfo{RequestId: "req-9"}), "Run again.",
		},
		"the caller's, quota": {
			own, own, grpcError(codes.ResourceExhausted, "still down", &errdetails.RequestInfo{RequestId: "req-9"}),
			"raise the quota of project p",
		},
		"the default": {
			0, 10 * time.Minute, grpcError(codes.Unavailable, "still down", &errdetails.RequestInfo{RequestId: "req-9"}), "Run again.",
		},
		"in an asked for wait": {
			own,
			own,
			grpcError(codes.Unavailable, "still down", &errdetails.RequestInfo{RequestId: "req-9"},
				&errdetails.RetryInfo{RetryDelay: durationpb.New(time.Hour)}),
			"Run again.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if c.limit > 0 {
					limited, cancel := context.WithTimeout(ctx, c.limit)
					defer cancel()
					ctx = limited
				}
				begun := time.Now()
				_, err := run(ctx, New(Config{}), (&script{answers: []error{c.err}}).call())
				if took := time.Since(begun); took != c.want {
					t.Errorf("ended after %s, want %s", took, c.want)
				}
				var e *Error
				if !errors.As(err, &e) || e.Kind != KindTimeout || !strings.Contains(e.Message, "still down") || e.RequestID != "req-9" ||
					!strings.Contains(e.Remedy, c.remedy) || e.Resource != "projects/p/attestors/a" || e.Method != "GetAttestor" {
					t.Errorf("%+v", e)
				}
				if !errors.Is(err, c.err) {
					t.Error("the last answer is not the cause")
				}
			})
		})
	}
}

func TestAnInterruptEndsACallAtOnce(t *testing.T) {
	t.Parallel()
	for name, send := range map[string]func(context.Context) (int, error){
		"in an attempt": func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, ctx.Err() },
		"in a pause": func(context.Context) (int, error) {
			return 0, grpcError(codes.Unavailable, "down", &errdetails.RetryInfo{RetryDelay: durationpb.New(time.Hour)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(3*time.Second, cancel)
				begun := time.Now()
				_, err := run(ctx, New(Config{}), call[int]{method: getAttestor, send: send})
				expectKind(t, err, KindInterrupted)
				if took := time.Since(begun); took != 3*time.Second {
					t.Errorf("ended %s after the interrupt", took-3*time.Second)
				}
			})
		})
	}
}

func TestWhatBecameOfALostReplyIsLookedUpBeforeSendingAgain(t *testing.T) {
	t.Parallel()
	lost, exists, quota := grpcError(codes.Unavailable, "lost"), grpcError(codes.AlreadyExists, "exists"),
		grpcError(codes.ResourceExhausted, "slow")
	type found struct {
		done bool
		err  error
	}
	foreign := &Error{Kind: KindExists, Message: "other contents"}
	for name, c := range map[string]struct {
		answers []error
		found   []found
		sends   int
		kind    Kind // "" for success
	}{
		"carried out":                 {[]error{lost}, []found{{done: true}}, 1, ""},
		"not carried out":             {[]error{lost, nil}, []found{{}}, 2, ""},
		"carried out a moment later":  {[]error{lost, exists}, []found{{}, {done: true}}, 2, ""},
		"somebody else's":             {[]error{lost}, []found{{err: foreign}}, 1, KindExists},
		"somebody else's, later":      {[]error{lost, exists}, []found{{}, {err: foreign}}, 2, KindExists},
		"there at the first try":      {[]error{exists}, nil, 1, KindExists},
		"there after a refusal":       {[]error{quota, exists}, nil, 2, KindExists},
		"cannot be looked up":         {[]error{lost}, []found{{err: grpcError(codes.PermissionDenied, "no")}}, 1, KindDenied},
		"conflict with another":       {[]error{lost, grpcError(codes.Aborted, "etag")}, []found{{}, {}}, 2, KindConflict},
		"lost, then refused for good": {[]error{lost, grpcError(codes.InvalidArgument, "bad")}, []found{{}}, 2, KindInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, looks := &script{answers: c.answers}, 0
				k := s.call()
				k.settle = func(context.Context) (string, bool, error) {
					if looks++; looks > len(c.found) {
						t.Fatal("looked once too often")
					}
					return "found", c.found[looks-1].done, c.found[looks-1].err
				}
				_, err := run(t.Context(), New(Config{}), k)
				if c.kind == "" && err != nil || c.kind != "" && !IsKind(err, c.kind) || len(s.at) != c.sends || looks != len(c.found) {
					t.Errorf("%v after %d sends and %d looks", err, len(s.at), looks)
				}
			})
		})
	}
}

// TestAnInterruptedWriteAwaitsItsReplyAndLooks: a created object without a state would be lost. The
// reply is awaited briefly; without one, the object is looked for. An object that existed before
// is not ours.
func TestAnInterruptedWriteAwaitsItsReplyAndLooks(t *testing.T) {
	t.Parallel()
	after := func(d time.Duration, err error) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			select {
			case <-time.After(3*time.Second + d):
				return 5, err
			case <-ctx.Done():
				return 0, ctx.Err()
			}
		}
	}
	silent := after(time.Hour, nil)
	made := func(ctx context.Context) (int, bool, error) { return 7, true, ctx.Err() }
	missing := func(context.Context) (int, bool, error) { return 0, false, nil }
	hanging := func(ctx context.Context) (int, bool, error) { <-ctx.Done(); return 7, true, ctx.Err() }
	for name, c := range map[string]struct {
		send   func(context.Context) (int, error)
		settle func(context.Context) (int, bool, error)
		want   int
		kind   Kind // "" for success
		late   time.Duration
	}{
		"answered a moment later": {after(lateReply/2, nil), missing, 5, "", lateReply / 2},
		"refused a moment later":  {after(lateReply/2, grpcError(codes.PermissionDenied, "no")), made, 0, KindDenied, lateReply / 2},
		"existed before":          {after(lateReply/2, grpcError(codes.AlreadyExists, "there")), made, 0, KindExists, lateReply / 2},
		"made":                    {silent, made, 7, "", lateReply},
		"not made":                {silent, missing, 0, KindInterrupted, lateReply},
		"not to say":              {silent, hanging, 0, KindInterrupted, lateReply + lateLook},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(3*time.Second, cancel)
				begun := time.Now()
				got, err := run(ctx, New(Config{}), call[int]{method: createNote, settle: c.settle, send: c.send})
				if c.kind == "" && (err != nil || got != c.want) || c.kind != "" && !IsKind(err, c.kind) {
					t.Error(got, err)
				}
				if took := time.Since(begun) - 3*time.Second; took != c.late || took > time.Second {
					t.Errorf("ended %s after the interrupt", took)
				}
			})
		})
	}
}

// TestAnInterruptAfterALostReply: the look for a lost reply is made again, because the first one was
// interrupted, or because the server can still make the object in the pause after it.
func TestAnInterruptAfterALostReply(t *testing.T) {
	t.Parallel()
	anHour := &errdetails.RetryInfo{RetryDelay: durationpb.New(time.Hour)}
	for name, after := range map[string]time.Duration{"during the look": 0, "during the pause": time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				looks := 0
				got, err := run(ctx, New(Config{}), call[int]{
					method: createNote,
					send:   func(context.Context) (int, error) { return 0, grpcError(codes.Unavailable, "lost", anHour) },
					settle: func(ctx context.Context) (int, bool, error) {
						if looks++; looks > 1 {
							return 7, true, ctx.Err()
						}
						if after == 0 {
							cancel()
						}
						time.AfterFunc(after, cancel)
						return 0, false, ctx.Err()
					},
				})
				if got != 7 || err != nil || looks != 2 {
					t.Errorf("%d, %v after %d looks", got, err, looks)
				}
			})
		})
	}
}

// TestAnInterruptBeforeAWriteSendsNothing: the time for the reply is only for a request under way.
func TestAnInterruptBeforeAWriteSendsNothing(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := run(ctx, New(Config{}), call[int]{
		method: createNote,
		send:   func(context.Context) (int, error) { t.Error("sent"); return 0, nil },
		settle: func(context.Context) (int, bool, error) { t.Error("looked"); return 7, true, nil },
	})
	expectKind(t, err, KindInterrupted)
}
