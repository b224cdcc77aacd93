package spec

import (
	"reflect"
	"testing"
)

func TestScalars(t *testing.T) {
	cases := []struct {
		into scalar
		good []string
		bad  []string
	}{
		{new(Count), []string{"0", "500", "50k", "1.5M", "2G", "1.0k"}, []string{"", "k", "-1", "1.5", "1.5.5k", "50 k", "50K", "1e3", "0x10", "99999999999G", "+1", "1_000"}},
		{new(Size), []string{"1KiB", "1.5MiB", "10GiB"}, []string{"1", "1MB", "1 MiB", "0.0001KiB"}},
		{new(Money), []string{"0", "12", "0.075", "1.000001"}, []string{"-1", "1.0000001", "$5", "1,5", ".5", "5."}},
		{new(Duration), []string{"0s", "500ms", "30s", "5m", "24h", "90d"}, []string{"", "30", "1h30m", "1.5h", "-1s", "1w", "9999999999999d"}},
		{new(Date), []string{"2027-06-30", "2028-02-29"}, []string{"2027-02-29", "2027-6-30", "30.6.2027", "2027-06-30T00:00:00Z", "0000-01-01"}},
		{new(Address), []string{"10.0.0.4", "fd00::4"}, []string{"10.0.0", "fe80::1%eth0", "10.0.0.4/32", "010.0.0.4"}},
		{new(CIDR), []string{"10.0.0.0/8", "203.0.113.7", "::/0"}, []string{"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/08", "any"}},
		{new(Source), []string{"10.0.0.0/8", "link:0", "link:4294967295"}, []string{"link:", "link:-1", "link:4294967296", "link:+1", "office", "10.0.0.1/8"}},
		{new(Listen), []string{":8443", "127.0.0.1:8080", "[::1]:1"}, []string{"", ":", ":0x1", ":65536", "localhost:80", "127.0.0.1", "[fe80::1%eth0]:1", ":0"}},
		{new(HostPort), []string{"redis:6379", "r.example.com:10000", "[::1]:1", "10.0.0.1:1"}, []string{"redis", ":1", "a b:1", "redis:", "-a:1", "::1:1", "redis:0"}},
		{new(GUID), []string{"11111111-1111-4111-8111-11111111111A"}, []string{"11111111111141118111111111111111", "{11111111-1111-4111-8111-111111111111}", "contoso"}},
		{new(URL), []string{"https://a.example.com", "http://127.0.0.1:8080/v1", "https://[::1]:1/"}, []string{"a.example.com", "ftp://a", "https://u:p@a.example.com", "https://a?k=v", "https://a/#x", "https://", "https://a b", "https://a:", "https://a:99999"}},
		{new(SecretRef), []string{"https://kv-1.vault.azure.net/secrets/a", "https://kv-1.vault.azure.cn/secrets/a/0123456789abcdef0123456789abcdef"},
			[]string{"sk-123", "https://kv-1.vault.azure.net/keys/a", "https://kv-1.vault.azure.net.evil.example/secrets/a", "http://kv-1.vault.azure.net/secrets/a"}},
		{new(KeyRef), []string{"https://kv-1.vault.usgovcloudapi.net/keys/a"}, []string{"https://kv-1.vault.azure.net/secrets/a"}},
		{new(CertificateRef), []string{"https://kv-1.vault.azure.net/certificates/a"}, []string{"https://kv-1.vault.azure.net/certificates/"}},
		{new(DataAction), []string{"Microsoft.CognitiveServices/accounts/OpenAI/*/read"}, []string{"*", "Microsoft.CognitiveServices/*", "Microsoft.Storage/x/read"}},
		{new(Hash), []string{"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}, []string{"sha256:", "md5:00", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}},
		{new(Email), []string{"a.b@example.com"}, []string{"a", "a@b", "a b@example.com", "a@example.com, b@example.com"}},
		{new(Domain), []string{"ai.example.com"}, []string{"ai", "10.0.0.1", "*.example.com", "a..b", "[::1].x"}},
		{new(ResourceID), []string{"/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/a"}, []string{"/subscriptions/x/resourceGroups/a", "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/a/providers/Microsoft.Network"}},
		{new(Principal), []string{"11111111-1111-4111-8111-111111111111"}, []string{"/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/a", "chat"}},
		{new(File), []string{"./usage"}, []string{"", "a\x00b"}},
	}
	for _, c := range cases {
		name := reflect.TypeOf(c.into).Elem().Name()
		for _, text := range c.good {
			if err := c.into.parse(text); err != nil {
				t.Errorf("%s: %q is %v", name, text, err)
			}
		}
		for _, text := range c.bad {
			if err := c.into.parse(text); err == nil {
				t.Errorf("%s: %q is taken", name, text)
			}
		}
	}
}

func TestResourceIDType(t *testing.T) {
	id := ResourceID("/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/a/providers/Microsoft.Network/virtualNetworks/b/subnets/c")
	if got := id.Type(); got != "Microsoft.Network/virtualNetworks/subnets" {
		t.Error(got)
	}
}

func TestNearest(t *testing.T) {
	words := []string{"environment", "models", "tokensPerMinute", "key", "who"}
	for written, want := range map[string]string{"enviroment": "environment", "modles": "models", "Tokensperminute": "tokensPerMinute",
		"kye": "key", "tokens": "tokensPerMinute", "zzz": "", "": "", "w": ""} {
		if got := nearest(written, words); got != want {
			t.Errorf("nearest to %q is %q, want %q", written, got, want)
		}
	}
}
