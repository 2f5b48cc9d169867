package acctest

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// providerAddress is the same for Terraform and OpenTofu, because it includes the registry.
const providerAddress = "registry.terraform.io/binauthz/binauthz"

// CLI is a working directory with a configuration. Terraform runs there as for a user, for tests
// beyond the test framework: signals, saved plans, exit codes. This process serves the provider.
type CLI struct {
	dir string
	env []string
	// beside are the servers of other providers, by address.
	beside map[string]func() tfprotov6.ProviderServer
}

// CLI writes a configuration to a new directory; it needs only the resources.
func (g *Ground) CLI(t *testing.T, config string) *CLI {
	t.Helper()
	c := &CLI{
		dir: t.TempDir(),
		env: append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE="+os.DevNull, g.reattach(t, nil)),
	}
	c.Write(t, config)
	return c
}

// Write replaces the configuration. It adds the source of the provider if it is missing, and the
// registry if it is missing there, because Terraform and OpenTofu add different ones.
func (c *CLI) Write(t *testing.T, config string) {
	t.Helper()
	if !strings.Contains(config, "required_providers") {
		config = "terraform {\n  required_providers {\n    binauthz = { source = \"" + providerAddress + "\" }\n  }\n}\n" + config
	}
	config = strings.ReplaceAll(config, `"binauthz/binauthz"`, `"`+providerAddress+`"`)
	if err := os.WriteFile(filepath.Join(c.dir, "main.tf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Run runs a command, such as "apply", "-auto-approve", and returns its output and exit code.
func (c *CLI) Run(t *testing.T, args ...string) (output string, exitCode int) {
	t.Helper()
	out, err := c.Command(args...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if exit != nil {
		exitCode = exit.ExitCode()
	}
	return string(out), exitCode
}

// Command returns a command not yet started, for a test that interrupts it.
func (c *CLI) Command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), cliPath(), args...) //nolint:gosec // a test runs the Terraform it was told to
	cmd.Args = append(cmd.Args, "-no-color")
	cmd.Dir, cmd.Env = c.dir, c.env
	return cmd
}

func cliPath() string {
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	return "terraform"
}

// reattach serves the provider, and others next to it, to child processes. It returns the
// environment variable with their addresses.
func (g *Ground) reattach(t *testing.T, beside map[string]func() tfprotov6.ProviderServer) string {
	t.Helper()
	all := map[string]any{providerAddress: serve(t, providerAddress, g.server())}
	for address, server := range beside {
		all[address] = serve(t, address, server)
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return "TF_REATTACH_PROVIDERS=" + string(text)
}

// serve serves a provider until the end of the test, and returns its address.
func serve(t *testing.T, address string, server func() tfprotov6.ProviderServer) map[string]any {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	reattach, closed := make(chan *plugin.ReattachConfig, 1), make(chan struct{})
	go func() {
		err := tf6server.Serve(address, server, tf6server.WithDebug(ctx, reattach, closed), tf6server.WithLoggingSink(t),
			tf6server.WithGoPluginLogger(hclog.NewNullLogger()))
		if err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-closed
	})
	var r *plugin.ReattachConfig
	select {
	case r = <-reattach:
	case <-time.After(30 * time.Second):
		t.Fatal("the provider did not begin to serve")
	}
	return map[string]any{
		"Protocol": string(r.Protocol), "ProtocolVersion": r.ProtocolVersion, "Pid": r.Pid, "Test": r.Test,
		"Addr": map[string]string{"Network": r.Addr.Network(), "String": r.Addr.String()},
	}
}

// Fresh is the same working directory with a new provider process, as in every run of Terraform.
func (g *Ground) Fresh(t *testing.T, c *CLI) *CLI {
	t.Helper()
	return &CLI{dir: c.dir, env: append(c.env, g.reattach(t, c.beside)), beside: c.beside}
}

// WriteFile writes another file next to the configuration, or into a folder there.
func (c *CLI) WriteFile(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(c.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil { //nolint:gosec // the test names the file
		t.Fatal(err)
	}
}
