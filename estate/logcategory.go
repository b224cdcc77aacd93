package estate

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// LogCategory is a category of resource logs.
type LogCategory struct {
	Name   string
	Audit  bool // in the group "audit"; all are in the group "allLogs"
	Cost   bool // its export is charged
	Unsure bool // the name isn't from a first source
}

// logTable lists log categories; its head says its format and sources.
//
//go:embed tables/logs.txt
var logTable string

var logCategories = sync.OnceValue(func() map[string][]LogCategory {
	all := map[string][]LogCategory{}
	for _, f := range tableLines(logTable) {
		if len(f) < 2 {
			continue
		}
		marks := f[2:]
		typ := strings.ToLower(f[0])
		all[typ] = append(all[typ], LogCategory{
			Name:   f[1],
			Audit:  slices.Contains(marks, "audit"),
			Cost:   slices.Contains(marks, "cost"),
			Unsure: slices.Contains(marks, "unsure"),
		})
	}
	return all
})

// LogCategories returns the log categories of a resource type, or of a
// "subscription"; nil where they aren't known.
func LogCategories(resourceType string) []LogCategory {
	return slices.Clone(logCategories()[strings.ToLower(resourceType)])
}
