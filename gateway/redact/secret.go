package redact

import (
	"bytes"
	"slices"
)

// secret asks those who look for secrets about the byte c at i.
func (s *scan) secret(i int, c byte) {
	if len(shapesByFirst[c]) > 0 {
		s.shaped(i, c)
	}
	switch c {
	case '-':
		s.privateKey(i)
	case 'e':
		s.webToken(i)
	case 'J':
		s.annotatedKey(i)
	case '~':
		s.clientSecret(i)
	case ':', '=':
		s.userInfo(i)
		s.assigned(i)
	}
}

const (
	pemBegin = "-----BEGIN"
	pemKey   = "PRIVATE KEY"
	pemLimit = 16 << 10 // of a key, in bytes; RSA of 8192 bits takes 6.4 KB
)

// privateKey finds a PEM block (RFC 7468) with a private key. One that is cut
// off ends where the text or the limit does.
func (s *scan) privateKey(i int) {
	if i < s.pemEnd || !bytes.HasPrefix(s.b[i:], []byte(pemBegin)) {
		return
	}
	line := s.b[i:min(len(s.b), i+100)]
	label := bytes.Index(line[len(pemBegin):], []byte("-----"))
	if label < 0 || !bytes.Contains(line[:len(pemBegin)+label], []byte(pemKey)) {
		return
	}
	start := i + len(pemBegin) + label + 5
	body := s.b[start:min(len(s.b), start+pemLimit)]
	end := start + len(body)
	if at := bytes.Index(body, []byte("-----END")); at >= 0 {
		end = start + at + len("-----END")
		if tail := bytes.Index(s.b[end:min(len(s.b), end+100)], []byte("-----")); tail >= 0 {
			end += tail + 5
		}
	}
	s.pemEnd = end
	s.add(secrets, i, end)
}

const maxToken = 16 << 10

var tokenBytes = setOf("A-Za-z0-9_.-")

// webToken finds a JSON web token in its compact form (RFC 7519): three or five
// parts, the first two of which are JSON in base64url, which begins with ey.
func (s *scan) webToken(i int) {
	if tokenBytes.has(s.before(i)) || s.after(i+1) != 'y' {
		return
	}
	end := s.run(i, maxToken, &tokenBytes)
	parts := bytes.SplitN(s.b[i:end], []byte{'.'}, 4)
	if len(parts) < 3 || len(parts[0]) < 17 || len(parts[1]) < 17 || !bytes.HasPrefix(parts[1], []byte("ey")) {
		return
	}
	for end > i && s.b[end-1] == '.' {
		end--
	}
	s.add(secrets, i, end)
}

// Azure's annotated keys have 84 letters and digits with a fixed text at 52
// (github.com/microsoft/security-utilities, IdentifiableSecrets, MIT).
const (
	annotation    = "JQQJ99"
	annotationAt  = 52
	annotatedSize = 84
)

// annotatedKey finds a key of an Azure service, such as Azure OpenAI, by the
// text in its middle.
func (s *scan) annotatedKey(i int) {
	start, end := i-annotationAt, i-annotationAt+annotatedSize
	if start < 0 || end > len(s.b) || !bytes.HasPrefix(s.b[i:], []byte(annotation)) {
		return
	}
	if wordBytes.has(s.before(start)) || wordBytes.has(s.after(end)) || s.run(start, annotatedSize, &base64Bytes) != end {
		return
	}
	s.add(secrets, start, end)
}

var clientSecretBytes = setOf("A-Za-z0-9_~.-")

// clientSecret finds the secret of an Entra application by its fourth to sixth
// byte, a digit and Q~ (Gitleaks, azure-ad-client-secret).
func (s *scan) clientSecret(i int) {
	start := i - 5
	if start < 0 || s.b[i-1] != 'Q' || !isDigit(s.b[i-2]) || clientSecretBytes.has(s.before(start)) {
		return
	}
	if s.run(start, 3, &clientSecretBytes) != start+3 {
		return
	}
	end := s.run(i+1, 36, &clientSecretBytes)
	for end > i && s.b[end-1] == '.' {
		end--
	}
	if n := end - i - 1; n >= 31 && n <= 34 && entropy(s.b[i+1:end]) >= 3 {
		s.add(secrets, start, end)
	}
}

// userInfo finds the password in a URL with a user: scheme://user:password@.
func (s *scan) userInfo(i int) {
	if s.b[i] != ':' || !bytes.HasPrefix(s.b[i:], []byte("://")) || !alnumBytes.has(s.before(i)) {
		return
	}
	start := i + 3
	rest := s.b[start:min(len(s.b), start+512)]
	end := bytes.IndexAny(rest, "/ \t\r\n\"'<>`?#[")
	if end >= 0 {
		rest = rest[:end]
	}
	at, colon := bytes.LastIndexByte(rest, '@'), bytes.IndexByte(rest, ':')
	if colon < 0 || at <= colon+1 || isPlaceholder(rest[colon+1]) {
		return
	}
	s.add(secrets, start+colon+1, start+at)
}

func isPlaceholder(c byte) bool { return bytes.IndexByte([]byte("$<[{%*("), c) >= 0 }

// secretNames end the names of what holds a secret, without _, - and dots.
var secretNames = []string{
	"apikey", "accesskey", "secretkey", "privatekey", "signingkey", "encryptionkey", "accountkey", "sharedaccesskey",
	"subscriptionkey", "masterkey", "adminkey", "clientsecret", "secret", "token", "credential", "credentials",
}

var passwordNames = []string{"password", "passwd", "passwort", "passphrase", "pwd"}

const (
	maxName   = 48
	maxSecret = 512
)

var (
	nameBytes  = setOf("A-Za-z0-9_.-")
	valueBytes = setOf("A-Za-z0-9_.=+/~!@#$%^&*?-")
)

// assigned finds the value of something that is named like a secret: name =
// value, "name": "value". The value has to look random, apart from a password,
// which has to have more than letters.
func (s *scan) assigned(i int) {
	name := s.nameBefore(i)
	isSecret, isPassword := endsLike(name, secretNames), endsLike(name, passwordNames)
	if !isSecret && !isPassword {
		return
	}
	start := s.valueAfter(i)
	if start == len(s.b) || isPlaceholder(s.b[start]) {
		return
	}
	end := s.run(start, maxSecret, &valueBytes)
	if c := s.after(end); c == '(' || c == '[' {
		return // a call, or what was taken out already
	}
	value := bytes.TrimRight(s.b[start:end], ".!?")
	if isPassword && looksLikePassword(value) || isSecret && looksRandom(value) {
		s.add(secrets, start, start+len(value))
	}
}

// nameBefore is the name before i, in small letters and without _, - and dots.
func (s *scan) nameBefore(i int) []byte {
	for skipped := 0; i > 0 && skipped < 4 && bytes.IndexByte([]byte(" \t\"'`\\:"), s.b[i-1]) >= 0; skipped++ {
		i--
	}
	start := i
	for start > 0 && i-start < maxName && nameBytes.has(s.b[start-1]) {
		start--
	}
	name := make([]byte, 0, maxName)
	for _, c := range s.b[start:i] {
		switch {
		case c == '_' || c == '-' || c == '.':
		case c-'A' < 26:
			name = append(name, c|0x20)
		default:
			name = append(name, c)
		}
	}
	return name
}

// valueAfter is where the value behind the = or : at i begins.
func (s *scan) valueAfter(i int) int {
	limit := min(len(s.b), i+8)
	for i++; i < limit && bytes.IndexByte([]byte("=> \t\"'`\\"), s.b[i]) >= 0; i++ {
	}
	return i
}

func endsLike(name []byte, list []string) bool {
	return slices.ContainsFunc(list, func(x string) bool { return bytes.HasSuffix(name, []byte(x)) })
}

func looksRandom(b []byte) bool {
	digits, letters := classes(b)
	return len(b) >= 12 && digits > 0 && letters > 0 && entropy(b) >= 3
}

func looksLikePassword(b []byte) bool {
	_, letters := classes(b)
	return len(b) >= 6 && letters < len(b) && entropy(b) >= 2
}

func classes(b []byte) (digits, letters int) {
	for _, c := range b {
		switch {
		case isDigit(c):
			digits++
		case isLetter(c):
			letters++
		}
	}
	return digits, letters
}
