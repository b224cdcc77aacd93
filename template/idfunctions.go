package template

import (
	"strings"

	"palisade/arm"
)

// typeArgument finds the first argument that is a resource type.
func typeArgument(args []arm.Value) (i int, typ string) {
	for i, a := range args {
		if s, ok := a.Str(); ok && strings.IndexByte(s, '/') > 0 {
			return i, s
		}
	}
	return -1, ""
}

// idAt is the id of a resource whose type and names are in args, at a scope.
// Names may also be given joined, as in the name of a child resource.
func (d *deployment) idAt(function string, scope arm.Value, args []arm.Value, at arm.Pos) arm.Value {
	if len(args) < 2 {
		return d.invalid(function, "takes a resource type and a name for each of its parts", at)
	}
	typ, ok := args[0].Str()
	if !ok {
		return arm.Unk(arm.Call(function, at, args...))
	}
	typ = strings.TrimSuffix(typ, "/") // seen in real templates
	n := strings.Count(typ, "/")
	names := args[1:]
	if len(names) == 1 && n > 1 {
		names = nameParts(names[0], n)
	}
	if len(names) != n {
		return d.invalid(function, "the names don't match the parts of the type "+typ, at)
	}
	return resourceID(scope, typ, names).At(at)
}

// resourceIDFunction is resourceId([subscription], [resource group], type, names…).
func resourceIDFunction(d *deployment, args []arm.Value, at arm.Pos) arm.Value {
	i, typ := typeArgument(args)
	p := d.place
	switch i {
	case -1:
		return d.anyUnknown("resourceId", args, at)
	case 0:
	case 1:
		// With a single argument before the type it is the resource group,
		// or at subscription scope the subscription.
		if p.kind == ResourceGroup {
			p.resourceGroup = args[0]
		} else {
			p.kind, p.subscription = Subscription, args[0]
		}
	default:
		p.kind, p.subscription, p.resourceGroup = ResourceGroup, args[i-2], args[i-1]
	}
	if strings.EqualFold(typ, "Microsoft.Resources/resourceGroups") || strings.EqualFold(typ, "Microsoft.Resources/subscriptions") {
		p.kind = Subscription
	}
	return d.idAt("resourceId", p.id(), args[i:], at)
}

func (d *deployment) anyUnknown(function string, args []arm.Value, at arm.Pos) arm.Value {
	for _, a := range args {
		if a.IsUnknown() {
			return arm.Unk(arm.Call(function, at, args...))
		}
	}
	return d.invalid(function, "takes a resource type and a name for each of its parts", at)
}

func subscriptionResourceID(d *deployment, args []arm.Value, at arm.Pos) arm.Value {
	i, _ := typeArgument(args)
	p := d.place
	switch {
	case i < 0:
		return d.anyUnknown("subscriptionResourceId", args, at)
	case i > 0:
		p.subscription = args[i-1]
	}
	return d.idAt("subscriptionResourceId", p.subscriptionID(), args[i:], at)
}

func tenantResourceID(d *deployment, args []arm.Value, at arm.Pos) arm.Value {
	return d.idAt("tenantResourceId", text(""), args, at)
}

func managementGroupResourceID(d *deployment, args []arm.Value, at arm.Pos) arm.Value {
	i, _ := typeArgument(args)
	p := d.place
	p.kind = ManagementGroup
	switch {
	case i < 0:
		return d.anyUnknown("managementGroupResourceId", args, at)
	case i > 0:
		p.managementGroup = args[i-1]
	}
	return d.idAt("managementGroupResourceId", p.id(), args[i:], at)
}

func extensionResourceID(d *deployment, args []arm.Value, at arm.Pos) arm.Value {
	if len(args) < 3 {
		return d.invalid("extensionResourceId", "takes a resource id, a type and names", at)
	}
	return d.idAt("extensionResourceId", args[0], args[1:], at)
}
