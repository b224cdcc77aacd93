package route

import (
	"net/url"
	"strings"
)

// Bounds of a query.
const (
	maxQuery     = 4096
	maxQueryKeys = 64
)

// Names in a query by which credentials are sent. They end up in logs of every
// hop, so they are refused.
var credentialNames = []string{"api-key", "api_key", "apikey", "subscription-key", "access_token", "token", "authorization", "sig", "code", "key"}

// readQuery takes what matters from the query. A name that stands twice, or
// in other letters than the API's, is refused; include may repeat.
func (m *Match) readQuery(raw string) *Refusal {
	m.Query = raw
	if m.Lists && m.Stored != NotStored {
		m.Page = newPage(m.Operation)
	}
	if raw == "" {
		return m.checkQuery()
	}
	if len(raw) > maxQuery || strings.ContainsAny(raw, "; ") { // HTTP/2 could send a space, which ends the target in HTTP/1.1
		return badRequest("query_malformed", "the query is too long or has a semicolon or space", "")
	}
	var seen [maxQueryKeys]string
	n := 0
	for pair := range strings.SplitSeq(raw, "&") {
		key, value, refusal := queryPair(pair)
		if refusal != nil {
			return refusal
		}
		if n == len(seen) {
			return badRequest("query_malformed", "the query has too many names", "")
		}
		if refusal := checkKey(key, seen[:n]); refusal != nil {
			return refusal
		}
		seen[n], n = key, n+1
		if refusal := m.take(key, value); refusal != nil {
			return refusal
		}
		if m.Page != nil {
			if refusal := m.Page.take(m.Operation, pair, key, value); refusal != nil {
				return refusal
			}
		}
	}
	return m.checkQuery()
}

func queryPair(pair string) (key, value string, refusal *Refusal) {
	rawKey, rawValue, _ := strings.Cut(pair, "=")
	key, err := url.QueryUnescape(rawKey)
	if err == nil {
		value, err = url.QueryUnescape(rawValue)
	}
	if err != nil || key == "" || !isPlain(key) || !isPlain(value) {
		return "", "", badRequest("query_malformed", "the query has an empty name or is wrongly encoded", "")
	}
	return key, value, nil
}

// checkKey refuses credentials and what could be read in two ways.
func checkKey(key string, seen []string) *Refusal {
	for _, name := range credentialNames {
		if strings.EqualFold(key, name) {
			return badRequest("query_credential", "credentials belong in the header, not in the query", name)
		}
	}
	for _, name := range [...]string{"api-version", "deployment", "model", "stream", "after", "before", "limit", "order", "$orderby"} {
		if key != name && strings.EqualFold(key, name) {
			return badRequest("query_name_case", "a name in the query differs from the API's in upper and lower case", name)
		}
	}
	if key == "include" || key == "include[]" {
		return nil
	}
	for _, other := range seen {
		if strings.EqualFold(key, other) {
			return badRequest("query_duplicate", "a name stands twice in the query", "")
		}
	}
	return nil
}

func (m *Match) take(key, value string) *Refusal {
	switch key {
	case "api-version":
		if !isAPIVersion(value) {
			return badRequest("api_version_malformed", "api-version isn't a date, v1 or preview", key)
		}
		m.APIVersion = value
	case "deployment", "model":
		return m.takeModel(key, value)
	case "stream":
		if value != "true" && value != "false" {
			return badRequest("query_malformed", "stream is neither true nor false", key)
		}
		m.Stream = value == "true" && m.Streams
	}
	return nil
}

// takeModel reads the model of a realtime call: deployment in the resource
// form, model in v1. Elsewhere the names mean nothing, or filter a list.
func (m *Match) takeModel(key, value string) *Refusal {
	if m.Operation.Model != FromQuery {
		return nil
	}
	if (key == "deployment") != (m.Form == Resource) {
		return badRequest("query_model", "this form of the path names its model by another name", key)
	}
	if !isModelName(value) {
		return badRequest("query_model", "this isn't the name of a model", key)
	}
	m.Model = value
	return nil
}

func (m *Match) checkQuery() *Refusal {
	if m.APIVersion == "" && m.Form != V1 {
		return notFound("api_version_missing", "Resource not found: this path needs an api-version")
	}
	if m.Form != V1 && !isDigit(m.APIVersion[0]) {
		return badRequest("api_version_malformed", "this path needs a date as its api-version", "api-version")
	}
	if m.Operation.Model == FromQuery && m.Model == "" {
		return badRequest("model_missing", "the query names no model", "model")
	}
	return nil
}

// isAPIVersion knows 2024-10-21, 2025-03-01-preview, and the names of v1.
func isAPIVersion(s string) bool {
	switch s {
	case "v1", "preview", "latest":
		return true
	}
	date := strings.TrimSuffix(s, "-preview")
	if len(date) != len("2024-10-21") || date[4] != '-' || date[7] != '-' {
		return false
	}
	for i := range len(date) {
		if i != 4 && i != 7 && !isDigit(date[i]) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isPlain says whether s has no control characters.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f {
			return false
		}
	}
	return true
}
