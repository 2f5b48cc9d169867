package gcp

// settledCreate decides after a create whose reply was lost. What is there is ours if it equals what we sent, somebody
// else's otherwise; if nothing is there, the create can be sent again.
func settledCreate[T any](want, got T, err error, same func(want, got T) bool) (T, bool, error) {
	switch {
	case IsKind(err, KindNotFound):
		return got, false, nil
	case err != nil:
		return got, false, err
	case same(want, got):
		return got, true, nil
	}
	return got, false, &Error{Kind: KindExists, Message: "the object is there already, with other contents than were to be created"}
}

// settledUpdate decides after an update whose reply was lost: it was carried out if what is there equals what we sent.
func settledUpdate[T any](want, got T, err error, same func(want, got T) bool) (T, bool, error) {
	return got, err == nil && same(want, got), err
}
