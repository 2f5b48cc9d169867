package gcp

import "sync"

// lazy makes a value on first use and keeps it. After a failure, the next call tries again.
type lazy[T any] struct {
	mu    sync.Mutex
	value T
	made  bool
}

func (l *lazy[T]) get(build func() (T, error)) (T, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.made {
		return l.value, nil
	}
	value, err := build()
	if err != nil {
		var none T
		return none, err
	}
	l.value, l.made = value, true
	return value, nil
}

// peek is the value if it was made.
func (l *lazy[T]) peek() (value T, made bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.value, l.made
}
