package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// Explain is what an error of Azure says to a person, in one line: its code and
// message, or why nobody answered.
func Explain(err error) string {
	var login *azidentity.AuthenticationFailedError
	var r *azcore.ResponseError
	var unanswered *url.Error
	switch {
	case errors.Is(err, context.Canceled):
		return "stopped from here"
	case errors.As(err, &login):
		return "the login is refused: " + firstLine(login.Error())
	case errors.As(err, &r):
		return answered(r)
	case errors.As(err, &unanswered):
		return "no answer from " + hostIn(unanswered.URL) + ": " + firstLine(unanswered.Err.Error())
	}
	return firstLine(err.Error())
}

func answered(r *azcore.ResponseError) string {
	var envelope struct {
		Error struct{ Code, Message string }
	}
	if r.RawResponse != nil && r.RawResponse.Body != nil {
		// The SDK has read the body and put it back.
		text, _ := io.ReadAll(io.LimitReader(r.RawResponse.Body, 1<<20))
		r.RawResponse.Body = io.NopCloser(strings.NewReader(string(text)))
		_ = json.Unmarshal(text, &envelope) // not all answers are JSON
	}
	if envelope.Error.Message != "" {
		return r.ErrorCode + ": " + firstLine(envelope.Error.Message)
	}
	return fmt.Sprintf("%s (HTTP status %d)", r.ErrorCode, r.StatusCode)
}

// hostIn is the host of a URL.
func hostIn(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return "the server"
	}
	return u.Host
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}
