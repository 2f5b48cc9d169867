// Command probe asks the emulator, or the project GOOGLE_PROJECT, what package probe wants to know.
// See CONTRIBUTING.md for the variables.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"syscall"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/probe"
)

func main() {
	// An interrupt also ends the reader of a pipe. The next write must not end this program before
	// the restore.
	signal.Ignore(syscall.SIGPIPE)
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as it is under nohup
		signals = append(signals, syscall.SIGHUP)
	}
	// The first signal ends the probes. The next ones have no effect: they must not end the
	// restore, which has a time limit.
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

type flags struct {
	out, dir, doc, restore string
	only                   *regexp.Regexp
}

func parse(args []string, stderr io.Writer) (flags, error) {
	f := flags{only: regexp.MustCompile("")}
	set := flag.NewFlagSet("probe", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.StringVar(&f.out, "out", "", "`FILE` for the outcome, .json or .md, without names of projects")
	set.StringVar(&f.dir, "save", ".", "`FOLDER` for the saved state of the policy and the cluster of a project, until they are restored")
	set.StringVar(&f.doc, "write-list", "", "write the list of unknowns into this `FILE` and run nothing")
	set.StringVar(&f.restore, "restore", "", "restore the state that a killed run saved in this `FILE`, delete the file, and run nothing")
	set.Func("run", "run only probes whose id matches this `EXPRESSION`", func(s string) (err error) {
		f.only, err = regexp.Compile(s)
		return err
	})
	err := set.Parse(args)
	if err == nil && set.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", set.Arg(0))
		fmt.Fprintln(stderr, "probe:", err)
	}
	return f, err
}

// run returns the exit code: 0 for a run to its end, 1 where something failed, was left behind, or
// on the emulator is not as it should be, 2 for bad flags or variables, or without confirmation.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	f, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case f.doc != "":
		return exitCode(writeList(f.doc), stderr)
	}
	config, err := probe.ReadConfig(getenv)
	if err != nil {
		fmt.Fprintln(stderr, "probe:", err)
		return 2
	}
	probes := slices.DeleteFunc(probe.All(), func(p probe.Probe) bool { return !f.only.MatchString(p.ID) })
	if f.restore != "" {
		return restore(ctx, f.restore, config, stderr)
	}
	if config.Project == "" {
		return onEmulator(ctx, f, probes, stdout, stderr)
	}
	return onProject(ctx, f, config, probes, stdout, stderr)
}

// restore restores the state in a saved file, on the project of the file.
func restore(ctx context.Context, file string, config probe.Config, stderr io.Writer) int {
	saved, err := probe.ReadSaved(file)
	if err == nil && config.Project != "" && config.Project != saved.Project {
		err = fmt.Errorf("%s is of project %s, but GOOGLE_PROJECT is %s", file, saved.Project, config.Project)
	}
	if err != nil {
		return exitCode(err, stderr)
	}
	config.Project = saved.Project
	target, err := probe.Real(ctx, config)
	if err != nil {
		return exitCode(err, stderr)
	}
	return exitCode(probe.Runner{Target: target, Log: stderr}.Restore(ctx, saved), stderr)
}

func onEmulator(ctx context.Context, f flags, probes []probe.Probe, stdout, stderr io.Writer) int {
	target, server, err := probe.Emulated(emulator.Options{})
	if err != nil {
		return exitCode(err, stderr)
	}
	// The saved files end with the emulator, so they do not belong in the folder of real ones.
	dir, err := os.MkdirTemp("", "probe-")
	if err != nil {
		return exitCode(errors.Join(err, server.Close()), stderr)
	}
	report, err := probe.Runner{Target: target, Log: io.Discard, SaveDir: dir}.Run(ctx, probes)
	err = errors.Join(err, server.Close(), os.RemoveAll(dir), write(report, f.out, stdout))
	if n := len(probes) - report.Count(probe.AsEmulated); n > 0 && err == nil {
		err = fmt.Errorf("%d probes do not hold on the emulator", n)
	}
	return exitCode(err, stderr)
}

func onProject(ctx context.Context, f flags, config probe.Config, probes []probe.Probe, stdout, stderr io.Writer) int {
	fmt.Fprint(stdout, probe.Plan(config.Target(), probes))
	if config.Emulator != "" {
		fmt.Fprintf(stdout, "BINAUTHZ_EMULATOR_HOST is set: the project is on the emulator at %s, not at Google.\n", config.Emulator)
	}
	if !config.Confirmed {
		fmt.Fprintln(stdout, "No calls were made. To run the probes, set CONFIRM=yes.")
		return 2
	}
	target, err := probe.Real(ctx, config)
	if err != nil {
		return exitCode(err, stderr)
	}
	// This runs beside the restore, so an output that blocks does not prevent the restore.
	silent := context.AfterFunc(ctx, func() {
		fmt.Fprintln(stderr, "Interrupted. The run ends after it has restored and deleted everything. This can take minutes.")
	})
	defer silent()
	report, err := probe.Runner{Target: target, Log: stderr, SaveDir: f.dir}.Run(ctx, probes)
	if report.Results == nil { // it did not start
		return exitCode(err, stderr)
	}
	err = errors.Join(err, write(report, f.out, stdout))
	if report.Count(probe.Failed) > 0 && err == nil {
		err = errors.New("some probes failed")
	}
	return exitCode(err, stderr)
}

// write prints the report and writes it to a file, even if the output fails.
func write(report probe.Report, name string, stdout io.Writer) error {
	err := report.WriteTable(stdout)
	if name == "" {
		return err
	}
	content, bad := report.Encode(name)
	if bad == nil {
		bad = os.WriteFile(name, content, 0o644) //nolint:gosec // the outcome is to be published
	}
	return errors.Join(err, bad)
}

func writeList(name string) error {
	source, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	written, err := probe.ReplaceList(string(source), probe.Sections())
	if err != nil {
		return err
	}
	return os.WriteFile(name, []byte(written), 0o644) //nolint:gosec // source code
}

func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "probe:", err)
	return 1
}
