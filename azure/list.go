package azure

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"palisade/arm"
)

// Bounds of a list.
const (
	mostPages = 64
	mostItems = 10_000
)

// List reads what Azure lists at a path, with all its pages; more are members of
// the query beside the API version. Each item has the ID and type that Azure
// says. A list that goes on for too long, or at another host, is an error: then
// nothing of it is answered.
func (c *Client) List(ctx context.Context, path, version string, more ...[2]string) ([]arm.Resource, error) {
	var all []arm.Resource
	for range mostPages {
		text, err := c.raw(ctx, http.MethodGet, path, version, nil, more...)
		if err != nil {
			return nil, err
		}
		items, next, err := page(path, text)
		if err != nil {
			return nil, err
		}
		if all = append(all, items...); len(all) > mostItems {
			break
		}
		if next == "" {
			return all, nil
		}
		if path, more, err = c.follow(next); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("the list is too long")
}

// page reads one page of a list.
func page(path string, text []byte) (items []arm.Resource, next string, err error) {
	_, body, err := readAnswer(path, text)
	if err != nil {
		return nil, "", err
	}
	values, ok := body.Get("value").Items()
	if !ok {
		return nil, "", errors.New("the answer isn't a list")
	}
	for _, v := range values {
		id, isText := v.Get("id").Str()
		typ, _ := v.Get("type").Str()
		if !isText || id == "" {
			return nil, "", errors.New("the answer lists something without an id")
		}
		items = append(items, arm.Resource{ID: id, Type: typ, Name: id[strings.LastIndexByte(id, '/')+1:],
			Body: v, Condition: arm.Bool(true, arm.Pos{}), Pos: v.Pos()})
	}
	next, _ = body.Get("nextLink").Str()
	return items, next, nil
}

// follow takes the link to the next page apart. It stays where the token is
// for.
func (c *Client) follow(link string) (path string, query [][2]string, err error) {
	next, err := url.Parse(link)
	if err != nil {
		return "", nil, errors.New("the link to the next page can't be read")
	}
	at, err := url.Parse(c.arm.Endpoint())
	if err != nil || next.Scheme != at.Scheme || !strings.EqualFold(next.Host, at.Host) || next.User != nil {
		return "", nil, errors.New("the link to the next page leads elsewhere")
	}
	for name, values := range next.Query() {
		if name != "api-version" && len(values) > 0 {
			query = append(query, [2]string{name, values[0]})
		}
	}
	return next.EscapedPath(), query, nil
}

// Principal is the object ID of who is logged in, as its token says.
func (c *Client) Principal(ctx context.Context) (string, error) {
	t, err := c.credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{c.audience + "/.default"}})
	if err != nil {
		return "", err
	}
	return objectOf(t.Token)
}

// objectOf is the claim oid of a token. The token isn't verified: it is our own,
// and who reads it doesn't rely on it.
func objectOf(token string) (string, error) {
	var claims struct {
		Object string `json:"oid"`
	}
	parts := strings.Split(token, ".")
	if len(parts) == 3 {
		text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
		if err == nil && json.Unmarshal(text, &claims) == nil && claims.Object != "" {
			return claims.Object, nil
		}
	}
	return "", errors.New("the token doesn't say whose it is")
}
