package probe

import (
	"context"
	"fmt"
	"net/http"
	"time"

	cloudresourcemanager "google.golang.org/api/cloudresourcemanager/v1"
	"google.golang.org/api/option"
	htransport "google.golang.org/api/transport/http"
)

const scope = "https://www.googleapis.com/auth/cloud-platform"

// Real returns a project at Google, with Application Default Credentials. It makes one call, for
// the project's number. With Config.Emulator, the project is on that emulator instead, and no call
// is made.
func Real(ctx context.Context, c Config) (Target, error) {
	if c.Emulator != "" {
		return c.Target().at(c.Emulator, sleep), nil
	}
	// Tokens are also refreshed for the restore after an interrupt.
	client, _, err := htransport.NewClient(context.WithoutCancel(ctx), option.WithScopes(scope))
	if err != nil {
		return Target{}, fmt.Errorf("find Application Default Credentials: %w", err)
	}
	client.Transport = patience{sleep: sleep, next: client.Transport}
	t := c.Target()
	t.Number = c.number(ctx, client)
	t.DialREST = []option.ClientOption{option.WithHTTPClient(client)}
	t.HTTP = client
	t.Base = func(service string) string { return "https://" + service + ".googleapis.com" }
	t.Sleep = sleep
	return t, nil
}

// number returns the project's number; empty without permission to read it. Numbers are then
// replaced by their form only.
func (c Config) number(ctx context.Context, client *http.Client) string {
	service, err := cloudresourcemanager.NewService(ctx, option.WithHTTPClient(client))
	if err != nil {
		return ""
	}
	project, err := service.Projects.Get(c.Project).Context(ctx).Do()
	if err != nil {
		return ""
	}
	return fmt.Sprint(project.ProjectNumber)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
