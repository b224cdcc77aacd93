package access

import (
	"strings"
	"sync"

	"palisade/estate"
)

// World is an estate, indexed for questions about access. It isn't changed
// after Compile and may be asked by many goroutines.
type World struct {
	estate *estate.Estate

	conditions conditions
	roles      map[*estate.RoleDefinition]*role
	bindings   bindings

	denials      map[string][]*denial // by scope
	looseDenials []*denial

	associations      map[string][]*estate.PerimeterAssociation // by target
	looseAssociations []*estate.PerimeterAssociation

	zones          map[string][]zoneUse // by network and name of the zone
	looseZones     []zoneUse
	groupZones     map[string][]*estate.ZoneGroup // by endpoint
	linkedNetworks map[string]bool                // with a private zone
	peeredBy       map[string][]string            // network → those with a peering to it

	late   sync.Map // *estate.RoleDefinition → *role, for roles that nobody has
	places map[string]*place
	assets map[string]*asset
}

// Compile indexes an estate. It costs about as much as decoding it.
func Compile(e *estate.Estate) *World {
	w := &World{
		estate:     e,
		conditions: conditions{map[string]*Condition{}},
		roles:      map[*estate.RoleDefinition]*role{},
		places:     map[string]*place{},
	}
	w.indexBindings()
	w.indexDenials()
	w.indexPerimeters()
	w.indexZones()
	w.indexPeerings()
	w.indexAssets()
	return w
}

// Estate is what the World was made from.
func (w *World) Estate() *estate.Estate { return w.estate }

var (
	lowerGetSecret = strings.ToLower(ActionGetSecret)
	lowerChat      = strings.ToLower(ActionChat)
)

func isGet(right string) bool {
	return strings.EqualFold(right, "get") || strings.EqualFold(right, "all")
}
