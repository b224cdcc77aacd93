package redact

// ibanLengths are the lengths of the IBAN registry (SWIFT, ISO 13616), by
// country.
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29,
	"BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
	"ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
	"HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
	"LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MN": 20,
	"MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25,
	"QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27,
	"SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}

// iban finds an account number whose first check digit is at i. It may be in
// groups of four, and in small letters if it isn't.
func (s *scan) iban(i int) {
	if i < 2 || !isLetter(s.b[i-1]) || !isLetter(s.b[i-2]) || wordBytes.has(s.before(i-2)) {
		return
	}
	start := i - 2
	country := [2]byte{s.b[start] &^ 0x20, s.b[start+1] &^ 0x20}
	length, known := ibanLengths[string(country[:])]
	if !known {
		return
	}
	remainder, n, end := s.ibanRest(start, length)
	if n == length && remainder == 1 && !wordBytes.has(s.after(end)) {
		s.add(ibans, start, end)
	}
}

// ibanRest reads length letters and digits from start on, with a space behind
// each fourth or none at all, and returns their remainder by 97 with the first
// four moved to the end (ISO 7064, mod 97-10).
func (s *scan) ibanRest(start, length int) (remainder, n, end int) {
	spaced := s.after(start+4) == ' '
	head := [4]byte{}
	i := start
	for n < length && i < len(s.b) {
		c := s.b[i]
		if spaced && n > 0 && n%4 == 0 && c == ' ' && i > start && s.b[i-1] != ' ' {
			i++
			continue
		}
		if !alnumBytes.has(c) || spaced && c >= 'a' {
			return 0, n, i
		}
		if n < 4 {
			head[n] = c
		} else {
			remainder = mod97(remainder, c)
		}
		n++
		i++
	}
	for _, c := range head {
		remainder = mod97(remainder, c)
	}
	return remainder, n, i
}

func mod97(r int, c byte) int {
	if isDigit(c) {
		return (r*10 + int(c-'0')) % 97
	}
	return (r*100 + int((c|0x20)-'a') + 10) % 97
}
