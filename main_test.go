package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// serveInstead is the variable to turn this test binary into the provider. A test can then start it
// as Terraform does.
const serveInstead = "BINAUTHZ_TEST_SERVE"

func TestMain(m *testing.M) {
	if os.Getenv(serveInstead) != "" {
		main()
		return
	}
	m.Run()
}

func TestLogsAreWrittenWhenAskedFor(t *testing.T) {
	t.Parallel()
	for variable, wanted := range map[string]string{
		"":                        "",
		"TF_LOG=":                 "",
		"TF_LOG_PATH=":            "",
		"TF_LOG=trace":            `"@module":"sdk.proto"`,
		"TF_LOG=JSON":             `"@module":"sdk.proto"`,
		"TF_LOG_PROVIDER=trace":   `"@module":"sdk.proto"`,
		"TF_LOG_CORE=info":        `"@module":"sdk.proto"`,
		"TF_LOG_SDK_PROTO=trace":  `"@module":"sdk.proto"`,
		"TF_LOG_SDK_PROTO=error":  `"@module":"sdk.framework"`,
		"TF_LOG_SDK_FRAMEWORK=on": `"@module":"sdk.proto"`,
	} {
		t.Run(variable, func(t *testing.T) {
			t.Parallel()
			switch logged := logsOfStart(t, variable); {
			case wanted == "" && logged != "":
				t.Errorf("nobody asked for logs, and there are some:\n%s", logged)
			case !strings.Contains(logged, wanted):
				t.Errorf("no line with %s:\n%s", wanted, logged)
			}
		})
	}
}

// logsOfStart starts the provider with a variable in its environment, requests the schemas, and
// returns the log.
func logsOfStart(t *testing.T, variable string) string {
	t.Helper()
	var logged bytes.Buffer
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = []string{serveInstead + "=1", variable}
	client := plugin.NewClient(&plugin.ClientConfig{
		Cmd: cmd, AutoMTLS: true, AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC}, Logger: hclog.NewNullLogger(), Stderr: &logged,
		HandshakeConfig: plugin.HandshakeConfig{
			MagicCookieKey:   "TF_PLUGIN_MAGIC_COOKIE",
			MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		},
		VersionedPlugins: map[int]plugin.PluginSet{6: {"provider": connection{}}},
	})
	defer client.Kill()
	protocol, err := client.Client()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := protocol.Dispense("provider")
	if err != nil {
		t.Fatal(err)
	}
	const method = "/tfplugin6.Provider/GetProviderSchema"
	if err := conn.(*grpc.ClientConn).Invoke(t.Context(), method, &emptypb.Empty{}, &emptypb.Empty{}); err != nil {
		t.Fatal(err)
	}
	client.Kill() // which waits until everything that was logged is read
	return logged.String()
}

// connection is a plugin used only for its connection.
type connection struct {
	plugin.NetRPCUnsupportedPlugin
}

func (connection) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error {
	return errors.New("not a server")
}

func (connection) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}
