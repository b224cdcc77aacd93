package simulator

import (
	"fmt"
	"net/http"
)

// operation is an asynchronous operation that a client polls.
type operation struct {
	id      string
	done    bool
	failure *Failure
	result  any // of an operation whose result is at its Location
}

func (s *Simulator) newOperation() *operation {
	op := &operation{id: fmt.Sprintf("op-%06d", len(s.operations)+1)}
	s.operations[op.id] = op
	return op
}

func (op *operation) finish(failure *Failure) { op.done, op.failure = true, failure }

func (s *Simulator) operationURL(kind string, op *operation) string {
	return fmt.Sprintf("%s/subscriptions/%s/providers/Microsoft.Resources/locations/westeurope/%s/%s?api-version=2025-04-01",
		s.server.URL, s.options.Subscription, kind, op.id)
}

// async answers with where the operation can be polled.
func (s *Simulator) async(status int, body any, op *operation) answer {
	return answer{status: status, body: body, header: map[string]string{
		"Azure-AsyncOperation": s.operationURL("operationStatuses", op),
		"Retry-After":          "5",
	}}
}

// located answers with where the result will be.
func (s *Simulator) located(op *operation) answer {
	return answer{status: http.StatusAccepted, header: map[string]string{
		"Location": s.operationURL("operationResults", op), "Retry-After": "5",
	}}
}

func (s *Simulator) operationStatus(q *query) answer {
	op := s.operations[q.vars["id"]]
	switch {
	case op == nil:
		return failed(notFound(q.path))
	case !op.done:
		return answer{status: http.StatusOK, body: object{"id": q.path, "name": op.id, "status": "Running"}, header: map[string]string{"Retry-After": "10"}}
	case op.failure != nil:
		return ok(object{"id": q.path, "name": op.id, "status": "Failed", "error": op.failure.object()})
	}
	return ok(object{"id": q.path, "name": op.id, "status": "Succeeded"})
}

func (s *Simulator) operationResult(q *query) answer {
	op := s.operations[q.vars["id"]]
	switch {
	case op == nil:
		return failed(notFound(q.path))
	case !op.done:
		return answer{status: http.StatusAccepted, header: map[string]string{"Location": s.operationURL("operationResults", op), "Retry-After": "5"}}
	case op.failure != nil:
		return failed(op.failure)
	case op.result == nil:
		return answer{status: http.StatusNoContent}
	}
	return ok(op.result)
}
