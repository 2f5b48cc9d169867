// Command sweep lists objects left by acceptance tests in the project GOOGLE_PROJECT, and deletes
// them with -confirm.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest/sweep"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "sweep:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("sweep", flag.ContinueOnError)
	confirm := flags.Bool("confirm", false, "delete the objects; without it, only list them")
	older := flags.Duration("older", 3*time.Hour, "skip objects changed within this time: a test may use them")
	if err := flags.Parse(args); err != nil {
		return err
	}
	project := os.Getenv("GOOGLE_PROJECT")
	if project == "" {
		return errors.New("set GOOGLE_PROJECT to the project of the tests")
	}
	config := gcp.Config{Project: project, EmulatorHost: os.Getenv("BINAUTHZ_EMULATOR_HOST"), UserAgent: "binauthz-sweep"}
	s := sweep.Sweeper{Clients: gcp.New(config), Project: project, Before: time.Now().Add(-*older)}
	found, err := s.Find(ctx)
	if err != nil {
		return err
	}
	for _, l := range found {
		fmt.Fprintln(out, l.Name)
	}
	required, err := s.Required(ctx)
	for _, name := range required {
		fmt.Fprintf(out, "The policy of %s requires %s. A sweep does not change the policy: change it by hand.\n", project, name)
	}
	switch {
	case err != nil:
		return err
	case !*confirm:
		fmt.Fprintf(out, "Found %d objects with the name prefix %q. To delete them, run: make sweep CONFIRM=yes\n",
			len(found), sweep.Prefix)
		return nil
	}
	if err := sweep.Remove(ctx, found); err != nil {
		fmt.Fprintf(out, "Found %d objects. Some of them were not deleted: see the errors.\n", len(found))
		return err
	}
	fmt.Fprintf(out, "Deleted %d objects.\n", len(found))
	return nil
}
