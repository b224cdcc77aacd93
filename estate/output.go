package estate

import "palisade/arm"

// Output is an output of a template deployment. Who may read the deployment
// can read it, unless it is Secure.
type Output struct {
	Deployment string // id of the template deployment
	Name       string
	Value      arm.Value
	Secure     bool
	Secrets    []Secret // whose keys the value holds; set by New
	Pos        arm.Pos
}
