package layout

import (
	"fmt"
	"strings"

	"palisade/arm"
)

// maxDifferences is how many differences are told.
const maxDifferences = 20

// Differences says in what the resources that a rendering deploys aren't those
// that were to be written; empty means that they are the same. Order, template
// deployments and resources that are only referred to don't count. Of what a
// resource waits for, nothing may be lost; with implied, a resource also waits
// for what it names in its template, as in Bicep and Terraform.
func Differences(wanted, read []arm.Resource, implied bool) []string {
	d := &differ{read: map[string]*arm.Resource{}}
	for i := range read {
		if r := &read[i]; deployed(r) {
			if d.read[r.Key()] != nil {
				d.say("%s is deployed twice", r.ID)
			}
			d.read[r.Key()] = r
		}
	}
	seen := map[string]bool{}
	for i := range wanted {
		if w := &wanted[i]; deployed(w) {
			seen[w.Key()] = true
			d.resource(w)
		}
	}
	for i := range read {
		if r := &read[i]; deployed(r) && !seen[r.Key()] {
			d.say("%s wasn't to be deployed", r.ID)
		}
	}
	d.order(wanted, newWaiting(read, implied))
	return d.found
}

// order looks whether each resource still waits, directly or by way of others,
// for what it was to wait for.
func (d *differ) order(wanted []arm.Resource, waits waiting) {
	for i := range wanted {
		w := &wanted[i]
		if !deployed(w) {
			continue
		}
		for _, id := range w.DependsOn {
			key := strings.ToLower(id)
			if d.read[key] != nil && key != w.Key() && !waits.reaches(w.Key(), key) {
				d.say("%s doesn't wait for %s", w.ID, id)
			}
		}
	}
}

const deploymentType = "Microsoft.Resources/deployments"

func deployed(r *arm.Resource) bool { return !r.Existing && !r.Is(deploymentType) }

type differ struct {
	read  map[string]*arm.Resource
	found []string
}

func (d *differ) say(format string, args ...any) {
	if len(d.found) < maxDifferences {
		d.found = append(d.found, fmt.Sprintf(format, args...))
	}
}

func (d *differ) resource(w *arm.Resource) {
	r := d.read[w.Key()]
	switch {
	case r == nil:
		d.say("%s isn't deployed", w.ID)
		return
	case !strings.EqualFold(r.Type, w.Type):
		d.say("%s is of type %s, not %s", w.ID, r.Type, w.Type)
	case r.APIVersion != w.APIVersion:
		d.say("%s has API version %s, not %s", w.ID, r.APIVersion, w.APIVersion)
	case r.Condition.IsUnknown() != w.Condition.IsUnknown() || r.Condition.IsUnknown() && r.Condition.Text() != w.Condition.Text():
		d.say("%s has the condition %s, not %s", w.ID, r.Condition.Text(), w.Condition.Text())
	}
	d.body(w.ID, w.Body, r.Body)
}

// body compares two bodies without what stands beside them in a layout.
func (d *differ) body(id string, w, r arm.Value) {
	for _, m := range members(w) {
		if !isInstruction(m.Name) {
			d.value(id+": "+m.Name, m.Value, r.Get(m.Name))
		}
	}
	for _, m := range members(r) {
		if !isInstruction(m.Name) && !m.Value.IsNull() && w.Get(m.Name).IsNull() {
			d.say("%s: %s is %s, and wasn't written", id, m.Name, brief(m.Value))
		}
	}
}

func members(v arm.Value) []arm.Member {
	o, ok := v.Object()
	if !ok {
		return nil
	}
	return o.Members()
}

// value compares two values. One that isn't known before the deployment is
// compared by its text, which names what it is made from. It calls itself as
// deep as the values are nested, which the layout limits.
func (d *differ) value(at string, w, r arm.Value) {
	if w.IsUnknown() || r.IsUnknown() {
		if w.Text() != r.Text() {
			d.say("%s is %s, not %s", at, brief(r), brief(w))
		}
		return
	}
	items, isArray := w.Items()
	others, _ := r.Items()
	switch {
	case w.Kind() == arm.ObjectKind && r.Kind() == arm.ObjectKind:
		d.members(at, w, r)
	case isArray && r.Kind() == arm.ArrayKind && len(items) == len(others):
		for i := range items {
			d.value(fmt.Sprintf("%s[%d]", at, i), items[i], others[i])
		}
	case !arm.Equal(w, r):
		d.say("%s is %s, not %s", at, brief(r), brief(w))
	}
}

func (d *differ) members(at string, w, r arm.Value) {
	for _, m := range members(w) {
		d.value(at+"."+m.Name, m.Value, r.Get(m.Name))
	}
	for _, m := range members(r) {
		o, _ := w.Object()
		if _, ok := o.Lookup(m.Name); !ok {
			d.say("%s.%s is %s, and wasn't written", at, m.Name, brief(m.Value))
		}
	}
}

func brief(v arm.Value) string {
	s := v.JSON()
	if len(s) > 100 {
		s = s[:100] + "…"
	}
	return s
}
