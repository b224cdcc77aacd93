package template

import (
	"strings"
	"testing"

	"palisade/arm"
	"palisade/expr"
)

// documented are the functions of Microsoft Learn's "ARM template functions"
// (azure-docs template-functions.md, 2024-05) and those that Bicep adds (its
// SystemNamespaceType and AzNamespaceType, 2026-08). What Bicep answers while it
// compiles, such as loadTextContent, is in format/bicep.
const documented = `
array concat contains createArray empty first indexOf intersection last lastIndexOf length max min
range skip take union parseCidr cidrSubnet cidrHost coalesce equals greater greaterOrEquals less
lessOrEquals dateTimeAdd dateTimeFromEpoch dateTimeToEpoch utcNow deployment environment parameters
variables filter map reduce sort toObject and bool false if not or true add copyIndex div float int
mod mul sub createObject items json null extensionResourceId listAccountSas listKeys listSecrets
pickZones providers reference references resourceId subscriptionResourceId tenantResourceId
managementGroup resourceGroup subscription tenant base64 base64ToJson base64ToString dataUri
dataUriToString endsWith format guid join newGuid padLeft replace split startsWith string substring
toLower toUpper trim uniqueString uri uriComponent uriComponentToString
flatten distinct groupBy mapValues objectKeys shallowMerge like fail buildUri parseUri
managementGroupResourceId deployer toLogicalZone toLogicalZones toPhysicalZone toPhysicalZones
roleDefinitions getSecret tryGet tryIndexFromEnd indexFromEnd externalInput`

// TestEveryFunctionIsThere calls each function: whatever it answers, it mustn't
// be that there is no such function.
func TestEveryFunctionIsThere(t *testing.T) {
	arg := &expr.Literal{Value: arm.String("x", arm.Pos{})}
	for _, name := range append(strings.Fields(documented), "frobnicate") {
		tpl := &Template{Outputs: []*Output{{Name: "x", Value: &expr.Call{Name: name, Args: []expr.Node{arg}}}}}
		tpl.Seal()
		there := true
		for _, d := range Evaluate(Input{Template: tpl}).Diagnostics {
			there = there && !strings.Contains(d.Message, "there is no function")
		}
		if there == (name == "frobnicate") {
			t.Errorf("%s: there is %v", name, there)
		}
	}
}
