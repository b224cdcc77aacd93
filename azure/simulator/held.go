package simulator

import (
	"encoding/json"
	"slices"
	"strings"
)

// Held is a resource that is there, as it was last written.
type Held struct {
	ID, Type, APIVersion string
	Body                 json.RawMessage // of location, tags, identity, properties and the like
}

// Held lists all resources, by ID without regard to case. Template deployments
// and stacks aren't resources here.
func (s *Simulator) Held() []Held {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	var out []Held
	for _, key := range slices.Sorted(slices.Values(s.keys)) {
		r := s.resources[key]
		body := copied(r.body)
		for _, name := range written {
			delete(body, name)
		}
		text, _ := json.Marshal(body) // was read from JSON
		out = append(out, Held{r.id, r.typ, r.version, text})
	}
	return out
}

// written are members that say where a resource is in a template or request,
// and nothing about it.
var written = []string{"id", "name", "type", "apiVersion", "dependsOn", "comments", "condition", "copy", "scope"}

// Is reports whether the resource is of that type.
func (h Held) Is(typ string) bool { return strings.EqualFold(h.Type, typ) }
