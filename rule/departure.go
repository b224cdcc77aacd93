package rule

import (
	"time"

	"palisade/arm"
	"palisade/estate"
)

var departure = &Rule{
	ID:    "PAL035",
	Name:  "departure",
	Title: "The safe defaults are kept",
	Why: "Each default is there because its absence has hurt somebody. A departure that was meant for a few weeks stays " +
		"unless somebody is made to decide again.",
	Fix:      "Remove the key from the file, or what it departs from; while it is needed, because: says why and expires: until when.",
	Severity: Low,
	Source:   "https://learn.microsoft.com/azure/governance/policy/concepts/exemption-structure",
	Peers:    []string{"MCSB GS-1"},
	Check:    checkDepartures,
}

func checkDepartures(s *Subject) []Result {
	var results []Result
	for _, d := range s.Estate.Departures.All {
		results = append(results, ifMade(d.Resource, judgeDeparture(s, d)))
	}
	if len(results) == 0 && len(s.Estate.Guards.All) > 0 {
		g := s.Estate.Guards.All[0]
		results = append(results, pass(g.Resource, "it departs from no other safe default"))
	}
	return results
}

func judgeDeparture(s *Subject, d *estate.Departure) Result {
	message := d.Name + ": " + d.What.String()
	proof := shows(d.Resource, d.What.String())
	if !d.Expires.Known() {
		return unknown(d.Resource, message+", and it isn't known until when", []*arm.Unknown{d.Expires.Unknown}, proof)
	}
	end, err := time.Parse(time.RFC3339, d.Expires.Value)
	switch {
	case err != nil:
		return fail(d.Resource, message+", without an end", proof).level(Medium)
	case !s.Now.IsZero() && !s.Now.Before(end):
		return fail(d.Resource, message+", and the time for which that was accepted is over", proof).level(Medium)
	}
	return fail(d.Resource, message, proof)
}
