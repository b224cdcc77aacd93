package redact

import (
	"math/rand/v2"
	"strings"
	"testing"

	"palisade/spec"
)

// random is n letters of an alphabet that look random and are always the same.
// No test holds anything that looks like a secret to those who scan this code.
func random(n int, alphabet string) string {
	r := rand.New(rand.NewPCG(uint64(n), uint64(len(alphabet))))
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

const (
	lower  = "abcdefghijklmnopqrstuvwxyz"
	digits = "0123456789"
	alnum  = lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + digits
	hexa   = digits + "abcdef"
)

// gone asserts that the marked part of a text, between « and », and nothing
// else of it, is taken out.
func gone(t *testing.T, k spec.Detector, text string) {
	t.Helper()
	before, rest, ok := strings.Cut(text, "«")
	part, after, ok2 := strings.Cut(rest, "»")
	if !ok || !ok2 {
		t.Fatalf("%q has no mark", text)
	}
	got, n := New([]spec.Detector{k}).Text([]byte(before + part + after))
	if want := before + "[" + string(k) + "]" + after; string(got) != want || n.Of(k) != 1 {
		t.Errorf("%s\n got  %s (%d)\n want %s", before+part+after, got, n.Of(k), want)
	}
}

func stays(t *testing.T, k spec.Detector, text string) {
	t.Helper()
	if got, n := New([]spec.Detector{k}).Text([]byte(text)); string(got) != text || n.Any() {
		t.Errorf("%s: %q became %q", k, text, got)
	}
}

// innocent are texts in which no kind finds anything.
var innocent = []string{
	"", "Hello, world.", "id 123e4567-e89b-12d3-a456-426614174000",
	"commit 9fceb02d0ae598e95dc970b74767f19372d61af8", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"v1.2.3", "version 10.0.19045.3570", "go1.26.0", "2026-11-21T14:25:32.123456789Z", "1732199132123456789", "21.11.2026 14:25", "12:30:45",
	"for i := 0; i < 4111111111; i++ { x[i] = 0x1234567890abcdef }", "std::vector<a::b> v{1, 2, 3};", "a1::b2", "00:1b:44:11:3a:b7",
	"max_tokens: 4096", "total_tokens=12345678", "the token is next", "password: ", "token := nextToken()", "key=value", "secret = os.Getenv(\"X\")",
	"password: ${DB_PASSWORD1}", "token: <your-token-1234567890>", "@app.route", "npm i @scope/pkg@1.2.3", "git@github.com:owner/name.git", "icon@2x.png",
	"$1,234,567.89", "3.14159265358979323846", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "ISBN 978-3-16-148410-0", "127.0.0.1:8080", "::1", "0.0.0.0",
	"0123456789012345", "4111 1111 1111 1112", "order 1234567890123456", "pages 100-200-3000", "10.1.2", "sk-learn and sk_buff", "ghp_short", "a-----BEGIN CERTIFICATE-----",
	"2001: A Space Odyssey", "DE12 is a road", "GB00 1234", "https://example.com:8443/a@b", "AKIAAAAAAAAAAAAAAAAA", "Bearer of bad news and good tidings",
}

func TestInnocent(t *testing.T) {
	for _, k := range kinds {
		for _, text := range innocent {
			stays(t, k, text)
		}
	}
}

func TestEmails(t *testing.T) {
	for _, text := range []string{
		"«ada@example.com»", "Write to «ada.lovelace+x@mail.example.co.uk».", "<«a@b.io»>", "mailto:«a_b@c-d.org»?x", "'«o'neil@example.ie»'",
		"«ada@xn--bcher-kva.example»", "联系«li@example.cn»吧",
	} {
		gone(t, spec.Emails, text)
	}
	for _, text := range []string{"a@b", "a@.com", "@b.com", "a@b..com", "a@1.2.3.4", "a @ b.com", "user@host:22"} {
		stays(t, spec.Emails, text)
	}
}

func TestPhones(t *testing.T) {
	for _, text := range []string{
		"«+14155552671»", "Call «+1 (415) 555-2671» now", "«+49 30 901820»", "«+44 20 7946 0958».", "«0033 1 42 68 53 00»", "«(415) 555-2671»", "«415-555-2671»",
		"«415.555.2671»", "phone: «4155552671»", "Tel.: «030 901820»", "My mobile number is «07400 123456»", "手机：«13800138000»",
	} {
		gone(t, spec.Phones, text)
	}
	for _, text := range []string{
		"4155552671", "+1 000 000 0000", "2026-11-21", "555-2671", "+12", "hotel 4155552671", "x=+14155552671123456", "1-800", "123-456-7890123", "x - 100 200 3000",
	} {
		stays(t, spec.Phones, text)
	}
}

func TestCreditCards(t *testing.T) {
	for _, text := range []string{
		"«4111111111111111»", "«4111 1111 1111 1111»", "card «5555-5555-5555-4444».", "«378282246310005»", "«3782 822463 10005»", "«6011111111111117»",
		"«30569309025904»", "«3530111333300000»", "«2223003122003222»",
	} {
		gone(t, spec.CreditCards, text)
	}
	for _, text := range []string{
		"4111111111111112", "41111111 11111111", "4111 1111-1111 1111", "x4111111111111111", "4111111111111111a", "0.4111111111111111", "9999999999999995",
		"4111111111111111-1234", "41111111111111110000000", "12-4111111111111111", "0000000000000000",
	} {
		stays(t, spec.CreditCards, text)
	}
}

func TestIBANs(t *testing.T) {
	for _, text := range []string{
		"«DE89370400440532013000»", "«DE89 3704 0044 0532 0130 00»", "IBAN: «GB82WEST12345698765432»,", "«gb82west12345698765432»", "«NO93 8601 1117 947»",
		"«FR14 2004 1010 0505 0001 3M02 606»", "«MT84MALT011000012345MTLCAST001S»",
	} {
		gone(t, spec.IBANs, text)
	}
	for _, text := range []string{
		"DE88370400440532013000", "DE8937040044053201300", "XX89370400440532013000", "aDE89370400440532013000", "DE893704004405320130001", "DE89  3704 0044 0532 0130 00",
	} {
		stays(t, spec.IBANs, text)
	}
}

func TestIPAddresses(t *testing.T) {
	for _, text := range []string{
		"«203.0.113.7»", "from «10.1.2.3».", "http://«192.168.1.10»:8080/", "(«8.8.8.8»)", "«2001:db8::1»", "[«2001:db8:0:0:1::1»]:443", "«fe80::1»", "«::ffff:203.0.113.7»",
		"addr «2001:0db8:85a3:0000:0000:8a2e:0370:7334».", "addr: «fd00:1:2::3»: closed",
	} {
		gone(t, spec.IPAddresses, text)
	}
	for _, text := range []string{"256.1.1.1", "1.2.3", "1.2.3.4.5", "v1.2.3.4", "Version: 1.2.3.4", "01.02.03.04", "1:2:3", "dead:beef", "abc::def"} {
		stays(t, spec.IPAddresses, text)
	}
}

func TestSecretShapes(t *testing.T) {
	for _, x := range shapes {
		n := max(x.min, min(x.max, 40))
		body := ""
		for c := 0; c < 256; c++ {
			if x.set.has(byte(c)) && c != '.' && c != '=' {
				body += string(rune(c))
			}
		}
		gone(t, spec.Secrets, "use «"+x.prefix+random(n, body)+"» here")
		stays(t, spec.Secrets, "use "+x.prefix+strings.Repeat(body[:1], n)+" here")
	}
}

func TestSecrets(t *testing.T) {
	token := "ey" + random(30, alnum) + ".ey" + random(80, alnum) + "." + random(40, alnum)
	entra := random(3, lower) + "8Q~" + random(34, alnum)
	azure := random(52, alnum) + annotation + random(26, alnum)
	for _, text := range []string{
		"a «" + token + "» b", "secret «" + entra + "».", "the key «" + azure + "»,", "api-key: «" + random(32, hexa) + "»",
		`{"client_secret": "«` + random(30, alnum) + `»"}`, "export OPENAI_API_KEY='«" + random(30, alnum) + "»'", "x.token => «" + random(24, alnum) + "»",
		"password: «hunter22»", "PWD=«S3cr3t!x»;", "postgres://app:«pa55word»@db.example.com/x", "redis://:«pa55word»@cache",
		"«-----BEGIN RSA PRIVATE KEY-----\n" + random(200, alnum) + "\n-----END RSA PRIVATE KEY-----»\n",
		"«-----BEGIN PRIVATE KEY-----\n" + random(200, alnum) + "»",
		"DefaultEndpointsProtocol=https;«AccountKey=" + random(86, alnum) + "==»;EndpointSuffix=core.windows.net",
	} {
		gone(t, spec.Secrets, text)
	}
	for _, text := range []string{
		"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", "ey.ey.x", "if password == input { return }", "token: " + strings.Repeat("x", 30),
		"https://user@example.com", "https://user:$PASS@example.com", "tokenizer: abc123def456ghi789", "secret: short1",
	} {
		stays(t, spec.Secrets, text)
	}
}
