package simulator

import (
	"encoding/json"
	"net/http"
	"strings"

	"palisade/arm"
	"palisade/format/armjson"
	"palisade/template"
)

// evaluate runs a submitted template with the program's own evaluator.
func (s *Simulator) evaluate(scope, name, location string, properties any) (*template.Result, *Failure) {
	text, err := json.Marshal(get(properties, "template"))
	if err != nil {
		return nil, invalidTemplate(err.Error())
	}
	file := arm.NewFile("template", text)
	v, problems := armjson.Read(file, text)
	given := map[string]arm.Value{}
	if parameters, isObject := get(properties, "parameters").(object); isObject {
		for name, p := range parameters {
			given[name] = value(get(p, "value"))
		}
	}
	at, _ := parsePath(scope)
	result := template.Evaluate(template.Input{
		Template: armjson.NewTemplate(file, v, problems...), Name: name, Parameters: given,
		Context: template.Context{TenantID: s.options.Tenant, SubscriptionID: s.options.Subscription, ResourceGroup: at.group, Location: location},
		Parse: func(v arm.Value) *template.Template {
			text := []byte(v.JSON())
			file := arm.NewFile("nested", text)
			again, problems := armjson.Read(file, text)
			return armjson.NewTemplate(file, again, problems...)
		},
	})
	return result, invalid(result)
}

// invalid is what Resource Manager says before it deploys anything.
func invalid(result *template.Result) *Failure {
	for _, d := range result.Diagnostics {
		if d.Severity != arm.Warning {
			return invalidTemplate(d.String())
		}
	}
	for _, p := range result.Open {
		return invalidTemplate("The value for the template parameter '" + p.Name + "' is not provided")
	}
	seen := map[string]bool{}
	for _, r := range result.Resources {
		switch {
		case r.Existing:
			continue
		case r.Maybe() || strings.Contains(r.ID, "«"):
			return invalidTemplate("the name or condition of " + r.ID + " can't be evaluated before the deployment")
		case r.APIVersion == "":
			return invalidTemplate("the resource " + r.ID + " has no apiVersion")
		case seen[r.Key()] && !strings.EqualFold(r.Type, templateType):
			return invalidTemplate("The resource '" + r.ID + "' is defined multiple times in a template")
		}
		seen[r.Key()] = true
	}
	return nil
}

func invalidTemplate(why string) *Failure {
	return failf(http.StatusBadRequest, "InvalidTemplate", "Deployment template validation failed: '%s'.", why)
}
