package rule

import (
	"palisade/arm"
	"palisade/estate"
)

func result(status Status, on *estate.Resource, message string, proof []Step) Result {
	r := Result{Status: status, Message: message, Proof: proof, Resource: on.ID, Pos: on.Pos}
	for _, s := range proof {
		if s.Pos.IsValid() {
			r.Pos = s.Pos
			break
		}
	}
	return r
}

func fail(on *estate.Resource, message string, proof ...Step) Result {
	return result(Fail, on, message, proof)
}

func pass(on *estate.Resource, message string, proof ...Step) Result {
	return result(Pass, on, message, proof)
}

func notApplicable(on *estate.Resource, message string) Result {
	return result(NotApplicable, on, message, nil)
}

// unknown is a result that would be decided by why, of which nil ones count as
// not there.
func unknown(on *estate.Resource, message string, why []*arm.Unknown, proof ...Step) Result {
	r := result(Unknown, on, message, proof)
	r.DependsOn = roots(why)
	return r
}

// level is r with a severity of its own.
func (r Result) level(s Severity) Result { r.Severity = &s; return r }

// fixedBy is r with a fix of its own.
func (r Result) fixedBy(fix string) Result { r.Fix = fix; return r }

// roots are the unknowns that all of these come from, each once, in order.
func roots(all []*arm.Unknown) []*arm.Unknown {
	var found []*arm.Unknown
	seen := map[string]bool{}
	for _, u := range all {
		if u == nil {
			continue
		}
		from := u.Roots()
		if len(from) == 0 {
			from = []*arm.Unknown{u}
		}
		for _, root := range from {
			if text := root.Text(); !seen[text] {
				seen[text] = true
				found = append(found, root)
			}
		}
	}
	return found
}
