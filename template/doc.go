// Package template is the model of one deployment template and its evaluation
// to resources. The front ends (Bicep, ARM JSON) build a Template; Evaluate
// runs it as Resource Manager would: parameters, variables, loops, conditions,
// nested deployments at every scope, outputs that flow between them.
package template
