package bench_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
)

// BenchmarkStart is what Terraform does with a provider before anything else, three times in a plan: start it, shake hands, ask for
// the schemas.
func BenchmarkStart(b *testing.B) {
	for name, path := range providers(b) {
		b.Run(name, func(b *testing.B) { measureStart(b, path) })
	}
}

func measureStart(b *testing.B, path string) {
	b.Helper()
	var took, cpu []time.Duration
	var size, memory []float64
	for b.Loop() {
		begun := time.Now()
		client, bytes := described(b, path)
		took = append(took, time.Since(begun))
		size = append(size, float64(len(bytes)))
		memory = append(memory, highWater(ofProcess(client.cmd.Process.Pid)))
		client.Kill()
		cpu = append(cpu, client.cmd.ProcessState.UserTime()+client.cmd.ProcessState.SystemTime())
	}
	report(b, map[string]float64{
		"ms/start": milliseconds(median(took)), "cpu-ms/start": milliseconds(median(cpu)), "schema-bytes": median(size), "MiB": median(memory),
	})
}

type started struct {
	*plugin.Client
	cmd *exec.Cmd
}

// described starts a provider and returns it with its schemas as they came over the wire.
func described(b *testing.B, path string) (started, []byte) {
	b.Helper()
	cmd := exec.Command(path)
	cmd.Env = environment()
	client := plugin.NewClient(&plugin.ClientConfig{
		Cmd: cmd, AutoMTLS: true, AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC}, Logger: hclog.NewNullLogger(), SyncStderr: os.Stderr,
		HandshakeConfig:  plugin.HandshakeConfig{MagicCookieKey: "TF_PLUGIN_MAGIC_COOKIE", MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"},
		VersionedPlugins: map[int]plugin.PluginSet{5: {"provider": bare{}}, 6: {"provider": bare{}}},
	})
	protocol, err := client.Client()
	if err != nil {
		b.Fatal(err)
	}
	conn, err := protocol.Dispense("provider")
	if err != nil {
		b.Fatal(err)
	}
	method := map[int]string{5: "/tfplugin5.Provider/GetSchema", 6: "/tfplugin6.Provider/GetProviderSchema"}[client.NegotiatedVersion()]
	var reply []byte
	if err := conn.(*grpc.ClientConn).Invoke(context.Background(), method, []byte{}, &reply, grpc.ForceCodec(raw{}), grpc.MaxCallRecvMsgSize(64<<20)); err != nil {
		b.Fatal(err)
	}
	return started{client, cmd}, reply
}

// bare is a plugin of which only the connection is wanted.
type bare struct {
	plugin.NetRPCUnsupportedPlugin
}

func (bare) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error { return errors.New("not a server") }

func (bare) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

// raw leaves messages as they are on the wire.
type raw struct{}

func (raw) Name() string                       { return "proto" }
func (raw) Marshal(v any) ([]byte, error)      { return v.([]byte), nil }
func (raw) Unmarshal(data []byte, v any) error { *v.(*[]byte) = append([]byte{}, data...); return nil }
