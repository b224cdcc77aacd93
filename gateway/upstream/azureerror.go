package upstream

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// azureError is an error of an Azure account. The same refusal comes with its
// code as text or number, below error or not.
type azureError struct {
	status  int
	code    string
	message string
}

func readError(status int, body []byte) *azureError {
	type detail struct {
		Code    json.RawMessage `json:"code"`
		Status  json.RawMessage `json:"statusCode"`
		Message string          `json:"message"`
	}
	var whole struct {
		Error json.RawMessage `json:"error"`
		detail
	}
	e := &azureError{status: status}
	if json.Unmarshal(body, &whole) != nil {
		return e
	}
	inner := whole.detail
	if len(whole.Error) > 0 && whole.Error[0] == '{' && json.Unmarshal(whole.Error, &inner) != nil {
		return e
	}
	for _, code := range []json.RawMessage{inner.Code, inner.Status} {
		if e.code == "" && len(code) > 0 && string(code) != "null" {
			e.code = strings.Trim(string(code), `"`)
		}
	}
	if e.code == "" {
		e.code = strconv.Itoa(status)
	}
	e.message = inner.Message
	return e
}

func (e *azureError) says(text string) bool { return strings.Contains(e.message, text) }

// isNetwork reports whether the account's network rules refused, which is asked
// before any credential.
func (e *azureError) isNetwork() bool {
	return e.status == http.StatusForbidden &&
		(e.says("Public access is disabled") || e.says("Virtual Network/Firewall rules") || e.says("approved private endpoint"))
}
