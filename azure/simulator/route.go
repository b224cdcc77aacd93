package simulator

import "strings"

// route is one kind of request. A pattern that begins with ** takes any scope
// before it; {name} takes one part.
type route struct {
	method, pattern string
	do              func(*Simulator, *query) answer
}

const (
	deploymentsPath = "**/providers/Microsoft.Resources/deployments/{name}"
	stackPath       = "**/providers/Microsoft.Resources/deploymentStacks/{name}"
	cognitivePath   = "/subscriptions/{subscription}/providers/Microsoft.CognitiveServices"
	deletedPath     = cognitivePath + "/locations/{location}/resourceGroups/{group}/deletedAccounts/{name}"
)

// match compares a path with a pattern, without regard to case.
func match(pattern, path string) (vars map[string]string, ok bool) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	vars = map[string]string{}
	rest, scoped := strings.CutPrefix(pattern, "**/")
	want := strings.Split(strings.Trim(rest, "/"), "/")
	if scoped {
		n := len(parts) - len(want)
		if n < 1 {
			return nil, false
		}
		vars["scope"] = "/" + strings.Join(parts[:n], "/")
		parts = parts[n:]
	}
	if len(parts) != len(want) {
		return nil, false
	}
	for i, w := range want {
		if strings.HasPrefix(w, "{") {
			vars[strings.Trim(w, "{}")] = parts[i]
		} else if !strings.EqualFold(w, parts[i]) {
			return nil, false
		}
	}
	return vars, true
}

// table lists the requests that aren't about a resource like any other.
func table() []route {
	return []route{
		{"GET", "/subscriptions/{subscription}", (*Simulator).getSubscription},
		{"GET", "/subscriptions/{subscription}/providers", (*Simulator).listProviders},
		{"GET", "/subscriptions/{subscription}/providers/{namespace}", (*Simulator).getProvider},
		{"POST", "/subscriptions/{subscription}/providers/{namespace}/register", (*Simulator).register},
		{"GET", "**/providers/Microsoft.Authorization/permissions", (*Simulator).permissions},
		{"GET", "**/providers/Microsoft.Authorization/roleAssignments", (*Simulator).listAssignments},
		{"GET", "**/providers/Microsoft.Authorization/roleDefinitions/{name}", (*Simulator).getRole},
		{"GET", "**/providers/Microsoft.Resources/locations/{location}/operationStatuses/{id}", (*Simulator).operationStatus},
		{"GET", "**/providers/Microsoft.Resources/locations/{location}/operationResults/{id}", (*Simulator).operationResult},
		{"GET", cognitivePath + "/locations/{location}/usages", (*Simulator).usages},
		{"GET", cognitivePath + "/locations/{location}/models", (*Simulator).models},
		{"POST", cognitivePath + "/checkDomainAvailability", (*Simulator).checkDomain},
		{"POST", "/subscriptions/{subscription}/providers/{namespace}/checkNameAvailability", (*Simulator).checkName},
		{"GET", cognitivePath + "/deletedAccounts", (*Simulator).listDeleted},
		{"GET", deletedPath, (*Simulator).getDeleted},
		{"DELETE", deletedPath, (*Simulator).purge},
		{"PUT", deploymentsPath, (*Simulator).putDeployment},
		{"GET", deploymentsPath, (*Simulator).getDeployment},
		{"POST", deploymentsPath + "/whatIf", (*Simulator).whatIf},
		{"GET", deploymentsPath + "/operations", (*Simulator).listOperations},
		{"GET", "**/deployments/{name}/operations", (*Simulator).listOperations},
		{"PUT", stackPath, (*Simulator).putStack},
		{"GET", stackPath, (*Simulator).getStack},
		{"DELETE", stackPath, (*Simulator).deleteStack},
	}
}
