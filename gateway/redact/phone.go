package redact

import (
	"bytes"

	"github.com/nyaruka/phonenumbers"
)

// maxConfirmed is how many numbers of a text the library is asked about, at
// some 15 µs each. Those that follow count as numbers without being asked.
const maxConfirmed = 1000

// Digits of a number with its country (ITU-T E.164: at most 15).
const (
	minPhone = 7
	maxPhone = 15
)

// phone finds a number that begins at i: with + or 00 and the country; in the
// groups of North America; or after a word that says that a number follows.
func (s *scan) phone(i int) {
	prev := s.before(i)
	if wordBytes.has(prev) || prev == '.' || prev == '-' || prev == '+' || prev == '/' || prev == '=' || prev == '#' {
		return
	}
	if (prev == ' ' || prev == '(') && i > 1 && isDigit(s.b[i-2]) {
		return // in the middle of digits
	}
	digits, end, groups := s.dialled(i)
	if len(digits) < minPhone || len(digits) > maxPhone || wordBytes.has(s.after(end)) || s.decimal(end) {
		return
	}
	if s.isPhone(i, digits, groups) {
		s.add(phones, i, end)
	}
}

// dialled reads digits with what people write between them: spaces, dots,
// minus, slash and brackets, one or two at a time.
func (s *scan) dialled(i int) (digits []byte, end int, groups []int) {
	digits = make([]byte, 0, maxPhone+1)
	groups = make([]int, 0, 8)
	between, inGroup := 0, 0
	end = i
	for ; i < len(s.b) && len(digits) <= maxPhone; i++ {
		c := s.b[i]
		switch {
		case isDigit(c):
			digits = append(digits, c)
			between, end = 0, i+1
			inGroup++
			continue
		case c == '+' && len(digits) == 0 && between == 0:
		case (c == ' ' || c == '.' || c == '-' || c == '/' || c == '(' || c == ')') && between < 2:
			between++
		default:
			return digits, end, append(groups, inGroup)
		}
		if inGroup > 0 {
			groups, inGroup = append(groups, inGroup), 0
		}
	}
	return digits, end, append(groups, inGroup)
}

func (s *scan) isPhone(i int, digits []byte, groups []int) bool {
	switch {
	case s.b[i] == '+':
		return s.confirm("+"+string(digits), "ZZ")
	case s.announced(i):
		return s.confirmAnywhere(string(digits))
	case bytes.HasPrefix(digits, []byte("00")) && len(groups) > 1:
		return s.confirm("+"+string(digits[2:]), "ZZ")
	case isAmerican(groups):
		return s.confirm(string(digits), "US")
	}
	return false
}

// isAmerican says that the groups are 3-3-4, perhaps after a 1.
func isAmerican(groups []int) bool {
	for len(groups) > 3 && groups[0] == 1 {
		groups = groups[1:]
	}
	return equal(groups, []int{3, 3, 4})
}

// announcements are words before a number, in small letters.
var announcements = [][]byte{
	[]byte("phone"), []byte("tel"), []byte("telephone"), []byte("mobile"), []byte("cell"), []byte("fax"), []byte("whatsapp"),
	[]byte("call me at"), []byte("call me on"), []byte("sms"), []byte("telefon"), []byte("handy"), []byte("mobil"),
	[]byte("tél"), []byte("téléphone"), []byte("portable"), []byte("teléfono"), []byte("telefono"), []byte("móvil"),
	[]byte("cellulare"), []byte("telefoon"), []byte("电话"), []byte("手机"), []byte("電話"), []byte("携帯"),
}

// announced says that the words right before i announce a number.
func (s *scan) announced(i int) bool {
	words := bytes.ToLower(s.b[max(0, i-32):i])
	for range 3 {
		words = bytes.TrimRight(words, " :.=\"'#")
		words = bytes.TrimSuffix(words, []byte("："))
		words = bytes.TrimSuffix(words, []byte("number"))
		words = bytes.TrimSuffix(words, []byte(" is"))
		words = bytes.TrimSuffix(words, []byte(" no"))
	}
	for _, w := range announcements {
		if bytes.HasSuffix(words, w) && !endsInside(words, w) {
			return true
		}
	}
	return false
}

// endsInside says that word isn't a whole word at the end of text.
func endsInside(text, word []byte) bool {
	at := len(text) - len(word) - 1
	return at >= 0 && isLetter(text[at]) && word[0] < 0x80
}

// regions are tried, in this order, for a number without its country.
var regions = []string{"US", "GB", "DE", "FR", "ES", "IT", "NL", "IN", "CN", "JP", "BR", "AU"}

func (s *scan) confirmAnywhere(digits string) bool {
	for _, region := range regions {
		if s.confirm(digits, region) {
			return true
		}
	}
	return false
}

// confirm asks the library whether such a number is given out in that region.
func (s *scan) confirm(number, region string) bool {
	if s.confirmed >= maxConfirmed {
		return true
	}
	s.confirmed++
	parsed, err := phonenumbers.Parse(number, region)
	return err == nil && phonenumbers.IsValidNumber(parsed)
}
