package template

import (
	"strings"

	"palisade/arm"
)

// Deployment answers the functions that are about the deployment and the state
// of resources (Microsoft Learn, "Resource functions", "Scope functions" and
// "Deployment functions for ARM templates").
func (d *deployment) Deployment(name string, args []arm.Value, at arm.Pos) (arm.Value, bool) {
	key := strings.ToLower(name)
	if f, ok := functions[key]; ok {
		return f(d, args, at), true
	}
	if strings.HasPrefix(key, "list") && len(args) > 0 {
		return d.list(name, args, at), true
	}
	return arm.Value{}, false
}

type function func(d *deployment, args []arm.Value, at arm.Pos) arm.Value

var functions = map[string]function{
	"parameters":                parametersFunction,
	"variables":                 variablesFunction,
	"resourceid":                resourceIDFunction,
	"subscriptionresourceid":    subscriptionResourceID,
	"tenantresourceid":          tenantResourceID,
	"managementgroupresourceid": managementGroupResourceID,
	"extensionresourceid":       extensionResourceID,
	"reference":                 referenceFunction,
	"references":                referencesFunction,
	"resourcegroup":             resourceGroupFunction,
	"subscription":              subscriptionFunction,
	"tenant":                    tenantFunction,
	"managementgroup":           managementGroupFunction,
	"deployment":                deploymentFunction,
	"deployer":                  deployerFunction,
	"environment":               environmentFunction,
	"getsecret":                 getSecretFunction,
	"utcnow":                    runtimeFunction("utcNow", "the time of the deployment isn't known before it"),
	"newguid":                   runtimeFunction("newGuid", "a new GUID is made at each deployment"),
	"providers":                 runtimeFunction("providers", "what the resource provider offers is "+atDeployment),
	"pickzones":                 runtimeFunction("pickZones", "zones are "+atDeployment),
	"tologicalzone":             runtimeFunction("toLogicalZone", "zones are "+atDeployment),
	"tologicalzones":            runtimeFunction("toLogicalZones", "zones are "+atDeployment),
	"tophysicalzone":            runtimeFunction("toPhysicalZone", "zones are "+atDeployment),
	"tophysicalzones":           runtimeFunction("toPhysicalZones", "zones are "+atDeployment),
	"externalinput":             runtimeFunction("externalInput", "an external input is given at deployment"),
	"roledefinitions":           runtimeFunction("roleDefinitions", "the role is looked up at deployment"),
}

func runtimeFunction(name, reason string) function {
	return func(_ *deployment, args []arm.Value, at arm.Pos) arm.Value {
		return arm.Unk(arm.Runtime(name, reason, at, args...))
	}
}

func (d *deployment) invalid(name, problem string, at arm.Pos) arm.Value {
	d.Report(arm.Diagnostic{Pos: at, Message: name + ": " + problem})
	return arm.Unk(arm.NotRead("error", name+": "+problem, at))
}

// parametersFunction and variablesFunction read a name that is computed.
func parametersFunction(d *deployment, args []arm.Value, at arm.Pos) arm.Value {
	return byName(d, "parameters", args, at, d.Parameter)
}

func variablesFunction(d *deployment, args []arm.Value, at arm.Pos) arm.Value {
	return byName(d, "variables", args, at, d.Variable)
}

func byName(d *deployment, function string, args []arm.Value, at arm.Pos, get func(string, arm.Pos) arm.Value) arm.Value {
	if len(args) != 1 {
		return d.invalid(function, "takes one name", at)
	}
	if name, ok := args[0].Str(); ok {
		return get(name, at)
	}
	return arm.Unk(arm.Call(function, at, args...))
}

// list is listKeys and its like. What they answer is secret. The API version
// in the second argument doesn't change which secret it is. The compiler writes
// listOutputsWithSecureValues for the secure outputs of a module.
func (d *deployment) list(name string, args []arm.Value, at arm.Pos) arm.Value {
	id := args[0]
	if i := d.referred(id); i != nil {
		if strings.EqualFold(name, "listOutputsWithSecureValues") && i.r().Module != nil && !i.skipped() {
			return i.outputs()
		}
		id = i.ID()
	}
	asked := []arm.Value{id}
	if len(args) > 2 {
		asked = append(asked, args[2:]...)
	}
	u := arm.Runtime(name, name+" of "+shortID(id)+" is "+atDeployment, at, asked...)
	u.Secret = true
	return arm.Unk(u)
}

func getSecretFunction(d *deployment, args []arm.Value, at arm.Pos) arm.Value {
	if len(args) < 2 {
		return d.invalid("getSecret", "takes a vault and a name", at)
	}
	return arm.Unk(vaultSecret(args[0], args[1], at))
}

// referenceFunction is reference(nameOrID, [version], ['full']).
func referenceFunction(d *deployment, args []arm.Value, at arm.Pos) arm.Value {
	if len(args) == 0 {
		return d.invalid("reference", "takes a resource name or id", at)
	}
	full := len(args) > 2 && args[2].Is("full")
	if i := d.referred(args[0]); i != nil {
		switch {
		case i.skipped():
			return arm.Null(at)
		case full:
			return i.full(at)
		}
		return i.properties(at)
	}
	if full {
		id := args[0]
		known := []arm.Member{{Name: "id", Value: id}, {Name: "properties", Value: arm.Unk(reference(id, at))}}
		return arm.Obj(arm.NewObject(known).Open(referenceFull(id, at)), at)
	}
	return arm.Unk(reference(args[0], at))
}

// referencesFunction is references(symbolicNameOfLoop, ['full']).
func referencesFunction(d *deployment, args []arm.Value, at arm.Pos) arm.Value {
	if len(args) == 0 {
		return d.invalid("references", "takes a symbolic name", at)
	}
	k, ok := lookup(d.t.symbols, args[0].Text())
	if !ok {
		return d.invalid("references", "there is no resource "+args[0].Text(), at)
	}
	return d.groups[k].all(at, func(i *instance) arm.Value {
		if len(args) > 1 && args[1].Is("full") {
			return i.full(at)
		}
		return i.properties(at)
	})
}
