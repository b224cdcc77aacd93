package rule

import (
	"fmt"
	"testing"

	"palisade/access"
	"palisade/arm"
	"palisade/estate"
	"palisade/estate/estatetest"
)

// BenchmarkRun asks all rules of 100 accounts with 10,000 role assignments.
func BenchmarkRun(b *testing.B) {
	var resources []arm.Resource
	for i := range 100 {
		text := fmt.Sprintf(`[{"type": "Microsoft.CognitiveServices/accounts", "name": "a%d", "kind": "OpenAI"},
			{"type": "Microsoft.CognitiveServices/accounts/deployments", "name": "a%d/gpt", "properties": {"model": {"name": "gpt-5.1", "version": "2025-11-13"}}}]`, i, i)
		resources = append(resources, estatetest.Load(b, text)...)
	}
	for i := range 10000 {
		text := fmt.Sprintf(`[{"type": "Microsoft.Authorization/roleAssignments", "name": "r%d", "scope": "%s", "properties": {"principalId": "p%d",
			"roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"}}]`, i, estatetest.Scope, i)
		resources = append(resources, estatetest.Load(b, text)...)
	}
	e := estate.New(resources, estate.Options{})
	s := &Subject{Estate: e, World: access.Compile(e)}
	for b.Loop() {
		Run(All, s)
	}
}
