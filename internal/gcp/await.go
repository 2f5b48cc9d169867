package gcp

import "context"

// Await calls look until it returns nil, with the pauses of an operation's polls. look returns the
// reason to wait. Its error ends the wait. After the time limit, the error contains the last
// reason.
func (c *Clients) Await(ctx context.Context, look func(context.Context) (still *Error, err error)) error {
	var last *Error
	first := c.config.PollInterval
	for pause := first; ; pause = pollPause(pause, first) {
		still, err := look(ctx)
		switch {
		case err != nil && ctx.Err() != nil && last != nil:
			return ended(ctx, last)
		case err != nil || still == nil:
			return err
		}
		last = still
		if !sleep(ctx, pause) {
			return ended(ctx, still)
		}
	}
}

// ProjectOfImage is the project of an image's repository, "" for an image outside Artifact
// Registry.
func ProjectOfImage(image string) string {
	i, err := parseArtifactImage(image)
	if err != nil {
		return ""
	}
	return i.project
}
