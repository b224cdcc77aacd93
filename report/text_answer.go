package report

import (
	"fmt"
	"slices"
	"strings"

	"palisade/estate"
)

// row is one line of the answer for an account.
type row struct {
	label string
	style style
	text  string
}

// labels are all labels of rows, in order.
var labels = []string{"Internet", "Private", "Services", "Identities", "Through", "Keys", "Models", "Listens", "From", "Callers"}

// answer is who can reach an account, from where, with what. A line has at most
// so many names; 0 is no limit.
func answer(a *Account, most int) []row {
	rows := []row{internetRow(a.Internet, most)}
	rows = append(rows, networkRows(a, most)...)
	if a.Internet.Answer != "all" {
		rows = append(rows, serviceRows(a.Services)...)
	}
	rows = append(rows, identityRows(a, most)...)
	if a.MoreIdentities > 0 {
		rows = append(rows, row{"Identities", plain, fmt.Sprintf("and %d more", a.MoreIdentities)})
	}
	rows = append(rows, throughRows(a.Through)...)
	rows = append(rows, keysRow(a.Keys))
	return append(rows, modelRow(a.Models, most))
}

func internetRow(n Internet, most int) row {
	r := row{"Internet", plain, ""}
	switch n.Answer {
	case "all":
		r.style, r.text = red, "open to every address"
	case "part":
		r.style, r.text = yellow, "open to "+few(n.Addresses, most)
	case "none":
		r.style, r.text = green, "closed"
	default:
		r.style, r.text = yellow, "not known"
		if len(n.Addresses) > 0 {
			r.text = "open to " + few(n.Addresses, most)
		}
		if len(n.Perhaps) > 0 {
			r.text += "; perhaps open to " + few(n.Perhaps, most)
		}
	}
	return r.because(n.Why)
}

func (r row) because(why string) row {
	if why != "" {
		r.text += ": " + why
	}
	return r
}

// few is items in words, at most so many of them; 0 is no limit.
func few(items []string, most int) string {
	if most == 0 || len(items) <= most {
		return strings.Join(items, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(items[:most-1], ", "), len(items)-most+1)
}

// networkRows puts networks with the same way in into one row.
func networkRows(a *Account, most int) []row {
	networks := a.Networks
	switch {
	case len(networks) == 0 && a.Referred:
		return []row{{"Private", dim, "no way in from a private network is declared here"}}
	case len(networks) == 0:
		return []row{{"Private", dim, "no way in from a private network"}}
	}
	var rows []row
	var ways []string
	var subnets [][]string
	for _, n := range networks {
		way, look := wayOf(n)
		i := slices.Index(ways, way)
		if i < 0 {
			i = len(ways)
			ways = append(ways, way)
			subnets = append(subnets, nil)
			rows = append(rows, row{"Private", look, ""})
		}
		subnets[i] = append(subnets[i], n.Name)
	}
	for i := range rows {
		rows[i].text = few(subnets[i], most) + " " + ways[i]
	}
	return rows
}

func wayOf(n Network) (string, style) {
	way, look := "by "+n.Via, plain
	if n.Endpoint != "" {
		way += " " + estate.LastName(n.Endpoint)
	}
	switch {
	case n.Answer == "unknown":
		way, look = "perhaps "+way, yellow
	case n.Resolves == "no":
		way, look = way+", but the name doesn't resolve to it", yellow
	case n.Resolves == "unknown":
		way, look = way+"; not known whether the name resolves to it", yellow
	}
	if n.Why != "" && look != plain {
		way += ": " + n.Why
	}
	return way, look
}

func serviceRows(s Answer) []row {
	switch s.Answer {
	case "yes":
		return []row{row{"Services", yellow, "trusted Azure services pass the network rules"}.because(s.Why)}
	case "unknown":
		return []row{row{"Services", yellow, "not known whether trusted Azure services pass"}.because(s.Why)}
	}
	return nil
}

// identityRows puts identities that can do the same into one row.
func identityRows(a *Account, most int) []row {
	identities := a.Identities
	switch {
	case len(identities) == 0 && a.NoTokens != "":
		return []row{{"Identities", dim, "nobody: " + a.NoTokens}}
	case len(identities) == 0:
		return []row{{"Identities", dim, "nobody has a role here"}}
	}
	var rows []row
	var rights []string
	var who [][]string
	for _, id := range identities {
		right := strings.Join(id.Can, ", ")
		look := plain
		if id.Answer == "unknown" {
			right, look = "perhaps "+right, yellow
		}
		i := slices.Index(rights, right)
		if i < 0 {
			i = len(rights)
			rights = append(rights, right)
			who = append(who, nil)
			rows = append(rows, row{"Identities", look, ""})
		}
		name := id.Name
		if len(id.Roles) > 0 {
			name += " (" + strings.Join(id.Roles, ", ") + ")"
		}
		who[i] = append(who[i], name)
	}
	for i := range rows {
		rows[i].text = few(who[i], most) + ": " + rights[i]
	}
	return rows
}

// throughRows names who uses the models for others.
func throughRows(all []Through) []row {
	var rows []row
	for _, t := range all {
		where := map[string]string{"yes": ", open to the internet", "unknown": ", perhaps open to the internet"}[t.Public]
		name := t.Name
		if t.API != "" {
			name += ", API " + t.API
		}
		if t.API != "" && t.Leads == "unknown" {
			name = "perhaps " + name
		}
		rows = append(rows, row{"Through", asksStyle(t.Asks), fmt.Sprintf("API Management %s%s, with its %s: %s", name, where, t.By, asksWords[t.Asks])})
	}
	return rows
}

// asksWords says whom an API lets in, by what it asks for.
var asksWords = map[string]string{
	"token": "whoever shows it a token or certificate that it asks for", "key": "whoever has a key",
	"nothing": "whoever can connect", "nobody": "nobody", "unknown": "whom it lets in isn't known",
}

func asksStyle(asks string) style {
	switch asks {
	case "token", "nobody":
		return green
	case "key", "nothing":
		return red
	}
	return yellow
}

func keysRow(k Keys) row {
	switch k.Accepted {
	case "yes":
		return row{"Keys", red, "accepted"}.because(k.Why)
	case "no":
		return row{"Keys", green, "refused"}.because(k.Why)
	}
	return row{"Keys", yellow, "not known whether they are accepted"}.because(k.Why)
}

func modelRow(models []Model, most int) row {
	if len(models) == 0 {
		return row{"Models", dim, "none deployed here"}
	}
	var out []string
	for _, m := range models {
		text := m.Model
		if m.Version != "" {
			text += " " + m.Version
		}
		if m.Deployment != m.Model {
			text += " as " + m.Deployment
		}
		out = append(out, text)
	}
	return row{"Models", plain, few(out, most)}
}
