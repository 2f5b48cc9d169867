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

// BenchmarkStart measures the first steps of Terraform with a provider, done three times in a plan:
// start, handshake, schemas. All programs take turns.
func BenchmarkStart(b *testing.B) {
	all := map[string]*starts{"": {path: built(b, ".")}, "floor": {path: built(b, "./internal/bench/floor")}}
	if peerPath() != "" {
		all["peer"] = &starts{path: peerPath()}
	}
	takeTurns(b, all, []string{"", "floor", "peer"}, func(s *starts) { s.once(b) })
	figures := map[string]float64{}
	for name, s := range all {
		if name != "" {
			figures["x-"+name] = float64(median(all[""].took)) / float64(median(s.took))
			name += "-"
		}
		figures[name+"ms/start"], figures[name+"cpu-ms/start"] = milliseconds(median(s.took)), milliseconds(median(s.cpu))
		figures[name+"schema-bytes"], figures[name+"MiB"] = median(s.size), median(s.memory)
	}
	report(b, figures)
}

// starts are the measured starts of one program.
type starts struct {
	path         string
	took, cpu    []time.Duration
	size, memory []float64
}

func (s *starts) once(b *testing.B) {
	b.Helper()
	begun := time.Now()
	client, bytes := described(b, s.path)
	s.took = append(s.took, time.Since(begun))
	s.size = append(s.size, float64(len(bytes)))
	s.memory = append(s.memory, highWater(ofProcess(client.cmd.Process.Pid)))
	client.Kill()
	s.cpu = append(s.cpu, client.cmd.ProcessState.UserTime()+client.cmd.ProcessState.SystemTime())
}

type started struct {
	*plugin.Client
	cmd *exec.Cmd
}

// described starts a provider and returns it with its schemas in wire format.
func described(b *testing.B, path string) (started, []byte) {
	b.Helper()
	cmd := exec.Command(path)
	cmd.Env = environment()
	client := plugin.NewClient(&plugin.ClientConfig{
		Cmd:              cmd,
		AutoMTLS:         true,
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Logger:           hclog.NewNullLogger(),
		SyncStderr:       os.Stderr,
		HandshakeConfig: plugin.HandshakeConfig{
			MagicCookieKey:   "TF_PLUGIN_MAGIC_COOKIE",
			MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		},
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
	if err := conn.(*grpc.ClientConn).Invoke(context.Background(), method, []byte{}, &reply, grpc.ForceCodec(raw{}),
		grpc.MaxCallRecvMsgSize(64<<20)); err != nil {
		b.Fatal(err)
	}
	return started{client, cmd}, reply
}

// bare is a plugin used only for its connection.
type bare struct {
	plugin.NetRPCUnsupportedPlugin
}

func (bare) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error { return errors.New("not a server") }

func (bare) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

// raw keeps messages in wire format.
type raw struct{}

func (raw) Name() string                       { return "proto" }
func (raw) Marshal(v any) ([]byte, error)      { return v.([]byte), nil }
func (raw) Unmarshal(data []byte, v any) error { *v.(*[]byte) = append([]byte{}, data...); return nil }
