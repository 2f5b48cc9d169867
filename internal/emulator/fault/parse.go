package fault

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
)

// Usage is the form of a fault as text.
const Usage = "METHOD=KIND[,count=N|forever][,skip=N][,retry=DURATION][,permission=NAME][,constraint=NAME[,description=TEXT]]"

// Parse reads a fault in the form of Usage, the form of the emulator's -fault flag. The default
// Count is 1.
func Parse(text string) (Fault, error) {
	method, rest, ok := strings.Cut(text, "=")
	if !ok || method == "" || rest == "" {
		return Fault{}, fmt.Errorf("fault %q: want %s", text, Usage)
	}
	parts := strings.Split(rest, ",")
	f := Fault{Method: method, Kind: Kind(parts[0]), Count: 1}
	for _, part := range parts[1:] {
		if err := set(&f, part); err != nil {
			return Fault{}, fmt.Errorf("fault %q: %w", text, err)
		}
	}
	if err := f.Check(); err != nil {
		return Fault{}, fmt.Errorf("fault %q: %w", text, err)
	}
	return f, nil
}

// Check returns the reason why f is not a useful fault.
func (f Fault) Check() error {
	switch {
	case f.Method == "" || strings.ContainsAny(f.Method, "=, \t\n"):
		return fmt.Errorf("%q is no method name", f.Method)
	case f.Count < Forever:
		return fmt.Errorf("count is %d: want a positive number or forever", f.Count)
	case f.After < 0:
		return fmt.Errorf("skip is %d: want 0 or more", f.After)
	case f.Retry < 0:
		return fmt.Errorf("retry is %s: want a positive duration", f.Retry)
	case f.Permission != "" && kindCodes[string(f.Kind.bare())] != codes.PermissionDenied:
		return fmt.Errorf("%s names no permission: want permission_denied", f.Kind)
	}
	if err := f.checkConstraint(); err != nil {
		return err
	}
	return f.Kind.check()
}

func set(f *Fault, option string) error {
	key, value, _ := strings.Cut(option, "=")
	switch key {
	case "count":
		return setCount(f, value)
	case "skip":
		return positive(value, 0, &f.After)
	case "retry":
		d, err := time.ParseDuration(value)
		f.Retry = d
		return err
	case "permission":
		f.Permission = value
		return nil
	case "constraint":
		f.Constraint = value
		return nil
	case "description":
		f.Description = value
		return nil
	}
	return fmt.Errorf("unknown option %q: want count, skip, retry, permission, constraint or description", option)
}

func setCount(f *Fault, value string) error {
	if value == "forever" {
		f.Count = Forever
		return nil
	}
	return positive(value, 1, &f.Count)
}

func positive(text string, least int, into *int) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < least {
		return fmt.Errorf("%q is not a number from %d up", text, least)
	}
	*into = n
	return nil
}

// String returns the form read by Parse.
func (f Fault) String() string {
	s := f.Method + "=" + string(f.Kind)
	if f.Count == Forever {
		s += ",count=forever"
	} else if f.times() > 1 {
		s += ",count=" + strconv.Itoa(f.Count)
	}
	if f.After > 0 {
		s += ",skip=" + strconv.Itoa(f.After)
	}
	if f.Retry > 0 {
		s += ",retry=" + f.Retry.String()
	}
	if f.Permission != "" {
		s += ",permission=" + f.Permission
	}
	if f.Constraint != "" {
		s += ",constraint=" + f.Constraint
	}
	if f.Description != "" {
		s += ",description=" + f.Description
	}
	return s
}
