package fault

import (
	"strings"
	"sync"
)

// Set holds the pending faults. The zero Set is empty and ready; it is safe for concurrent use.
type Set struct {
	mu     sync.Mutex
	faults []*Fault
}

// Add adds a fault. It strikes from the next call on.
func (s *Set) Add(f Fault) error {
	if err := f.Check(); err != nil {
		return err
	}
	f.Count = f.times()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
	return nil
}

// Take returns the fault for this call of method: the oldest match with no more calls to let pass.
// At most one fault strikes a call. The faults behind it do not count this call.
func (s *Set) Take(method string) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if !f.matches(method) {
			continue
		}
		if f.After > 0 {
			f.After--
			continue
		}
		if f.Count != Forever {
			f.Count--
		}
		struck := *f
		if f.Count == 0 {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
		}
		return struck, true
	}
	return Fault{}, false
}

func (f Fault) matches(method string) bool {
	if f.Kind == OrgPolicy && !writes(method) {
		return false
	}
	return f.Method == "*" || f.Method == method || strings.HasSuffix(method, "/"+f.Method)
}
