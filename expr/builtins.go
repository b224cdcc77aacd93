package expr

import (
	"strings"
	"sync"
)

var (
	builtinsOnce  sync.Once
	builtinsTable map[string]*builtin
)

// builtins are all functions of the language that don't ask the deployment, by
// lower-case name. The table is made at the first call: its functions call the
// evaluator, which asks the table.
func builtins() map[string]*builtin {
	builtinsOnce.Do(func() {
		builtinsTable = map[string]*builtin{}
		for _, group := range functionGroups() {
			for i := range group {
				builtinsTable[strings.ToLower(group[i].name)] = &group[i]
			}
		}
	})
	return builtinsTable
}

func functionGroups() [][]builtin {
	return [][]builtin{
		logicalFunctions(), comparisonFunctions(), numberFunctions(),
		textFunctions(), searchFunctions(), collectionFunctions(), formatFunctions(),
		arrayFunctions(), objectFunctions(), accessFunctions(), lambdaFunctions(),
		encodingFunctions(), uriFunctions(), hashFunctions(),
		dateFunctions(), cidrFunctions(), loopFunctions(),
	}
}
