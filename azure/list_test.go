package azure

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// tokenSaying is a credential whose tokens have that payload.
type tokenSaying string

func (c tokenSaying) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "e30." + base64.RawURLEncoding.EncodeToString([]byte(c)) + "."}, nil
}

// answering is a client of a server that answers as it is told. {self} is the
// server, in answers.
func answering(t *testing.T, answer func(r *http.Request) string) *Client {
	t.Helper()
	var s *httptest.Server
	s = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, strings.ReplaceAll(answer(r), "{self}", s.URL))
	}))
	t.Cleanup(s.Close)
	c, err := Login(Options{Credential: tokenSaying(`{"oid":"me"}`), Transport: s.Client(), Configuration: &cloud.Configuration{
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{cloud.ResourceManager: {Endpoint: s.URL, Audience: s.URL}}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestList(t *testing.T) {
	c := answering(t, func(r *http.Request) string {
		q := r.URL.Query()
		if r.URL.Path != "/x/things" || q.Get("api-version") != "2022-04-01" || q.Get("$filter") != "of('me')" {
			t.Errorf("asked %s", r.URL)
		}
		if q.Get("$skipToken") == "" {
			return `{"value":[{"id":"/x/things/a","type":"T"}],"nextLink":"{self}/x/things?api-version=1999&$filter=of('me')&$skipToken=2"}`
		}
		return `{"value":[{"id":"/x/things/b"}]}`
	})
	all, err := c.List(t.Context(), "/x/things", "2022-04-01", [2]string{"$filter", "of('me')"})
	if err != nil || len(all) != 2 || all[0].Type != "T" || all[1].Name != "b" {
		t.Errorf("%+v %v", all, err)
	}
}

// TestListOfNothing holds that what isn't a whole list isn't taken for one, and
// that a link to the next page can't lead to another host or on for ever.
func TestListOfNothing(t *testing.T) {
	for name, x := range map[string][2]string{
		"not JSON":    {"<html>", "reading the answer"},
		"not a list":  {`{"value":{}}`, "isn't a list"},
		"an error":    {`{"error":{"code":"x"}}`, "isn't a list"},
		"no ids":      {`{"value":[{"name":"a"}]}`, "without an id"},
		"no end":      {`{"value":[],"nextLink":"{self}/x/things"}`, "too long"},
		"another one": {`{"value":[],"nextLink":"https://192.0.2.1/x"}`, "leads elsewhere"},
		"plain text":  {`{"value":[],"nextLink":"http://192.0.2.1/x"}`, "leads elsewhere"},
		"odd link":    {`{"value":[],"nextLink":"https://a b/%"}`, "can't be read"},
		"many":        {`{"value":[` + strings.Repeat(`{"id":"/x"},`, mostItems) + `{"id":"/x"}]}`, "too long"},
	} {
		asked := 0
		c := answering(t, func(*http.Request) string { asked++; return x[0] })
		all, err := c.List(t.Context(), "/x/things", "1")
		if err == nil || !strings.Contains(err.Error(), x[1]) || all != nil || asked > mostPages {
			t.Errorf("%s: %d items, %v, asked %d times", name, len(all), err, asked)
		}
	}
}

func TestPrincipal(t *testing.T) {
	c := answering(t, nil)
	if got, err := c.Principal(t.Context()); err != nil || got != "me" {
		t.Errorf("%q %v", got, err)
	}
	for _, text := range []string{"", "a.b", "a.b.c", "e30.bnVsbA.", "e30.e30.", "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"oid":1}`)) + "."} {
		if got, err := objectOf(text); err == nil {
			t.Errorf("%q is said to be of %q", text, got)
		}
	}
}

func FuzzPage(f *testing.F) {
	f.Add(`{"value":[{"id":"/x/things/a","type":"T"}],"nextLink":"https://x/y"}`)
	f.Add(`{"value":[{"id":""},{"ID":"/x"},null,5]}`)
	f.Add(`{"value":{},"nextLink":5}`)
	f.Fuzz(func(t *testing.T, text string) {
		items, _, err := page("/x/things", []byte(text))
		if err != nil && items != nil {
			t.Errorf("a part of a list: %+v", items)
		}
		for _, r := range items {
			if r.ID == "" || !strings.HasSuffix(r.ID, r.Name) {
				t.Errorf("%+v", r)
			}
		}
		_, _ = objectOf("e30." + base64.RawURLEncoding.EncodeToString([]byte(text)) + ".")
	})
}
