package simulator

import (
	"fmt"
	"strings"
)

// watch records an account that is public, or takes keys, at this moment. An
// absent property counts as what the service takes for it: public, with keys.
func (s *Simulator) watch(r *resource) {
	if !r.is(accountType) {
		return
	}
	properties := get(r.body, "properties")
	if get(properties, "disableLocalAuth") != true {
		s.halfOpen(r, "takes keys")
	}
	access := getText(properties, "publicNetworkAccess")
	action := getText(properties, "networkAcls", "defaultAction")
	if !strings.EqualFold(access, "Disabled") && !strings.EqualFold(access, "SecuredByPerimeter") && !strings.EqualFold(action, "Deny") {
		s.halfOpen(r, "is public")
	}
}

func (s *Simulator) halfOpen(r *resource, how string) {
	s.opened = append(s.opened, fmt.Sprintf("%s: %s %s", s.now.Format("15:04:05"), r.name, how))
}
