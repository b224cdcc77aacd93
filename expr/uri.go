package expr

import (
	"net/url"
	"strconv"
	"strings"

	"palisade/arm"
)

// uriFunctions are the functions about URIs (Microsoft Learn, "String functions
// for ARM templates" and "String functions for Bicep").
func uriFunctions() []builtin {
	return []builtin{
		{name: "uri", min: 2, max: 2, eval: resolveURI},
		{name: "uriComponent", min: 1, max: 1, eval: uriComponent, partial: true},
		{name: "uriComponentToString", min: 1, max: 1, eval: ofString(unescapeForm)},
		{name: "parseUri", min: 1, max: 1, eval: ofString(parseURI)},
		{name: "buildUri", min: 1, max: 1, eval: buildURI},
	}
}

// resolveURI resolves a reference against a base (RFC 3986, section 5.2).
func resolveURI(c caller, args []arm.Value) arm.Value {
	base, ok := plain(args[0])
	if !ok {
		return c.wrong(args, 0, "string")
	}
	reference, ok := plain(args[1])
	if !ok {
		return c.wrong(args, 1, "string")
	}
	u, ok := absoluteURI(base)
	if !ok {
		return c.fail("%q isn't an absolute URI", base)
	}
	r, err := url.Parse(reference)
	if err != nil {
		return c.fail("%q isn't a URI", reference)
	}
	return c.str(uriText(u.ResolveReference(r)))
}

func absoluteURI(s string) (*url.URL, bool) {
	u, err := url.Parse(s)
	return u, err == nil && u.IsAbs() && u.Host != ""
}

// uriText is the URI as .NET writes it: with a path, the host in lower case and
// no port that the scheme has anyway.
func uriText(u *url.URL) string {
	v := *u
	v.Host = strings.ToLower(v.Hostname())
	if strings.Contains(v.Host, ":") {
		v.Host = "[" + v.Host + "]"
	}
	if port := u.Port(); port != "" && port != defaultPort(u.Scheme) {
		v.Host += ":" + port
	}
	if v.Path == "" {
		v.Path = "/"
	}
	return v.String()
}

func defaultPort(scheme string) string {
	switch scheme {
	case "https":
		return "443"
	case "http":
		return "80"
	case "ftp":
		return "21"
	}
	return ""
}

// uriComponent escapes all but letters, digits and -._~ (RFC 3986, section
// 2.3). Unknown parts of the text are wrapped.
func uriComponent(c caller, args []arm.Value) arm.Value {
	return c.eachPart(args, escapeComponent)
}

func escapeComponent(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		ch := s[i]
		if ch >= '0' && ch <= '9' || ch|0x20 >= 'a' && ch|0x20 <= 'z' || strings.IndexByte("-._~", ch) >= 0 {
			b.WriteByte(ch)
			continue
		}
		b.Write([]byte{'%', digits[ch>>4], digits[ch&15]})
	}
	return b.String()
}

func parseURI(c caller, s string) arm.Value {
	u, ok := absoluteURI(s)
	if !ok {
		return c.fail("%q isn't an absolute URI", s)
	}
	port := arm.Null(c.at())
	if n, err := strconv.Atoi(orText(u.Port(), defaultPort(u.Scheme))); err == nil {
		port = c.int(int64(n))
	}
	query := ""
	if u.RawQuery != "" {
		query = "?" + u.RawQuery
	}
	return c.object([]arm.Member{
		{Name: "scheme", Value: c.str(u.Scheme)},
		{Name: "host", Value: c.str(strings.ToLower(u.Hostname()))},
		{Name: "port", Value: port},
		{Name: "path", Value: c.str(orText(u.EscapedPath(), "/"))},
		{Name: "query", Value: c.str(query)},
	})
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func buildURI(c caller, args []arm.Value) arm.Value {
	o, ok := args[0].Object()
	switch {
	case !ok:
		return c.wrong(args, 0, "object")
	case args[0].HasUnknown():
		return c.unknown(args)
	}
	text := func(name string) string { s, _ := o.Get(name).Str(); return s }
	host := text("host")
	if n, ok := o.Get("port").Int(); ok && n >= 0 {
		host += ":" + strconv.FormatInt(n, 10)
	}
	s := text("scheme") + "://" + host + "/" + strings.TrimPrefix(text("path"), "/")
	if query := strings.TrimPrefix(text("query"), "?"); query != "" {
		s += "?" + query
	}
	u, ok := absoluteURI(s)
	if !ok {
		return c.fail("%q isn't an absolute URI", s)
	}
	return c.str(uriText(u))
}
