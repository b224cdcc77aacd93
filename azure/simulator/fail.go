package simulator

import (
	"fmt"
	"net/http"
	"time"
)

// Failure is an error in Resource Manager's shape.
type Failure struct {
	Status     int
	Code       string
	Message    string
	Target     string
	Details    []*Failure
	RetryAfter time.Duration
}

func (f *Failure) Error() string { return f.Code + ": " + f.Message }

func failf(status int, code, format string, args ...any) *Failure {
	return &Failure{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// object is the error without its envelope.
func (f *Failure) object() map[string]any {
	o := map[string]any{"code": f.Code, "message": f.Message}
	if f.Target != "" {
		o["target"] = f.Target
	}
	var details []any
	for _, d := range f.Details {
		details = append(details, d.object())
	}
	if details != nil {
		o["details"] = details
	}
	return o
}

func notFound(id string) *Failure {
	return failf(http.StatusNotFound, "ResourceNotFound", "The Resource '%s' was not found.", id)
}
