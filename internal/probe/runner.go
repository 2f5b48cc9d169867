package probe

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// Runner runs probes on a target, one after another.
type Runner struct {
	Target Target
	// Log receives the progress, and failed restores in capitals.
	Log io.Writer
	// SaveDir is the folder for the saved policy and cluster. Projects can share it.
	SaveDir string
}

const (
	probeLimit   = time.Hour
	cleanupLimit = 15 * time.Minute
)

// run is the state of one call of Runner.Run.
type run struct {
	Runner
	clients *clients
	id      string
	clean   normalizer
	safe    *safe
	shared  *ledger
	// made is the cluster shared by probes with NeedNewCluster, empty until the first one creates
	// it.
	made string
	// kube is the Kubernetes API of the named cluster, set when a probe creates the namespace of
	// this run.
	kube *kube
	// broken means that a restore failed. The run then changes no precious object any more.
	broken bool
}

// Run runs the probes; those that change the policy of the project come last. The report has an
// entry for each, even after an interrupt through ctx. The error lists objects left behind or not
// restored. If SaveDir has a saved file of an earlier run on the project, the run does not start:
// the report is empty, and the error has the command for the restore.
func (r Runner) Run(ctx context.Context, probes []Probe) (Report, error) {
	if err := unfinished(r.SaveDir, r.Target.Project); err != nil {
		return Report{}, err
	}
	c, err := dial(ctx, r.Target)
	if err != nil {
		return Report{}, err
	}
	id := newID()
	state := &run{
		Runner: r, clients: c, id: id, clean: newNormalizer(r.Target), shared: &ledger{prefix: "probe-" + id + "-"},
		safe: &safe{dir: r.SaveDir, run: id, out: r.Log, sleep: r.Target.Sleep},
	}
	report := Report{Results: make([]Result, len(probes))}
	var errs []error
	order := inOrder(probes)
	for at, i := range order {
		result, err := state.one(ctx, i, probes[i])
		report.Results[i] = result
		errs = append(errs, err)
		r.tell(result)
		if state.made != "" && !slices.ContainsFunc(order[at+1:], func(i int) bool { return probes[i].needs(NeedNewCluster) }) {
			errs = append(errs, state.clearShared(ctx)) // it costs money while it exists
		}
	}
	errs = append(errs, state.safe.end(ctx), state.clearShared(ctx), c.close())
	return report, errors.Join(errs...)
}

// inOrder returns the indexes of probes in run order: changes of the live policy come last.
func inOrder(probes []Probe) []int {
	var order, last []int
	for i, p := range probes {
		if p.needs(NeedPolicy) {
			last = append(last, i)
		} else {
			order = append(order, i)
		}
	}
	return append(order, last...)
}

func (r Runner) tell(result Result) {
	fmt.Fprintf(r.Log, "%-14s %s", result.Outcome, result.ID)
	if result.Reason != "" {
		fmt.Fprintf(r.Log, " (%s)", result.Reason)
	}
	fmt.Fprintln(r.Log)
}

// one runs a probe and always restores everything.
func (r *run) one(ctx context.Context, index int, p Probe) (Result, error) {
	result := Result{ID: p.ID, Want: r.wanted(p)}
	if why := r.Target.lacks(p); why != "" {
		return result.skipped(why), nil
	}
	if ctx.Err() != nil {
		return result.skipped("the run was interrupted"), nil //nolint:nilerr // the outcome tells it
	}
	if r.broken && (p.needs(NeedPolicy) || p.needs(NeedCluster)) {
		return result.skipped("the change of an earlier probe is not restored"), nil
	}
	prefix := fmt.Sprintf("%s%d-", r.shared.prefix, index)
	t := &Trial{clients: r.clients, Target: r.Target, prefix: prefix, ledger: &ledger{prefix: prefix}, run: r}
	if err := r.safe.keep(ctx, t, p); err != nil {
		t.Setup("save the object", err)
		return r.judge(ctx, result, t, nil), nil
	}
	trace, crash := r.call(ctx, p, t)
	restored := r.safe.restore(ctx, p) // before any output: an output can block
	fmt.Fprint(r.Log, trace)
	r.broken = r.broken || restored != nil
	if ctx.Err() != nil && restored == nil && (p.needs(NeedPolicy) || p.needs(NeedCluster)) {
		fmt.Fprintln(r.Log, "Interrupted. The changes of", p.ID, "are restored.")
	}
	left := r.clear(ctx, t)
	return r.judge(ctx, result, t, crash), errors.Join(errors.Join(t.problems...), restored, left)
}

// wanted returns the wanted answers in the form of the real ones: a name of this project can be a
// word of the answers.
func (r *run) wanted(p Probe) []string {
	lines := wantLines(p.Want)
	for i, line := range lines {
		lines[i] = r.clean.clean(line)
	}
	return lines
}

// call runs a probe. A panic is an outcome and does not end the run; trace is its text for the log.
func (r *run) call(ctx context.Context, p Probe, t *Trial) (trace string, crash error) {
	defer func() {
		v := recover()
		if _, skipped := v.(skip); v != nil && !skipped {
			crash = fmt.Errorf("the probe panics: %v", v)
			trace = fmt.Sprintf("%s: %v\n%s\n", p.ID, v, debug.Stack())
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	p.Run(ctx, t)
	return "", nil
}

// clearShared deletes shared objects.
func (r *run) clearShared(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), restoreLimit)
	defer cancel()
	r.made = ""
	return r.shared.clear(ctx)
}

func (r *run) clear(ctx context.Context, t *Trial) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupLimit)
	defer cancel()
	return t.ledger.clear(ctx)
}

// judge compares the answers with the wanted ones.
func (r *run) judge(ctx context.Context, result Result, t *Trial, crash error) Result {
	if ctx.Err() != nil {
		return result.skipped("the run was interrupted")
	}
	refused := r.read(&result, t)
	switch {
	case refused != "": // the refused call caused the panic
		result.Outcome, result.Reason = NotPermitted, refused
	case crash != nil:
		result.Outcome, result.Reason = Failed, r.clean.clean(crash.Error())
	case t.skipped != "":
		return result.skipped(r.clean.clean(t.skipped))
	case slices.Equal(result.Got, result.Want):
		result.Outcome = AsEmulated
	default:
		result.Outcome = Differs
	}
	return result
}

// read copies the answers of a trial to its result. It returns the last unexpected refusal for a
// missing permission.
func (r *run) read(result *Result, t *Trial) (refused string) {
	for _, a := range t.answers {
		line := r.clean.clean(a.line())
		result.Got = append(result.Got, line)
		if a.said != "" {
			result.Said = append(result.Said, a.step+": "+r.clean.clean(a.said))
		}
		if (a.code == "PERMISSION_DENIED" || a.code == "UNAUTHENTICATED") && !slices.Contains(result.Want, line) {
			refused = r.clean.clean(a.step + ": " + firstLine(a.said))
		}
	}
	return refused
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// newID returns the id of this run. It has only letters, because namespaces in a policy may have no
// digits.
func newID() string {
	return strings.Map(func(r rune) rune {
		if r >= '2' && r <= '7' {
			return r - '2' + 'a'
		}
		return r
	}, strings.ToLower(rand.Text()[:8]))
}
