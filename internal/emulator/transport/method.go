package transport

import "context"

type methodKey struct{}

// withMethod reports the method of a path back to REST once the call has reached it.
func withMethod(ctx context.Context, into *string) context.Context {
	return context.WithValue(ctx, methodKey{}, into)
}

func noteMethod(ctx context.Context, method string) {
	if into, ok := ctx.Value(methodKey{}).(*string); ok {
		*into = method
	}
}
