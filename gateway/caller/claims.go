package caller

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"
)

var errClaims = errors.New("malformed claims")

// claims are the claims of a token as they are written: no name twice, no name
// in another case. Those that every issuer has are read at once, the others
// where they are used.
type claims struct {
	all               map[string]json.RawMessage
	issuer, subject   string
	audiences         []string
	expires           time.Time
	notBefore, issued time.Time // zero if absent
	confirmation      confirmation
}

// confirmation is the cnf claim of RFC 7800 and RFC 8705.
type confirmation struct {
	certificate *[32]byte // x5t#S256
	other       bool      // proof of a key that a connection can't give
}

// UnmarshalJSON reads the claims. The library that checks signatures calls it.
func (c *claims) UnmarshalJSON(text []byte) error {
	all, err := members(text)
	if err != nil {
		return err
	}
	c.all = all
	read := reader{all: all}
	c.issuer, c.subject = read.text("iss"), read.text("sub")
	c.audiences = read.oneOrMore("aud")
	c.expires, c.notBefore, c.issued = read.time("exp"), read.time("nbf"), read.time("iat")
	c.confirmation = read.confirmation()
	return read.err
}

// members reads the members of one JSON object, and not what is in them. It refuses a name that
// occurs twice, because two readers could then see two different claims.
func members(text []byte) (map[string]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if open, err := d.Token(); err != nil || open != json.Delim('{') || !utf8.Valid(text) {
		return nil, errClaims
	}
	all := map[string]json.RawMessage{}
	for d.More() {
		token, err := d.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, errClaims
		}
		var value json.RawMessage
		if _, twice := all[name]; twice || d.Decode(&value) != nil {
			return nil, errClaims
		}
		all[name] = value
	}
	if _, err := d.Token(); err != nil {
		return nil, errClaims
	}
	return all, nil
}

// reader reads claims of a known kind, and remembers that one wasn't.
type reader struct {
	all map[string]json.RawMessage
	err error
}

func (r *reader) into(name string, target any) bool {
	raw, found := r.all[name]
	if !found || string(raw) == "null" {
		return false
	}
	if json.Unmarshal(raw, target) != nil {
		r.err = errClaims
		return false
	}
	return true
}

func (r *reader) text(name string) string {
	var s string
	r.into(name, &s)
	return s
}

func (r *reader) texts(name string) []string {
	var list []string
	r.into(name, &list)
	return list
}

func (r *reader) oneOrMore(name string) []string {
	if raw := r.all[name]; len(raw) > 0 && raw[0] == '[' {
		return r.texts(name)
	}
	if s := r.text(name); s != "" {
		return []string{s}
	}
	return nil
}

// lastSecond is the end of the year 9999: beyond it times can't be written.
const lastSecond = 253402300799

// time reads a NumericDate, seconds since 1970, with a fraction or without.
func (r *reader) time(name string) time.Time {
	var n json.Number
	if !r.into(name, &n) {
		return time.Time{}
	}
	seconds, err := strconv.ParseFloat(string(n), 64)
	if err != nil || math.IsNaN(seconds) || seconds < 0 || seconds > lastSecond || r.all[name][0] == '"' {
		r.err = errClaims
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0)
}

func (r *reader) confirmation() confirmation {
	raw, found := r.all["cnf"]
	if !found {
		return confirmation{}
	}
	inner, err := members(raw)
	if err != nil || len(inner) == 0 {
		return confirmation{other: true}
	}
	print, bound := thumbprint(inner["x5t#S256"])
	return confirmation{certificate: print, other: !bound || len(inner) > 1}
}

// has reports whether a token is meant for one of the audiences.
func (c *claims) has(audiences []string) bool {
	return slices.ContainsFunc(c.audiences, func(a string) bool { return slices.Contains(audiences, a) })
}

// The methods of jwt.Claims. The library is told not to check claims, so that
// they are checked in one place only.

func (c *claims) GetIssuer() (string, error)             { return c.issuer, nil }
func (c *claims) GetSubject() (string, error)            { return c.subject, nil }
func (c *claims) GetAudience() (jwt.ClaimStrings, error) { return c.audiences, nil }
func (c *claims) GetExpirationTime() (*jwt.NumericDate, error) {
	return jwt.NewNumericDate(c.expires), nil
}
func (c *claims) GetNotBefore() (*jwt.NumericDate, error) {
	return jwt.NewNumericDate(c.notBefore), nil
}
func (c *claims) GetIssuedAt() (*jwt.NumericDate, error) { return jwt.NewNumericDate(c.issued), nil }
