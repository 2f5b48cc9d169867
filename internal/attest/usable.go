package attest

import (
	"errors"
	"fmt"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// Unusable is a key that verifies nothing.
type Unusable struct {
	Key Key
	// Why is the reason as a clause: "the key expired on 2020-01-01".
	Why string
}

// Usable returns the keys that verify attestations at a time, and the others with the reason. An
// attestor without a usable key counts as one without keys.
func (k Keyring) Usable(now time.Time) (usable Keyring, others []Unusable) {
	for _, key := range k {
		if _, err := key.Usable(now); err != nil {
			others = append(others, Unusable{key, err.Error()})
		} else {
			usable = append(usable, key)
		}
	}
	return usable, others
}

// Until returns the expiry of the last usable key; zero if one of them does not expire, or none is
// usable now.
func (k Keyring) Until(now time.Time) (until time.Time) {
	usable, _ := k.Usable(now)
	for _, key := range usable {
		expiry, _ := key.Usable(now)
		if expiry.IsZero() {
			return expiry
		}
		until = later(until, expiry)
	}
	return until
}

// Usable returns the expiry of the key, zero for never, or an error if it is unusable at a time.
// Only PGP keys expire. The service's treatment of expired keys is not published; this is the rule
// of OpenPGP (RFC 9580, section 5.2.3.13).
func (k Key) Usable(now time.Time) (until time.Time, err error) {
	if k.PGP != "" {
		key, err := ParsePGP(k.PGP)
		if err != nil {
			return until, err
		}
		return key.usable(now)
	}
	key, err := ParsePKIX(k.PEM)
	if err != nil {
		return until, err
	}
	if k.Algorithm == "" {
		return until, errors.New("the signature algorithm of the key is unknown")
	}
	return until, key.Check(k.Algorithm)
}

// usable checks the primary key first: its faults apply to all subkeys.
func (k *PGP) usable(now time.Time) (until time.Time, err error) {
	entity := k.keys[0]
	self, user := entity.PrimarySelfSignature()
	switch {
	case self == nil:
		return until, errors.New("the key has no self-signed user id")
	case entity.Revoked(now) || (user != nil && user.Revoked(now)):
		return until, errors.New("the key is revoked")
	}
	primary, err := lifetime(entity.PrimaryKey, self, now)
	if err != nil {
		return until, err
	}
	signing, err := signingUntil(entity, self, now)
	return earlier(primary, signing), err
}

// signingUntil returns the expiry of the last signing key. Without a usable one, the error is that
// of the last checked key.
func signingUntil(entity *openpgp.Entity, self *packet.Signature, now time.Time) (until time.Time, err error) {
	err = errors.New("the key is not for signing")
	found, forever := false, false
	if signs(entity.PrimaryKey, self) {
		return until, nil // the primary key's lifetime applies
	}
	for _, subkey := range entity.Subkeys {
		if !signs(subkey.PublicKey, subkey.Sig) {
			continue
		}
		expiry, fault := lifetime(subkey.PublicKey, subkey.Sig, now)
		if subkey.Revoked(now) {
			fault = errors.New("the subkey for signing is revoked")
		}
		if fault != nil {
			err = fault
			continue
		}
		found, forever, until = true, forever || expiry.IsZero(), later(until, expiry)
	}
	switch {
	case !found:
		return time.Time{}, err
	case forever:
		return time.Time{}, nil
	}
	return until, nil
}

func signs(key *packet.PublicKey, self *packet.Signature) bool {
	return key.PubKeyAlgo.CanSign() && self.FlagsValid && self.FlagSign
}

// lifetime returns the expiry of a key according to a signature on it, or an error if the key is
// not valid now.
func lifetime(key *packet.PublicKey, self *packet.Signature, now time.Time) (expiry time.Time, err error) {
	expiry = earlier(expiryOf(key.CreationTime, self.KeyLifetimeSecs), expiryOf(self.CreationTime, self.SigLifetimeSecs))
	switch {
	case key.KeyExpired(self, now) && key.CreationTime.After(now):
		return expiry, fmt.Errorf("the key is not valid before %s", key.CreationTime.UTC().Format(time.DateOnly))
	case key.KeyExpired(self, now), self.SigExpired(now):
		return expiry, fmt.Errorf("the key expired on %s", expiry.UTC().Format(time.DateOnly))
	}
	return expiry, nil
}

func expiryOf(since time.Time, seconds *uint32) time.Time {
	if seconds == nil || *seconds == 0 {
		return time.Time{}
	}
	return since.Add(time.Duration(*seconds) * time.Second)
}

// earlier and later treat a zero time as never, and as none yet.
func earlier(a, b time.Time) time.Time {
	if b.IsZero() || (!a.IsZero() && a.Before(b)) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
