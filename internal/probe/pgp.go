package probe

import (
	"bytes"
	"io"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// pgpKey is an OpenPGP key pair of one trial.
type pgpKey struct {
	entity *openpgp.Entity
	text   string
	config *packet.Config
}

// newPGP returns a key that signs with RSA. An expired one was valid for an hour, a day ago.
func newPGP(expired bool) (pgpKey, error) {
	config := &packet.Config{RSABits: 2048, Algorithm: packet.PubKeyAlgoRSA}
	if expired {
		config.Time = func() time.Time { return time.Now().Add(-24 * time.Hour) }
		config.KeyLifetimeSecs = 3600
	}
	entity, err := openpgp.NewEntity("probe", "", "probe@example.com", config)
	if err != nil {
		return pgpKey{}, err
	}
	text, err := inArmor(openpgp.PublicKeyType, entity.Serialize)
	return pgpKey{entity, text, config}, err
}

func inArmor(kind string, write func(io.Writer) error) (string, error) {
	var b bytes.Buffer
	w, err := armor.Encode(&b, kind, nil)
	if err != nil {
		return "", err
	}
	if err := write(w); err != nil {
		return "", err
	}
	err = w.Close() // writes the end of the message
	return b.String() + "\n", err
}

// message is a signed message without armor.
func (k pgpKey) message(content []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := openpgp.Sign(&b, k.entity, nil, k.config)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}

// armoredMessage is the output of "gpg --armor --sign".
func (k pgpKey) armoredMessage(content []byte) ([]byte, error) {
	plain, err := k.message(content)
	if err != nil {
		return nil, err
	}
	text, err := inArmor("PGP MESSAGE", func(w io.Writer) error {
		_, err := w.Write(plain)
		return err
	})
	return []byte(text), err
}

// clearSigned is the output of "gpg --clear-sign".
func (k pgpKey) clearSigned(content []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := clearsign.Encode(&b, k.entity.PrivateKey, k.config)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}
