package redact

// issuer is a range of first digits that one network of cards has, and the
// lengths of its numbers.
type issuer struct {
	digits   int // how many first digits count
	from, to int
	lengths  []int
}

// issuers are the ranges of ISO/IEC 7812 that networks publish: Visa,
// Mastercard, American Express, Discover, Diners Club, JCB, UnionPay, Maestro.
var issuers = []issuer{
	{1, 4, 4, []int{13, 16, 19}},
	{2, 51, 55, []int{16}},
	{4, 2221, 2720, []int{16}},
	{2, 34, 34, []int{15}},
	{2, 37, 37, []int{15}},
	{4, 6011, 6011, []int{16, 19}},
	{3, 644, 659, []int{16, 19}},
	{3, 300, 305, []int{14}},
	{2, 36, 36, []int{14}},
	{2, 38, 39, []int{14}},
	{4, 3528, 3589, []int{16, 19}},
	{2, 62, 62, []int{16, 17, 18, 19}},
	{4, 5018, 5018, []int{16, 19}},
	{4, 5020, 5020, []int{16, 19}},
	{4, 6304, 6304, []int{16, 19}},
}

// groupings are how numbers are printed, by their count of digits.
var groupings = map[int][][]int{
	13: {{4, 3, 3, 3}},
	14: {{4, 6, 4}},
	15: {{4, 6, 5}},
	16: {{4, 4, 4, 4}},
	19: {{4, 4, 4, 4, 3}, {6, 13}},
}

const maxCard = 19

// card finds the number of a payment card that begins at i: of an issuer's
// range and length, with Luhn's check digit, in one piece or in the groups that
// cards are printed in.
func (s *scan) card(i int) {
	if prev := s.before(i); wordBytes.has(prev) || (prev == '.' || prev == '-') && i > 1 && wordBytes.has(s.b[i-2]) {
		return
	}
	var digits [maxCard]byte
	var groups []int
	n, end := s.grouped(i, digits[:], &groups)
	if n == 0 || wordBytes.has(s.after(end)) || s.decimal(end) {
		return
	}
	if isCard(digits[:n]) && isGrouped(n, groups) {
		s.add(creditCards, i, end)
	}
}

// decimal says that a fraction, or one more group, begins at end.
func (s *scan) decimal(end int) bool {
	c := s.after(end)
	return (c == '.' || c == '-') && wordBytes.has(s.after(end+1))
}

// grouped reads digits in groups with the same space or minus between them. n
// is 0 if there are more than fit.
func (s *scan) grouped(i int, digits []byte, groups *[]int) (n, end int) {
	separator, inGroup := byte(0), 0
	sizes := make([]int, 0, 6)
	for ; i < len(s.b); i++ {
		c := s.b[i]
		if isDigit(c) {
			if n == len(digits) {
				return 0, i
			}
			digits[n] = c - '0'
			n++
			inGroup++
			continue
		}
		if (c != ' ' && c != '-') || (separator != 0 && c != separator) || !isDigit(s.after(i+1)) || len(sizes) == cap(sizes) {
			break
		}
		separator = c
		sizes, inGroup = append(sizes, inGroup), 0
	}
	*groups = append(sizes, inGroup)
	return n, i
}

func isGrouped(n int, groups []int) bool {
	if len(groups) == 1 {
		return true
	}
	for _, want := range groupings[n] {
		if equal(want, groups) {
			return true
		}
	}
	return false
}

func equal(x, y []int) bool {
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i] != y[i] {
			return false
		}
	}
	return true
}

// isCard checks range, length and check digit.
func isCard(digits []byte) bool {
	return len(digits) >= 13 && ofIssuer(digits) && luhn(digits)
}

func ofIssuer(digits []byte) bool {
	for _, x := range issuers {
		first := 0
		for _, d := range digits[:x.digits] {
			first = first*10 + int(d)
		}
		if first < x.from || first > x.to {
			continue
		}
		for _, n := range x.lengths {
			if n == len(digits) {
				return true
			}
		}
	}
	return false
}

// luhn is the check digit of ISO/IEC 7812-1, annex B. Numbers of one digit only
// are placeholders.
func luhn(digits []byte) bool {
	sum, same := 0, true
	for i, d := range digits {
		v := int(d)
		if (len(digits)-i)%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
		same = same && d == digits[0]
	}
	return sum%10 == 0 && !same
}
