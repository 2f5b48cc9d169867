package gcp

import "context"

// eachPage reads a list page by page. Each page has its own time limit and retries, so a failed
// page does not restart a long list. An error ends the list: a page is never left out. page gets
// the page token, "" for the first page. It returns the next token, "" after the last page, and
// whether to continue.
func eachPage(
	ctx context.Context, c *Clients, m method, resource, project string,
	page func(ctx context.Context, token string) (next string, more bool, err error),
) error {
	type answer struct {
		next string
		more bool
	}
	seen, token := map[string]bool{}, ""
	for {
		got, err := run(ctx, c, call[answer]{
			method: m, resource: resource, project: project,
			send: func(ctx context.Context) (answer, error) {
				next, more, err := page(ctx, token)
				return answer{next, more}, err
			},
		})
		if err != nil || got.next == "" || !got.more {
			return err
		}
		// A repeated page token would loop for ever.
		if seen[got.next] {
			return explain(broken(c.hostOf(m.service), "a page of the list sent before"), m, resource, project)
		}
		seen[got.next] = true
		token = got.next
	}
}
