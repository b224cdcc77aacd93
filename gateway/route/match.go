package route

import (
	"net/http"
	"strings"
)

// Match is what the line and the header of a request say.
type Match struct {
	*Operation
	Form       Form
	IDs        IDs
	Model      string // named by the path or the query, or ""
	Suffix     string // the path behind the form's prefix: "/responses/resp_1"
	APIVersion string // "" in the v1 form when none is given
	Stream     bool   // asked for in the query
	Boundary   string // of a multipart body
	Query      string // as it came
	Page       *Page  // nil unless stored things are listed
}

// ModelFrom is where this request names its model.
func (m *Match) ModelFrom() ModelFrom {
	if m.Form == Deployment {
		return FromPath
	}
	return m.Operation.Model
}

// StoredID is the ID of the stored thing that the path names, or "".
func (m *Match) StoredID() string {
	if m.Stored == NotStored {
		return ""
	}
	return m.IDs.At(0)
}

// Match finds the operation of a request. Paths and queries are taken as they
// were sent: what could be read in two ways is refused.
func (t *Table) Match(r *http.Request) (Match, *Refusal) {
	var m Match
	path, refusal := strictPath(r)
	if refusal != nil {
		return m, refusal
	}
	if refusal := t.find(&m, path, r.Method); refusal != nil {
		return m, refusal
	}
	if refusal := m.readQuery(r.URL.RawQuery); refusal != nil {
		return m, refusal
	}
	return m, m.readHeader(r)
}

// find sets the operation, its form, and what stands in the path.
func (t *Table) find(m *Match, path, method string) *Refusal {
	suffix, ok := strings.CutPrefix(path, "/openai/")
	if !ok {
		return unknownPath()
	}
	tree := 1
	m.Form = Resource
	if rest, ok := strings.CutPrefix(suffix, "v1/"); ok {
		tree, suffix, m.Form = 2, rest, V1
	} else if rest, ok := strings.CutPrefix(suffix, "deployments/"); ok {
		name, rest, _ := strings.Cut(rest, "/")
		tree, suffix, m.Form, m.Model = 0, rest, Deployment, name
	}
	if suffix == "" {
		return unknownPath()
	}
	n := t.trees[tree].at(suffix, &m.IDs)
	if n == nil || n.methods == nil {
		return unknownPath()
	}
	if m.Operation = n.operation(method); m.Operation == nil {
		return &Refusal{Status: http.StatusMethodNotAllowed, Code: "405", Reason: "method_not_allowed",
			Message: "this path doesn't take that method", Allow: n.allow()}
	}
	m.Suffix = path[len(path)-len(suffix)-1:]
	return m.readNames()
}

// readNames checks what was taken from the path.
func (m *Match) readNames() *Refusal {
	if m.Form == Deployment && !isModelName(m.Model) {
		return notFound("path_model", "this isn't the name of a deployment")
	}
	for i := range m.IDs.n {
		if !isID(m.IDs.id[i]) {
			return notFound("path_id", "this isn't the ID of anything")
		}
	}
	if m.Operation.Model == FromPath {
		m.Model = m.IDs.At(m.IDs.n - 1)
	}
	return nil
}

func unknownPath() *Refusal { return notFound("route_unknown", "Resource not found") }
