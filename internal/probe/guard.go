package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	restoreTries = 5
	restorePause = 15 * time.Second
	restoreLimit = 30 * time.Minute
)

// precious is an existing object changed by probes: the policy of the project, or the setting of a
// cluster.
type precious struct {
	what string
	need Need
	// saved is the previous state as JSON, stored in file for Runner.Restore.
	saved []byte
	file  string
	// restored restores the previous state if necessary, and verifies it with a read.
	restored func(ctx context.Context) error
}

// keeper reads a precious object.
type keeper func(ctx context.Context, t *Trial) (*precious, error)

// safe contains the saved objects, and restores them.
type safe struct {
	dir   string
	run   string
	out   io.Writer
	sleep func(context.Context, time.Duration) error
	holds []*precious
}

// keep reads an object once per run and writes it to a file, before a probe changes it.
func (s *safe) keep(ctx context.Context, t *Trial, p Probe) error {
	for need, read := range map[Need]keeper{NeedPolicy: keepPolicy, NeedCluster: keepCluster} {
		if !p.needs(need) || s.has(need) {
			continue
		}
		kept, err := read(ctx, t)
		if err != nil {
			return err
		}
		kept.need = need
		kept.file = filepath.Join(s.dir, savedName(s.run, need))
		if err := store(kept.file, kept.saved); err != nil {
			return fmt.Errorf("save %s: %w", kept.what, err)
		}
		s.holds = append(s.holds, kept)
	}
	return nil
}

func (s *safe) has(need Need) bool {
	for _, p := range s.holds {
		if p.need == need {
			return true
		}
	}
	return false
}

// restore restores every object that a probe with these needs can have changed. An interrupt
// through ctx does not stop it.
func (s *safe) restore(ctx context.Context, p Probe) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), restoreLimit)
	defer cancel()
	var errs []error
	for _, kept := range s.holds {
		if p.needs(kept.need) {
			errs = append(errs, s.restoreOne(ctx, kept))
		}
	}
	return errors.Join(errs...)
}

// restoreOne tries to restore an object. It prints only after the last try: an output that blocks
// must not prevent the restore.
func (s *safe) restoreOne(ctx context.Context, kept *precious) error {
	var err error
	var tries strings.Builder
	for try := 1; try <= restoreTries; try++ {
		if err = kept.restored(ctx); err == nil {
			break
		}
		fmt.Fprintf(&tries, "Try %d of %d to restore %s failed: %v\n", try, restoreTries, kept.what, err)
		if try < restoreTries && s.sleep(ctx, restorePause) != nil {
			break
		}
	}
	fmt.Fprint(s.out, tries.String())
	if err == nil {
		return nil
	}
	fmt.Fprintf(s.out, "\n*** %s IS NOT RESTORED. ***\n*** Its previous state is in %s. To restore it, run: %s ***\n%s\n\n",
		kept.what, kept.file, restoreCommand(kept.file), kept.saved)
	return fmt.Errorf("%s is not restored, see %s: %w", kept.what, kept.file, err)
}

// end removes the files of restored objects.
func (s *safe) end(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), restoreLimit)
	defer cancel()
	var errs []error
	for _, kept := range s.holds {
		err := s.restoreOne(ctx, kept)
		if err == nil {
			err = os.Remove(kept.file)
		}
		errs = append(errs, err)
	}
	s.holds = nil
	return errors.Join(errs...)
}
