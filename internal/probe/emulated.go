package probe

import (
	"context"
	"net/http"
	"sync"
	"time"

	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const emulatedProject = "probed-project"

// Emulated returns a target on a new emulator, with everything probes need. Operations take a
// minute of a clock moved only by Sleep.
func Emulated(o emulator.Options) (Target, *emulator.Server, error) {
	t := Target{
		Project: emulatedProject, NewClusterIn: "us-central1-b",
		Cluster: "projects/" + emulatedProject + "/locations/us-central1-a/clusters/existing",
		KeyRing: "projects/" + emulatedProject + "/locations/global/keyRings/probes",
		Allowed: map[Need]bool{
			NeedCluster: true, NeedNewCluster: true, NeedKeyRing: true, NeedMany: true, NeedPolicy: true, NeedPods: true,
		},
	}
	o.Clusters = append(o.Clusters, t.Cluster)
	o.KMSKeys = append(o.KMSKeys, t.KeyRing+"/cryptoKeys/existing")
	o.OperationTime = time.Minute
	server, err := emulator.Start(o)
	if err != nil {
		return Target{}, nil, err
	}
	clock := &movedClock{now: time.Now()}
	server.World().Clock = clock.read
	t.Number = server.World().ProjectNumber(t.Project)
	return t.at(server.Addr(), clock.sleep), server, nil
}

// at returns the target with connections to the emulator at an address.
func (t Target) at(addr string, sleep func(context.Context, time.Duration) error) Target {
	base := "http://" + addr
	t.Emulated = true
	t.HTTP = &http.Client{Transport: patience{sleep: sleep, next: &http.Transport{DisableKeepAlives: true}}}
	t.Base = func(string) string { return base }
	t.Dial = []option.ClientOption{
		option.WithEndpoint(addr), option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
	}
	t.DialREST = []option.ClientOption{option.WithEndpoint(base), option.WithHTTPClient(t.HTTP)}
	t.Sleep = sleep
	return t
}

// movedClock stands still except for sleep, and for a microsecond per read, so that all times
// differ.
type movedClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *movedClock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Microsecond)
	return c.now
}

func (c *movedClock) sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}
