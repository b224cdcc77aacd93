package armjson

import (
	"fmt"

	"palisade/arm"
)

// Environment answers the value of a variable of the azd environment, and
// whether it is set.
type Environment func(name string) (value string, ok bool)

// NoEnvironment is the Environment in which nothing is set.
func NoEnvironment(string) (string, bool) { return "", false }

// ReadParameters returns the values in a parameter file by name. A reference
// to a secret of a key vault is an unknown. Placeholders of azd, such as
// ${AZURE_LOCATION}, are filled in from env; what isn't set and has no default
// is unknown. What they give is always a string: azd turns it into the type of
// the parameter.
//
// Source: Azure Resource Manager, "Create Resource Manager parameter file".
func ReadParameters(file arm.Value, env Environment) (*arm.Object, []arm.Diagnostic) {
	r := parameterReader{env: env}
	o, ok := parametersIn(file)
	if !ok {
		r.fail(file.Pos(), "expected an object of parameters")
		return arm.NewObject(nil), r.diagnostics
	}
	members := make([]arm.Member, 0, o.Len())
	for _, m := range o.Members() {
		m.Value = r.value(m)
		members = append(members, m)
	}
	return arm.NewObject(members), r.diagnostics
}

func parametersIn(file arm.Value) (*arm.Object, bool) {
	o, ok := file.Object()
	if !ok {
		return nil, false
	}
	inner, found := o.Lookup("parameters")
	if found && !isParameterValue(inner.Value) {
		return inner.Value.Object()
	}
	return o, found || areParameterValues(o)
}

type parameterReader struct {
	env         Environment
	diagnostics []arm.Diagnostic
}

func (r *parameterReader) fail(pos arm.Pos, message string) {
	r.diagnostics = append(r.diagnostics, arm.Diagnostic{Pos: pos, Message: message})
}

func (r *parameterReader) value(m arm.Member) arm.Value {
	o, ok := m.Value.Object()
	if !ok {
		return r.odd(m)
	}
	if v, ok := o.Lookup("value"); ok {
		return fill(v.Value, r.env)
	}
	if ref, ok := o.Lookup("reference"); ok {
		return secret(m.Name, fill(ref.Value, r.env))
	}
	if e, ok := o.Lookup("expression"); ok {
		reason := "parameter " + m.Name + " is computed from external inputs when it is deployed"
		return arm.Unk(arm.NotGiven("external input of "+m.Name, reason, e.Value.Pos()))
	}
	return r.odd(m)
}

func (r *parameterReader) odd(m arm.Member) arm.Value {
	message := fmt.Sprintf(`parameter %s has neither "value" nor "reference"`, m.Name)
	r.fail(m.Pos, message)
	return arm.Unk(arm.NotRead("value of "+m.Name, message, m.Value.Pos()))
}

// secret is the value of a parameter that Resource Manager takes from a key
// vault, in the same form as getSecret of Bicep.
func secret(parameter string, ref arm.Value) arm.Value {
	vault, name := ref.Get("keyVault", "id"), ref.Get("secretName")
	reason := "parameter " + parameter + " is a secret in a key vault"
	u := arm.Runtime("getSecret", reason, ref.Pos(), vault, name)
	u.Secret = true
	return arm.Unk(u)
}
