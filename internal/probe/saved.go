package probe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/encoding/protojson"
)

// Saved is a file with the previous state of a policy or of a cluster setting. A run writes it
// before its first change and deletes it at its end. It stays if the process is killed.
type Saved struct {
	// File is the path of the file. Project is the id of the object's project.
	File, Project string
	// name is the full name of the object, raw is the content of the file.
	name string
	raw  []byte
}

var (
	savedFile   = regexp.MustCompile(`^probe-[a-z]{8}-(project-policy|cluster)\.json$`)
	savedObject = regexp.MustCompile(`^projects/([^/]+)/(policy|locations/[^/]+/clusters/[^/]+)$`)
)

// savedName returns the name of the file of a run for an object, as in savedFile.
func savedName(run string, n Need) string {
	return fmt.Sprintf("probe-%s-%s.json", run, strings.ReplaceAll(string(n), " ", "-"))
}

func restoreCommand(file string) string { return "make probe RESTORE=" + file }

// store writes a file at once: after a crash, it is complete or missing.
func store(file string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(file), ".probe-*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the first error says more
	}
	return err
}

// ReadSaved reads a saved file. A file that cannot be read, or has other content, is an error.
func ReadSaved(file string) (Saved, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return Saved{}, err
	}
	var object struct{ Name string }
	if err := json.Unmarshal(raw, &object); err != nil {
		return Saved{}, fmt.Errorf("read %s: %w", file, err)
	}
	parts := savedObject.FindStringSubmatch(object.Name)
	if parts == nil {
		return Saved{}, fmt.Errorf("%s is not the saved state of a policy or a cluster", file)
	}
	return Saved{File: file, Project: parts[1], name: object.Name, raw: raw}, nil
}

// unfinished returns an error if a folder has saved files of the project, with the commands to
// restore them. Files of other projects do not count.
func unfinished(dir, project string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	var errs []error
	for _, e := range entries {
		if !savedFile.MatchString(e.Name()) {
			continue
		}
		saved, err := ReadSaved(filepath.Join(dir, e.Name()))
		switch {
		case err != nil:
			errs = append(errs, err)
		case saved.Project == project:
			errs = append(errs, fmt.Errorf("another run has not finished: %s has the state of %s before that run. If that run has ended, "+
				"restore the state with this command: %s", saved.File, saved.name, restoreCommand(saved.File)))
		}
	}
	return errors.Join(errs...)
}

// Restore writes a saved state back if it differs from the present one, verifies it, and deletes
// the file. Target must be the project of the file. An interrupt through ctx does not stop it. The
// error says what is not restored; the file then stays.
func (r Runner) Restore(ctx context.Context, saved Saved) error {
	r.Target.Cluster = saved.name // used only for the file of a cluster
	c, err := dial(context.WithoutCancel(ctx), r.Target)
	if err != nil {
		return err
	}
	kept, err := (&Trial{clients: c, Target: r.Target}).reopen(saved)
	if err == nil {
		s := &safe{out: r.Log, sleep: r.Target.Sleep, holds: []*precious{kept}}
		err = s.end(ctx)
	}
	if err == nil {
		fmt.Fprintf(r.Log, "%s is restored. %s is deleted.\n", kept.what, saved.File)
	}
	return errors.Join(err, c.close())
}

// reopen returns the object of a saved file.
func (t *Trial) reopen(saved Saved) (*precious, error) {
	kept := &precious{saved: saved.raw, file: saved.File}
	if strings.HasSuffix(saved.name, "/policy") {
		before := &binaryauthorizationpb.Policy{}
		if err := protojson.Unmarshal(saved.raw, before); err != nil {
			return nil, fmt.Errorf("read %s: %w", saved.File, err)
		}
		kept.what, kept.restored = policyWords, t.policyRestorer(content(before))
		return kept, nil
	}
	var before savedCluster
	if err := json.Unmarshal(saved.raw, &before); err != nil {
		return nil, fmt.Errorf("read %s: %w", saved.File, err)
	}
	kept.what, kept.restored = clusterWords, t.clusterRestorer(before.clusterState)
	return kept, nil
}
