package route

import (
	"mime"
	"net/http"
	"strings"
)

// readHeader holds the header against what the operation carries.
func (m *Match) readHeader(r *http.Request) *Refusal {
	if refusal := plainEncoding(r.Header); refusal != nil {
		return refusal
	}
	if m.Upgrade {
		return checkUpgrade(r)
	}
	if r.Header.Get("Upgrade") != "" && r.ProtoMajor == 1 {
		return badRequest("upgrade_unexpected", "this path isn't a WebSocket", "")
	}
	switch m.Body {
	case NoBody:
		if r.ContentLength != 0 {
			return badRequest("body_unexpected", "this operation takes no body", "")
		}
	case JSONBody:
		return checkJSON(r.Header)
	case OptionalJSON:
		if r.ContentLength != 0 {
			return checkJSON(r.Header)
		}
	case FormBody:
		return m.readBoundary(r.Header)
	}
	return nil
}

// plainEncoding refuses compressed bodies: they can't be bounded, and no
// client of this API sends them.
func plainEncoding(h http.Header) *Refusal {
	for _, v := range h["Content-Encoding"] {
		if v != "" && !strings.EqualFold(v, "identity") {
			return &Refusal{Status: http.StatusUnsupportedMediaType, Code: "415", Reason: "body_encoded", Message: "bodies with a Content-Encoding aren't taken"}
		}
	}
	return nil
}

func contentType(h http.Header) (media string, params map[string]string, refusal *Refusal) {
	values := h["Content-Type"]
	if len(values) != 1 {
		return "", nil, unsupported()
	}
	if values[0] == "application/json" {
		return values[0], nil, nil
	}
	media, params, err := mime.ParseMediaType(values[0])
	if err != nil {
		return "", nil, unsupported()
	}
	return media, params, nil
}

func checkJSON(h http.Header) *Refusal {
	media, params, refusal := contentType(h)
	if refusal != nil {
		return refusal
	}
	charset := params["charset"]
	if media != "application/json" || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return unsupported()
	}
	return nil
}

func (m *Match) readBoundary(h http.Header) *Refusal {
	media, params, refusal := contentType(h)
	if refusal != nil {
		return refusal
	}
	m.Boundary = params["boundary"]
	if media != "multipart/form-data" || !isBoundary(m.Boundary) {
		return unsupported()
	}
	return nil
}

func unsupported() *Refusal {
	return &Refusal{Status: http.StatusUnsupportedMediaType, Code: "415", Reason: "content_type", Message: "this operation doesn't take that Content-Type"}
}

// checkUpgrade holds a WebSocket's opening request against RFC 6455, section
// 4.2.1.
func checkUpgrade(r *http.Request) *Refusal {
	h := r.Header
	ok := r.ProtoMajor == 1 && r.ContentLength == 0 && hasToken(h["Connection"], "upgrade") &&
		len(h["Upgrade"]) == 1 && strings.EqualFold(h.Get("Upgrade"), "websocket") &&
		h.Get("Sec-Websocket-Version") == "13" && len(h["Sec-Websocket-Key"]) == 1 && len(h.Get("Sec-Websocket-Key")) == 24
	if !ok {
		return &Refusal{Status: http.StatusUpgradeRequired, Code: "426", Reason: "upgrade_required", Message: "this path is a WebSocket"}
	}
	return nil
}

// hasToken says whether a comma-separated list in the values has the token.
func hasToken(values []string, token string) bool {
	for _, v := range values {
		for part := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(part), token) {
				return true
			}
		}
	}
	return false
}

// isBoundary says whether s can part a multipart body: RFC 2046, section 5.1.1.
func isBoundary(s string) bool {
	if s == "" || len(s) > 70 || s[len(s)-1] == ' ' {
		return false
	}
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && !strings.ContainsRune("'()+_,-./:=? ", rune(s[i])) {
			return false
		}
	}
	return true
}
