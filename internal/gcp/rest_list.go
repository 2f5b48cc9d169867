package gcp

import "context"

// restList reads a list of a REST API page by page. Each page is a call with attempts of its own: a long list does not begin again for one
// page that failed. page gets the token of the page, "" for the first, and returns that of the next, "" after the last, and whether
// more is wanted.
func restList(ctx context.Context, c *Clients, m method, resource, project string, page func(ctx context.Context, token string) (next string, more bool, err error)) error {
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
		// A server that names a page twice would be asked for it for ever.
		if seen[got.next] {
			return explain(broken(c.hostOf(m.service), "a page of the list that it had sent before"), m, resource, project)
		}
		seen[got.next] = true
		token = got.next
	}
}
