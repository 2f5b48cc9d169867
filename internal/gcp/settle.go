package gcp

// settledCreate decides after a create with a lost reply. An existing object is ours if it equals
// want, otherwise it belongs to others. If none exists, the create can be sent again.
func settledCreate[T any](want, got T, err error, same func(want, got T) bool) (T, bool, error) {
	switch {
	case IsKind(err, KindNotFound):
		return got, false, nil
	case err != nil:
		return got, false, err
	case same(want, got):
		return got, true, nil
	}
	return got, false, &Error{Kind: KindExists, Message: "an object with different contents already exists"}
}

// settledUpdate decides after an update with a lost reply: it succeeded if the object equals want.
func settledUpdate[T any](want, got T, err error, same func(want, got T) bool) (T, bool, error) {
	return got, err == nil && same(want, got), err
}
