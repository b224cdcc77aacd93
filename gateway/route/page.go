package route

import (
	"net/url"
	"strconv"
	"strings"
)

// Page is which part of a list of stored things is asked for.
type Page struct {
	After, Before string // IDs of things that the part stands behind, or before; "" for none
	Limit         int    // how many things at most
	Ascending     bool   // the oldest first
	others        []string
}

// Bounds of a page: what the API gives without a limit, and at most.
const (
	usualPage, mostPage = 20, 100
	mostFiles           = 10_000 // both for files
)

// newPage is the part that is given if the query doesn't say.
func newPage(o *Operation) *Page {
	p := &Page{Limit: usualPage, Ascending: o.Stored == Completion}
	if o.Stored == File {
		p.Limit = mostFiles
	}
	return p
}

// take reads what a query says of the part. What it says of anything else is
// the upstream's to know.
func (p *Page) take(o *Operation, pair, key, value string) *Refusal {
	switch key {
	case "after", "before":
		if value != "" && !IsID(value) {
			return badRequest("query_malformed", key+" isn't an ID", key)
		}
		if key == "after" {
			p.After = value
			return nil
		}
		p.Before = value
	case "limit":
		most := mostPage
		if o.Stored == File {
			most = mostFiles
		}
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > most {
			return badRequest("query_malformed", "limit isn't a number from 1 to "+strconv.Itoa(most), key)
		}
		p.Limit = n
	case "order":
		if value != "asc" && value != "desc" {
			return badRequest("query_malformed", "order is neither asc nor desc", key)
		}
		p.Ascending = value == "asc"
		p.others = append(p.others, pair)
	case "$orderby":
		if value != "created_at asc" && value != "created_at desc" {
			return badRequest("query_malformed", "$orderby is neither created_at asc nor created_at desc", key)
		}
		p.Ascending = value == "created_at asc"
		p.others = append(p.others, pair)
	default:
		p.others = append(p.others, pair)
	}
	return nil
}

// Query asks an upstream for as many things as it gives at once, from behind
// the one that is named, or from the start.
func (p *Page) Query(after string) string {
	all := append([]string{"limit=" + strconv.Itoa(mostPage)}, p.others...)
	if after != "" {
		all = append(all, "after="+url.QueryEscape(after))
	}
	return strings.Join(all, "&")
}
