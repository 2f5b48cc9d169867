// Command binauthz-emulator serves the emulated APIs until an interrupt. See package emulator.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run serves until ctx ends and returns the exit code: 0 after an interrupt, 1 when serving failed,
// 2 for bad flags.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	options, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	server, err := emulator.Start(options)
	if err != nil {
		fmt.Fprintln(stderr, "binauthz-emulator:", err)
		return exitCode(err)
	}
	fmt.Fprintln(stdout, "listening on", server.Addr())
	<-ctx.Done()
	if err := server.Close(); err != nil {
		fmt.Fprintln(stderr, "binauthz-emulator:", err)
		return 1
	}
	return 0
}

func exitCode(err error) int {
	if _, ok := errors.AsType[*emulator.OptionError](err); ok {
		return 2
	}
	return 1
}
