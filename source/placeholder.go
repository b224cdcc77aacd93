package source

import (
	"maps"
	"strings"

	"palisade/arm"
	"palisade/expr"
	"palisade/template"
)

// maxPlaceholders bounds how many empty defaults are tried, each with one more
// evaluation.
const maxPlaceholders = 8

// evaluateOpen evaluates a template. Where an empty list, object or string
// can't be meant, because with it the template has mistakes or leaves out its
// accounts, the parameter counts as one without a value: whoever deploys the
// template has to give one, and what it deploys then isn't known to be nothing.
func evaluateOpen(in template.Input) *template.Result {
	result := template.Evaluate(in)
	for _, p := range empties(in) {
		if mistakes(result) == 0 && !idle(result) {
			break
		}
		with := in
		with.Parameters = maps.Clone(in.Parameters)
		with.Parameters[p.Name] = placeholder(p)
		if r := template.Evaluate(with); better(r, result) {
			in, result = with, r
		}
	}
	return result
}

func placeholder(p *template.Parameter) arm.Value {
	u := arm.Parameter(p.Name, false, p.At)
	u.Reason = "parameter " + p.Name + " is empty, which can't be meant"
	return arm.Unk(u)
}

// empties are the parameters that are given an empty value or left to an empty
// default.
func empties(in template.Input) []*template.Parameter {
	var out []*template.Parameter
	for _, p := range in.Template.Parameters {
		v, given := in.Parameters[p.Name]
		if (given && isEmptyValue(v) || !given && isEmpty(p.Default)) && len(out) < maxPlaceholders {
			out = append(out, p)
		}
	}
	return out
}

func isEmpty(n expr.Node) bool {
	switch n := n.(type) {
	case *expr.Array:
		return len(n.Items) == 0
	case *expr.Object:
		return len(n.Members) == 0
	case *expr.Literal:
		return isEmptyValue(n.Value)
	}
	return false
}

func isEmptyValue(v arm.Value) bool {
	items, isArray := v.Items()
	o, isObject := v.Object()
	return v.Is("") || isArray && len(items) == 0 || isObject && o.Len() == 0 && o.Rest() == nil
}

// better reports whether a has fewer mistakes than b, or as few and more
// accounts.
func better(a, b *template.Result) bool {
	if mistakes(a) != mistakes(b) {
		return mistakes(a) < mistakes(b)
	}
	return accounts(a) > accounts(b)
}

func mistakes(r *template.Result) int {
	n := 0
	for _, d := range r.Diagnostics {
		if d.Severity == arm.Error {
			n++
		}
	}
	return n
}

// AccountType is the type of the accounts that serve models.
const AccountType = "Microsoft.CognitiveServices/accounts"

func accounts(r *template.Result) int {
	n := 0
	for _, res := range r.Resources {
		if res.Is(AccountType) && !res.Existing {
			n++
		}
	}
	return n
}

// idle reports whether an account is declared in a loop without turns.
func idle(r *template.Result) bool {
	for _, n := range r.NotDeployed {
		if n.EmptyLoop && strings.EqualFold(n.Type, AccountType) {
			return true
		}
	}
	return false
}
