package spec

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

// URL is an absolute http or https address without user, query or fragment, so
// that it can't carry a secret.
type URL string

func (*URL) form() form {
	return form{says: "URL https://… without user, query or fragment", pattern: `^https?://[^/?#@\s]+(/[^?#\s]*)?$`, secret: true}
}

func (u *URL) parse(text string) error {
	p, err := url.Parse(text)
	if err != nil || p.Scheme != "https" && p.Scheme != "http" || p.User != nil || p.Opaque != "" ||
		strings.ContainsAny(text, "?# \t\r\n") || !isURLHost(p) {
		return isNot(u.form())
	}
	*u = URL(text)
	return nil
}

func isURLHost(p *url.URL) bool {
	host := p.Hostname()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return isHost(host) && (p.Port() == "" && !strings.HasSuffix(p.Host, ":") || isPort(p.Port()))
}

// Plain reports whether calls to another machine would go unencrypted.
func (u URL) Plain() bool { return strings.HasPrefix(string(u), "http:") && !u.Loopback() }

// Loopback reports whether the URL is of this machine.
func (u URL) Loopback() bool {
	p, err := url.Parse(string(u))
	return err == nil && isLoopbackHost(p.Hostname())
}

// File is the path of a file or folder on the machine that runs the gateway. A
// relative one is relative to the folder that it is started in.
type File string

func (*File) form() form { return form{says: "path of a file", pattern: `^[^\x00-\x1f]+$`} }

func (f *File) parse(text string) error {
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) {
		return isNot(f.form())
	}
	*f = File(text)
	return nil
}

// Email is a mail address.
type Email string

var emailExpr = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)

func (*Email) form() form { return form{says: "mail address", pattern: emailExpr.String()} }

func (e *Email) parse(text string) error {
	if len(text) > 254 || !emailExpr.MatchString(text) {
		return isNot(e.form())
	}
	*e = Email(text)
	return nil
}

// Domain is a host name: ai.example.com.
type Domain string

func (*Domain) form() form {
	return form{says: "host name such as ai.example.com", pattern: `^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`}
}

func (d *Domain) parse(text string) error {
	_, err := netip.ParseAddr(text)
	if err == nil || !isHost(text) || !strings.Contains(text, ".") || strings.HasPrefix(text, "[") {
		return isNot(d.form())
	}
	*d = Domain(text)
	return nil
}
