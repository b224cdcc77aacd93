package gateway

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"palisade/access"
	"palisade/arm"
	"palisade/estate"
	"palisade/spec"
)

// Types of the resources that stand for a gateway; see estate.Guard.
const (
	gatewayType = "Palisade.Gateway/gateways"
	modelType   = gatewayType + "/models"
	keyType     = gatewayType + "/keys"
)

// ID is the id of a gateway as a resource.
func ID(s *spec.Spec) string { return "/providers/" + gatewayType + "/" + s.Name }

// ModelID is the id of one of its models.
func ModelID(s *spec.Spec, model string) string { return ID(s) + "/models/" + model }

// Deployment is what is known of a gateway that is deployed together with its
// accounts. The zero Deployment knows nothing.
type Deployment struct {
	Identity string                     // id of the identity that calls the accounts, or ""
	Internal bool                       // the internet can't connect to it
	Account  func(region string) string // id of the account of a region, or ""; may be nil
}

// Resources are a gateway as a node of the estate: itself, its models, its
// keys, and the roles that its access section gives. text is what s was parsed
// from, for positions.
func Resources(s *spec.Spec, text []byte, in Deployment) []arm.Resource {
	b := builder{spec: s, files: map[string]*arm.File{}, text: text}
	b.gateway(in)
	for i := range s.Models {
		m := &s.Models[i]
		b.add(modelType, ModelID(s, m.Name), b.pos(m.Pos),
			b.sources(m.From, "models", m.Name, "from"), b.upstreams(m, in))
	}
	for i := range s.Gateway.Keys {
		b.key(&s.Gateway.Keys[i])
	}
	for i := range s.Roles {
		b.role(&s.Roles[i])
	}
	for i := range s.Access {
		b.grant(&s.Access[i])
	}
	return b.all
}

// Compile is the gateway ready to be asked by access.Decide.
func Compile(s *spec.Spec, text []byte) *access.World {
	return access.Compile(estate.New(Resources(s, text, Deployment{}), estate.Options{}))
}

// builder makes resources of a spec.
type builder struct {
	spec  *spec.Spec
	text  []byte
	files map[string]*arm.File
	all   []arm.Resource
}

func (b *builder) pos(p spec.Pos) arm.Pos {
	if !p.IsValid() {
		return arm.Pos{}
	}
	f := b.files[p.File]
	if f == nil {
		f = arm.NewFile(p.File, b.text)
		b.files[p.File] = f
	}
	return f.At(p.Offset)
}

func (b *builder) at(path ...string) arm.Pos { return b.pos(b.spec.At(path...)) }

// add adds a resource; members without a value are left out.
func (b *builder) add(typ, id string, pos arm.Pos, properties ...arm.Member) {
	var kept []arm.Member
	for _, m := range properties {
		if !m.Value.IsNull() {
			kept = append(kept, m)
		}
	}
	name := id[strings.LastIndexByte(id, '/')+1:]
	body := arm.NewObject([]arm.Member{
		{Name: "id", Value: arm.String(id, pos), Pos: pos},
		{Name: "properties", Value: arm.Obj(arm.NewObject(kept), pos), Pos: pos},
	})
	b.all = append(b.all, arm.Resource{ID: id, Type: typ, Name: name, Body: arm.Obj(body, pos), Pos: pos})
}

func member(name string, v arm.Value) arm.Member {
	return arm.Member{Name: name, Value: v, Pos: v.Pos()}
}

// sources is the property from; null where any network may call.
func (b *builder) sources(from []spec.Source, path ...string) arm.Member {
	pos := b.at(path...)
	if len(from) == 0 {
		return member("from", arm.Null(pos))
	}
	items := make([]arm.Value, len(from))
	for i, s := range from {
		items[i] = arm.String(sourceText(s), b.at(append(path[:len(path):len(path)], strconv.Itoa(i))...))
	}
	return member("from", arm.Array(items, pos))
}

func sourceText(s spec.Source) string {
	if s.IsLink {
		return linkText(s.Link)
	}
	return s.Prefix.String()
}

func linkText(id uint32) string { return "link:" + strconv.FormatUint(uint64(id), 10) }

func (b *builder) key(k *spec.GatewayKey) {
	end := arm.Null(b.pos(k.Pos))
	if !k.Expires.IsZero() {
		end = arm.String(afterDay(k.Expires), b.at("gateway", "keys", k.Name, "expires"))
	}
	b.add(keyType, ID(b.spec)+"/keys/"+k.Name, b.pos(k.Pos),
		b.sources(k.From, "gateway", "keys", k.Name, "from"), member("expires", end))
}

func afterDay(d spec.Date) string { return d.AddDate(0, 0, 1).UTC().Format("2006-01-02T15:04:05Z") }

// roleGUID is the GUID of a custom role, made from the gateway's name and the
// role's.
func (b *builder) roleGUID(name string) string {
	h := sha256.Sum256([]byte(ID(b.spec) + "\x00" + name))
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

const roleDefinitions = "/providers/Microsoft.Authorization/roleDefinitions/"

func (b *builder) role(r *spec.Role) {
	pos := b.pos(r.Pos)
	permission := arm.NewObject([]arm.Member{
		member("dataActions", actions(r.DataActions, pos)),
		member("notDataActions", actions(r.NotDataActions, pos)),
	})
	b.add("Microsoft.Authorization/roleDefinitions", ID(b.spec)+roleDefinitions+b.roleGUID(r.Name), pos,
		member("roleName", arm.String(r.Name, pos)),
		member("permissions", arm.Array([]arm.Value{arm.Obj(permission, pos)}, pos)))
}

func actions(all []spec.DataAction, pos arm.Pos) arm.Value {
	items := make([]string, len(all))
	for i, a := range all {
		items[i] = string(a)
	}
	return arm.Strings(items, pos)
}

// roleRef is the reference to the role that a grant names.
func (b *builder) roleRef(g *spec.Grant) arm.Value {
	guid := string(spec.RoleID(g.Role))
	for i := range b.spec.Roles {
		if b.spec.Roles[i].Name == g.Role {
			guid = b.roleGUID(g.Role)
		}
	}
	if guid == "" {
		guid = g.Role
	}
	return arm.String(roleDefinitions+guid, b.at("access", g.Name, "role"))
}

// grant adds a role assignment for each caller at each model.
func (b *builder) grant(g *spec.Grant) {
	for i := range g.Who {
		w := &g.Who[i]
		principal, typ := PrincipalOf(w)
		for j, model := range g.Models {
			if slices.Contains(g.Models[:j], model) {
				continue
			}
			id := fmt.Sprintf("%s/providers/Microsoft.Authorization/roleAssignments/%s-%d", ModelID(b.spec, model), g.Name, i)
			b.add("Microsoft.Authorization/roleAssignments", id, b.pos(w.Pos),
				member("principalId", arm.String(principal, b.pos(w.Pos))),
				member("principalType", arm.String(typ, b.pos(w.Pos))),
				member("roleDefinitionId", b.roleRef(g)),
				member("condition", b.condition(g, w)))
		}
	}
}

// PrincipalOf is the access.Principal.ID of a caller that the spec names, and
// Azure's word for what it is.
func PrincipalOf(w *spec.Who) (id, typ string) {
	switch {
	case w.Group != "":
		return strings.ToLower(string(w.Group)), "Group"
	case w.ManagedIdentity != "":
		return strings.ToLower(string(w.ManagedIdentity)), "ServicePrincipal"
	case w.App != "":
		return strings.ToLower(string(w.App)), "ServicePrincipal"
	case w.User != "":
		return strings.ToLower(string(w.User)), "User"
	case w.Workload != nil:
		return access.WorkloadPrincipal(w.Workload.Issuer, w.Workload.Subject), "ServicePrincipal"
	}
	return access.KeyPrincipal(w.Key), "ServicePrincipal"
}

// condition is what else the grant asks for, in Azure's words: networks,
// applications and time. Null where it asks for nothing.
func (b *builder) condition(g *spec.Grant, w *spec.Who) arm.Value {
	var parts []string
	pos := b.at("access", g.Name)
	if len(g.From) > 0 {
		pos = b.at("access", g.Name, "from")
		parts = append(parts, fromCondition(g.From))
	}
	if len(g.Through) > 0 {
		pos = b.at("access", g.Name, "through")
		parts = append(parts, throughCondition(g.Through))
	}
	for _, d := range []spec.Date{g.Expires, w.Expires} {
		if !d.IsZero() {
			parts = append(parts, "@Environment[UtcNow] DateTimeLessThan '"+afterDay(d)+"'")
		}
	}
	if len(parts) == 0 {
		return arm.Null(pos)
	}
	return arm.String(strings.Join(parts, " AND "), pos)
}

func fromCondition(from []spec.Source) string {
	var ranges, links []string
	for _, s := range from {
		if s.IsLink {
			links = append(links, "'"+sourceText(s)+"'")
		} else {
			ranges = append(ranges, "'"+sourceText(s)+"'")
		}
	}
	var either []string
	if len(ranges) > 0 {
		either = append(either, anyOf("@Environment["+access.AttributeAddress+"]", "IpInRange", ranges))
	}
	if len(links) > 0 {
		either = append(either, anyOf("@Environment["+access.AttributeLink+"]", "StringEquals", links))
	}
	return "(" + strings.Join(either, " OR ") + ")"
}

// anyOf is true where the attribute is there and equals one of the values.
func anyOf(attribute, operator string, values []string) string {
	return "(Exists " + attribute + " AND " + attribute + " ForAnyOfAnyValues:" + operator + " {" + strings.Join(values, ", ") + "})"
}

// throughCondition holds for all but users that come by another application.
func throughCondition(apps []spec.GUID) string {
	var ids []string
	for _, a := range apps {
		ids = append(ids, "'"+string(a)+"'")
	}
	application := "@Principal[" + access.AttributeApplication + "]"
	return "(NOT Exists " + application + " OR " + application + " ForAnyOfAnyValues:GuidEquals {" + strings.Join(ids, ", ") + "})"
}
