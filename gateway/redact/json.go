package redact

import (
	"encoding/json"
	"errors"
	"unicode/utf16"
	"unicode/utf8"
)

// Errors of JSON.
var (
	ErrTooLong = errors.New("body is too long to redact")
	ErrInvalid = errors.New("body isn't valid JSON")
)

// JSON takes out of the string values of a body what it finds in them. Keys,
// structure, numbers and all other bytes stay as they are, and the result is
// valid JSON. Escapes are understood: what they stand for is what is searched.
// Without a find it returns body itself; it never changes body.
func (r *Redactor) JSON(body []byte) ([]byte, Counts, error) {
	var n Counts
	if r == nil {
		return body, n, nil
	}
	if len(body) > MaxText {
		n.TooLong = true
		return nil, n, ErrTooLong
	}
	if !json.Valid(body) {
		return nil, n, ErrInvalid
	}
	var out []byte
	done := 0
	eachString(body, func(start, end int) {
		clean, m := r.quoted(body[start:end])
		if !m.Any() {
			return
		}
		n = n.Plus(m)
		out = append(append(out, body[done:start]...), clean...)
		done = end
	})
	if done == 0 {
		return body, n, nil
	}
	return append(out, body[done:]...), n, nil
}

// FindJSON counts what is in the string values of a body.
func (r *Redactor) FindJSON(body []byte) (Counts, error) {
	var n Counts
	if r == nil {
		return n, nil
	}
	if len(body) > MaxText {
		n.TooLong = true
		return n, ErrTooLong
	}
	if !json.Valid(body) {
		return n, ErrInvalid
	}
	eachString(body, func(start, end int) {
		text, _ := decode(body[start:end])
		n.add(r.find(text))
	})
	return n, nil
}

// eachString calls f with the inside of each string of valid JSON that isn't a
// key.
func eachString(body []byte, f func(start, end int)) {
	for i := 0; i < len(body); i++ {
		if body[i] != '"' {
			continue
		}
		start := i + 1
		for i++; body[i] != '"'; i++ {
			if body[i] == '\\' {
				i++
			}
		}
		if !isKey(body, i+1) {
			f(start, i)
		}
	}
}

// isKey says that a colon follows the string that ended before i.
func isKey(body []byte, i int) bool {
	for ; i < len(body); i++ {
		switch body[i] {
		case ' ', '\t', '\r', '\n':
		default:
			return body[i] == ':'
		}
	}
	return false
}

// quoted takes out of the inside of a JSON string what it finds in what the
// string means.
func (r *Redactor) quoted(raw []byte) ([]byte, Counts) {
	var n Counts
	for range rounds {
		text, places := decode(raw)
		found := r.find(text)
		if len(found) == 0 {
			break
		}
		n.add(found)
		if places != nil {
			for i := range found {
				found[i].start, found[i].end = places[found[i].start], places[found[i].end]
			}
		}
		raw = replace(raw, found)
	}
	return raw, n
}

// decode is what the inside of a valid JSON string means. places[i] is where
// the byte i of it comes from, the last one the end; it is nil if all bytes
// stand for themselves. The bytes of one character come from one place.
func decode(raw []byte) (text []byte, places []int) {
	first := 0
	for first < len(raw) && raw[first] != '\\' {
		first++
	}
	if first == len(raw) {
		return raw, nil
	}
	text = make([]byte, 0, len(raw))
	places = make([]int, 0, len(raw)+1)
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			text, places = append(text, raw[i]), append(places, i)
			i++
			continue
		}
		c, size := unescape(raw[i:])
		before := len(text)
		text = utf8.AppendRune(text, c)
		for range len(text) - before {
			places = append(places, i)
		}
		i += size
	}
	return text, append(places, len(raw))
}

// unescape reads one escape of valid JSON, or the two of a surrogate pair.
func unescape(raw []byte) (c rune, size int) {
	switch raw[1] {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
	default:
		return rune(raw[1]), 2
	}
	c = hex4(raw[2:6])
	if utf16.IsSurrogate(c) && len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
		if pair := utf16.DecodeRune(c, hex4(raw[8:12])); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return c, 6
}

func hex4(b []byte) rune {
	var v rune
	for _, c := range b[:4] {
		v <<= 4
		switch {
		case isDigit(c):
			v |= rune(c - '0')
		default:
			v |= rune(c|0x20) - 'a' + 10
		}
	}
	return v
}
