package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"math/big"
	"os"
	"time"
)

var serialLimit = new(big.Int).Lsh(big.NewInt(1), 127)

// order is the content of issue's configuration file.
type order struct {
	ValidityDays int    `json:"validityDays"`
	Rotation     string `json:"rotation"`
	RotationFile string `json:"rotationFile"` // Holds the rotation for which the certificates were made.
	Certificates []struct {
		leaf
		Authority struct {
			Certificate string `json:"certificate"`
			Key         string `json:"key"`
		} `json:"authority"`
		Base string `json:"base"` // Files are Base.pem and Base.key.
	} `json:"certificates"`
}

// issue makes the certificates of an order that are not there yet, are not
// fresh any more, say something else, come from another authority, or were made
// for another rotation.
func issue(_ context.Context, args []string) error {
	flags := flag.NewFlagSet("issue", flag.ContinueOnError)
	file := flags.String("config", "", "file with the certificates to make (JSON)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	text, err := os.ReadFile(*file)
	if err != nil {
		return err
	}
	var wanted order
	if err := json.Unmarshal(text, &wanted); err != nil {
		return fmt.Errorf("%s: %w", *file, err)
	}
	return wanted.fulfil(time.Now())
}

func (o order) fulfil(now time.Time) error {
	validity := time.Duration(o.ValidityDays) * 24 * time.Hour
	authorities := map[string]*authority{}
	rotated := wasRotated(o.RotationFile, o.Rotation)
	for _, one := range o.Certificates {
		signer, ok := authorities[one.Authority.Certificate]
		if !ok {
			var err error
			if signer, err = readAuthority(one.Authority.Certificate, one.Authority.Key); err != nil {
				return err
			}
			authorities[one.Authority.Certificate] = signer
		}
		roots := x509.NewCertPool()
		roots.AddCert(signer.certificate)
		if present, ok := usable(one.Base, roots, now); ok && rotated && one.covers(present) {
			continue
		}
		key, keyText, err := newKey()
		if err != nil {
			return err
		}
		certificate, err := signer.sign(key.Public(), one.leaf, validity, now)
		if err != nil {
			return err
		}
		if err := writePair(one.Base, certificate, keyText); err != nil {
			return err
		}
	}
	return noteRotation(o.RotationFile, o.Rotation)
}
