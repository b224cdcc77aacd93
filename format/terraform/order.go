package terraform

import (
	"slices"
	"strings"

	"palisade/format/layout"
)

const lockType = "Microsoft.Authorization/locks"

// guarded are what lock has to be made after, so that it is destroyed before:
// while it is there nothing below its scope can be deleted. Those that others of
// them wait for are left out.
func (w *writer) guarded(lock *layout.Resource) []*layout.Resource {
	if !strings.EqualFold(lock.Identity.Type, lockType) {
		return nil
	}
	scope := strings.ToLower(lock.Identity.ParentID()) + "/"
	var below []*layout.Resource
	waited := map[*layout.Resource]bool{}
	for _, r := range w.tree.Main.Resources {
		if strings.EqualFold(r.Identity.Type, lockType) || !strings.HasPrefix(strings.ToLower(r.Identity.ID()), scope) {
			continue
		}
		below = append(below, r)
		for _, other := range slices.Concat(r.DependsOn, r.References, []*layout.Resource{r.Parent, r.Target}) {
			waited[other] = true
		}
	}
	if waited[lock] {
		return nil
	}
	return slices.DeleteFunc(below, func(r *layout.Resource) bool { return waited[r] })
}

// dependsOn is what r waits for and doesn't refer to.
func (w *writer) dependsOn(r *layout.Resource) string {
	var list []string
	for _, d := range slices.Concat(r.DependsOn, w.guarded(r)) {
		if address := w.address(d); !d.Existing && !slices.Contains(list, address) {
			list = append(list, address)
		}
	}
	if len(list) == 0 {
		return ""
	}
	line := "\n  depends_on = [" + strings.Join(list, ", ") + "]\n"
	if len(line) > commentWidth && len(list) > 1 {
		line = "\n  depends_on = [\n    " + strings.Join(list, ",\n    ") + ",\n  ]\n"
	}
	return line
}
