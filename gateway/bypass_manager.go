package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"palisade/arm"
	"palisade/azure"
	"palisade/estate"
	"palisade/gateway/upstream"
	"palisade/spec"
)

// manager asks Azure Resource Manager, as the gateway, what Azure knows of
// accounts: whether they take keys, whom they let in, and what roles the gateway
// has there. Reading is all that it does, and Cognitive Services OpenAI User is
// enough for it.
type manager struct {
	*upstream.Manager
	client *azure.Client
	spec   *spec.Spec
	wait   time.Duration // for all that is asked of one account
}

// managerWait leaves room for a few attempts.
const managerWait = 30 * time.Second

// newManager is nil where no account is known that it could ask of.
func newManager(s *spec.Spec, all *upstream.Pools) (*manager, error) {
	way, err := all.Manager()
	if way == nil || err != nil {
		return nil, err
	}
	client, err := azure.Login(azure.Options{Configuration: &way.Cloud, Credential: way.Credential, Transport: way.Client})
	if err != nil {
		return nil, err
	}
	return &manager{way, client, s, managerWait}, nil
}

func (m *manager) close() {
	if m != nil {
		m.Close()
	}
}

// ask adds what Azure says of the accounts whose resource IDs are known.
func (m *manager) ask(ctx context.Context, found []upstream.Bypass) {
	for i := range found {
		b := &found[i]
		if m == nil || b.Account == "" || ctx.Err() != nil {
			continue
		}
		b.Join(m.learn(ctx, b.Account).judge(b.URL, needOf(m.spec, b.Models)))
	}
}

// Types and API versions of what is read.
const (
	accountType       = "Microsoft.CognitiveServices/accounts"
	accountVersion    = "2025-06-01"
	authorizationType = "Microsoft.Authorization/"
	authorization     = "2022-04-01"
	perimeterType     = "Microsoft.Network/networkSecurityPerimeters"
	groupsType        = "Microsoft.Management/managementGroups"
)

// learned is what Azure said of an account, as resources, and why it didn't.
type learned struct {
	account   string // resource ID
	resources []arm.Resource

	principal string   // object ID of the gateway's identity
	holders   []string // who has the roles that reach it: itself and its groups

	noAccount, noPerimeter, noRoles error
}

// learn reads an account, and what reaches the gateway's identity there.
func (m *manager) learn(ctx context.Context, account string) *learned {
	ctx, cancel := context.WithTimeout(ctx, m.wait)
	defer cancel()
	l := &learned{account: account}
	if l.noAccount = m.readAccount(ctx, l); l.noAccount == nil {
		l.noPerimeter = m.readPerimeters(ctx, l)
	}
	l.noRoles = m.readRoles(ctx, l)
	return l
}

func (m *manager) readAccount(ctx context.Context, l *learned) error {
	got, not := m.client.Read(ctx, []arm.Resource{{ID: l.account, Type: accountType, Name: estate.LastName(l.account), APIVersion: accountVersion}})
	if len(not) > 0 {
		return not[0].Err
	}
	id, _ := got[0].Body.Get("id").Str()
	if _, ok := got[0].Properties().Object(); !ok || estate.Key(id) != estate.Key(l.account) {
		return errors.New("the answer isn't that account")
	}
	l.resources = append(l.resources, got[0])
	return nil
}

// readPerimeters reads which network security perimeters the account is in, as
// what such a perimeter is made of. Where Azure doesn't have perimeters there is
// nothing to read.
func (m *manager) readPerimeters(ctx context.Context, l *learned) error {
	all, err := m.client.List(ctx, l.account+"/networkSecurityPerimeterConfigurations", accountVersion)
	if r, ok := errors.AsType[*azcore.ResponseError](err); ok && (r.StatusCode == http.StatusNotFound || r.ErrorCode == "InvalidResourceType") {
		return nil
	}
	if err != nil {
		return err
	}
	for i := range all {
		made, ok := perimeterOf(l.account, &all[i])
		if !ok {
			return errors.New("the perimeter that the account is in can't be read")
		}
		l.resources = append(l.resources, made...)
	}
	return nil
}

// perimeterOf is the association of an account with a perimeter, its profile and
// the rules of that.
// Source: Azure/bicep-types-az, networkSecurityPerimeterConfigurations of
// Microsoft.CognitiveServices/accounts.
func perimeterOf(account string, r *arm.Resource) ([]arm.Resource, bool) {
	perimeter, hasID := r.Properties("networkSecurityPerimeter", "id").Str()
	name, hasName := r.Properties("profile", "name").Str()
	rules, hasRules := r.Properties("profile", "accessRules").Items()
	mode, hasMode := r.Properties("resourceAssociation", "accessMode").Str()
	if !hasID || !hasName || !hasRules || !hasMode {
		return nil, false
	}
	profile := perimeter + "/profiles/" + name
	all := []arm.Resource{
		madeResource(profile, perimeterType+"/profiles"),
		madeResource(perimeter+"/resourceAssociations/"+r.Name, perimeterType+"/resourceAssociations",
			textMember("accessMode", mode), objectMember("profile", textMember("id", profile)), objectMember("privateLinkResource", textMember("id", account))),
	}
	for i, rule := range rules {
		o, ok := rule.Get("properties").Object()
		if !ok {
			return nil, false
		}
		all = append(all, madeResource(fmt.Sprintf("%s/accessRules/%d", profile, i), perimeterType+"/profiles/accessRules", o.Members()...))
	}
	return all, true
}

// readRoles reads the role assignments that reach the gateway's identity at the
// account, those of its groups included, and the roles that aren't Azure's own.
// Source: azure-docs role-based-access-control/role-assignments-list-rest.md.
func (m *manager) readRoles(ctx context.Context, l *learned) error {
	var err error
	if l.principal, err = m.client.Principal(ctx); err != nil {
		return err
	}
	if !isObjectID(l.principal) {
		return errors.New("the token's oid isn't an object ID")
	}
	all, err := m.client.List(ctx, l.account+"/providers/"+authorizationType+"roleAssignments", authorization, [2]string{"$filter", "assignedTo('" + l.principal + "')"})
	if err != nil {
		return err
	}
	var custom []arm.Resource
	asked := map[string]bool{}
	for i := range all {
		holder, isText := all[i].Properties("principalId").Str()
		role, names := all[i].Properties("roleDefinitionId").Str()
		if !isText || !names || holder == "" || !strings.EqualFold(estate.TypeOf(all[i].ID), authorizationType+"roleAssignments") {
			return errors.New("a role assignment that can't be read")
		}
		l.holders = append(l.holders, holder)
		if guid := estate.LastName(role); estate.BuiltInRole(guid) == nil && isObjectID(guid) && !asked[guid] {
			asked[guid] = true
			custom = append(custom, arm.Resource{ID: l.account + "/providers/" + authorizationType + "roleDefinitions/" + guid,
				Type: authorizationType + "roleDefinitions", Name: guid, APIVersion: authorization})
		}
	}
	l.resources = append(append(l.resources, all...), above(l.account, all)...)
	return m.readDefinitions(ctx, l, custom)
}

// isObjectID reports whether text is made of what GUIDs are, and nothing that
// means something in a path or a filter.
func isObjectID(text string) bool {
	return text != "" && strings.Trim(text, "0123456789abcdefABCDEF-") == ""
}

// mostDefinitions bounds how many custom roles are read. What those beyond it
// give isn't known.
const mostDefinitions = 64

// readDefinitions reads roles at the account, where the gateway may read. Those
// that can't be read stay unknown.
func (m *manager) readDefinitions(ctx context.Context, l *learned, custom []arm.Resource) error {
	got, _ := m.client.Read(ctx, custom[:min(len(custom), mostDefinitions)])
	for i := range got {
		permissions, _ := got[i].Properties("permissions").Items()
		if name, _ := got[i].Body.Get("name").Str(); len(permissions) > 0 && strings.EqualFold(name, got[i].Name) {
			l.resources = append(l.resources, got[i])
		}
	}
	return ctx.Err()
}

// above makes the management groups that the assignments are at hold the
// account: Azure has listed them as reaching it. Which of them is in which
// doesn't matter here.
func above(account string, assignments []arm.Resource) []arm.Resource {
	var groups []arm.Resource
	seen := map[string]bool{}
	below := estate.SubscriptionOf(account)
	for i := range assignments {
		scope := estate.Parent(assignments[i].ID)
		if !estate.IsManagementGroup(scope) || seen[scope] {
			continue
		}
		if len(seen) == 0 {
			groups = append(groups, madeResource(scope+"/subscriptions/"+estate.LastName(below), groupsType+"/subscriptions"))
		} else {
			groups = append(groups, madeResource(below, groupsType, objectMember("details", objectMember("parent", textMember("id", scope)))))
		}
		seen[scope], below = true, scope
	}
	return groups
}

// made is a resource that Azure tells of in other words.
func madeResource(id, typ string, properties ...arm.Member) arm.Resource {
	body := arm.NewObject([]arm.Member{{Name: "id", Value: arm.String(id, arm.Pos{})}, objectMember("properties", properties...)})
	return arm.Resource{ID: id, Type: typ, Name: estate.LastName(id), Condition: arm.Bool(true, arm.Pos{}), Body: arm.Obj(body, arm.Pos{})}
}

func textMember(name, value string) arm.Member { return member(name, arm.String(value, arm.Pos{})) }

func objectMember(name string, members ...arm.Member) arm.Member {
	return member(name, arm.Obj(arm.NewObject(members), arm.Pos{}))
}
