package report

import "palisade/access"

// Through is an API of an API Management service that uses the models by the
// service's own right or with a key: whom it lets in uses them, too.
type Through struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`          // of the service
	API      string    `json:"api,omitempty"` // "" where none is declared
	By       string    `json:"by"`            // identity | key
	Public   string    `json:"public"`        // whether the internet reaches the service: yes | no | unknown
	Leads    string    `json:"leads"`         // whether the API is for this account: yes | unknown
	Asks     string    `json:"asks"`          // what callers are asked for: token | key | nothing | nobody | unknown
	Position *Position `json:"position,omitempty"`
}

func (s *summary) through() []Through {
	var out []Through
	for _, p := range s.world.Passages(s.account, s.reach.Holders) {
		t := Through{ID: p.Gateway.ID, Name: p.Gateway.Name, By: "identity", Public: answerWords[access.Public(p.Gateway)],
			Leads: verdictWords[p.Leads], Asks: p.Asks.String(), Position: s.position(p.Gateway.Pos)}
		if p.By == access.Key {
			t.By = "key"
		}
		if p.API != nil {
			t.ID, t.API, t.Position = p.API.ID, p.API.Name, s.position(p.API.Pos)
		}
		out = append(out, t)
	}
	return out
}
