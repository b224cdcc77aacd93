package access

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// assigner is what a request to write a role assignment would carry.
func assigner(role, kind string) Attributes {
	return func(source, name string) Attribute {
		switch source + " " + name {
		case "request microsoft.authorization/roleassignments:roledefinitionid":
			return Attribute{true, []string{role}}
		case "request microsoft.authorization/roleassignments:principaltype":
			return Attribute{true, []string{kind}}
		case "resource nothing":
			return Attribute{Known: true}
		case "resource tags:two":
			return Attribute{true, []string{"a", "b"}}
		case "environment ip":
			return Attribute{true, []string{"10.1.2.3"}}
		}
		return Attribute{}
	}
}

const assignWrite = "microsoft.authorization/roleassignments/write"

func TestCondition(t *testing.T) {
	const request = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]"
	for _, c := range []struct {
		text, action string
		want         Verdict
	}{
		{"((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (" + request + " ForAnyOfAnyValues:GuidEquals{11111111-1111-1111-1111-111111111111, AAAAAAAA-0000-0000-0000-000000000000}))", assignWrite, Allow},
		{request + " ForAnyOfAnyValues:GuidEquals{aaaaaaaa000000000000000000000000}", assignWrite, Allow},
		{request + " ForAnyOfAnyValues:GuidEquals {bbbbbbbb-0000-0000-0000-000000000000}", assignWrite, Deny},
		{request + " ForAnyOfAllValues:GuidNotEquals {bbbbbbbb-0000-0000-0000-000000000000, aaaaaaaa-0000-0000-0000-000000000000}", assignWrite, Deny},
		{"!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'}) OR " + request + " GuidEquals 'b'", "microsoft.web/sites/write", Allow},
		{"@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEqualsIgnoreCase 'SERVICEPRINCIPAL'", assignWrite, Allow},
		{"@Request[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEquals{'User', 'Group'}", assignWrite, Deny},
		{"@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringLike 'Serv*pal'", assignWrite, Allow},
		{"@Resource[HasObotoken] boolequals true && ActionMatches{'*'}", assignWrite, Unknown},
		{"@Resource[HasObotoken] boolequals true && ActionMatches{'x'}", assignWrite, Deny},
		{"@Resource[HasObotoken] BoolEquals true || ActionMatches{'*'}", assignWrite, Allow},
		{"Exists @Resource[nothing]", assignWrite, Deny},
		{"NOT Exists @Resource[nothing]", assignWrite, Allow},
		{"@Resource[nothing] StringEquals 'x'", assignWrite, Unknown},
		{"@Resource[tags:two] ForAllOfAnyValues:StringEquals {'a', 'b', 'c'}", assignWrite, Allow},
		{"@Resource[tags:two] ForAllOfAnyValues:StringEquals {'a', 'c'}", assignWrite, Deny},
		{"@Resource[tags:two] ForAllOfAllValues:StringNotEquals {'c', 'd'}", assignWrite, Allow},
		{"@Environment[ip] IpInRange '10.1.0.0/16'", assignWrite, Allow},
		{"@Environment[ip] FancyNewOperator '10.1.0.0/16'", assignWrite, Unknown},
		{"@Resource[tags:two] StringEquals @Resource[tags:two]", assignWrite, Allow},
		{"SubOperationMatches{'Blob.List'}", assignWrite, Unknown},
		{"ActionMatches{'«parameters('a')»'}", assignWrite, Unknown},
		{"(", assignWrite, Unknown},
		{"", assignWrite, Unknown},
		{"ActionMatches{'*'} nonsense", assignWrite, Unknown},
		{strings.Repeat("(", 1e5), assignWrite, Unknown},
	} {
		cond := ParseCondition(c.text)
		if got := cond.Eval(c.action, assigner("AAAAAAAA-0000-0000-0000-000000000000", "ServicePrincipal")); got != c.want {
			t.Errorf("%.200s: %v, want %v (%v)", c.text, got, c.want, cond.Err())
		}
	}
}

func TestComparers(t *testing.T) {
	for _, c := range []struct {
		op, left, right string
		want            Verdict
	}{
		{"NumericGreaterThanEquals", "3", "3", Allow},
		{"NumericLessThan", "3", "2.5", Deny},
		{"NumericEquals", "x", "2", Unknown},
		{"DateTimeGreaterThan", "2026-05-02T00:00:00Z", "2026-05-01", Allow},
		{"StringNotEquals", "a", "A", Allow},
		{"StringNotEqualsIgnoreCase", "a", "A", Deny},
		{"StringNotLike", "abc", "a*", Deny},
		{"StringStartsWith", "abc", "ab", Allow},
		{"StringEquals", "«x»", "ab", Unknown},
		{"BoolNotEquals", "true", "True", Deny},
		{"IpNotInRange", "::1", "10.0.0.0/8", Allow},
	} {
		if got := comparerFor(strings.ToLower(c.op))(c.left, c.right); got != c.want {
			t.Errorf("%q %s %q: %v, want %v", c.left, c.op, c.right, got, c.want)
		}
	}
}

// TestConditionRandom writes random conditions as text and compares the answer
// with that of the tree that they were written from.
func TestConditionRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	attributes := func(source, name string) Attribute {
		return map[string]Attribute{"a": {true, []string{"x"}}, "b": {true, []string{"x", "y"}}, "c": {}}[name]
	}
	for range 5000 {
		text, want := randomCondition(r, 4)
		if got := ParseCondition(text).Eval("p/read", attributes); got != want {
			t.Fatalf("%s: %v, want %v", text, got, want)
		}
	}
}

// randomCondition returns a text and, by truth tables, its answer for action
// p/read and the attributes above.
func randomCondition(r *rand.Rand, depth int) (string, Verdict) {
	pick := func(options ...string) string { return options[r.IntN(len(options))] }
	if depth == 0 || r.IntN(5) == 0 {
		leaf := []struct {
			text string
			want Verdict
		}{
			{"ActionMatches{'p/*'}", Allow},
			{"actionmatches { 'q/read' , 'r' }", Deny},
			{"@Resource[a] StringEquals 'x'", Allow},
			{"@Resource[a] StringNotEquals 'x'", Deny},
			{"@Resource[b] ForAllOfAnyValues:StringEquals{'x'}", Deny},
			{"@Resource[b] ForAnyOfAnyValues:StringEquals{'x'}", Allow},
			{"@Request[c] NumericEquals 1", Unknown},
			{"Exists @Resource[a]", Allow},
			{"Exists @Resource[c]", Unknown},
		}[r.IntN(9)]
		return leaf.text, leaf.want
	}
	left, l := randomCondition(r, depth-1)
	if r.IntN(4) == 0 {
		not := [...]Verdict{Deny: Allow, Unknown: Unknown, Allow: Deny}
		return fmt.Sprintf("%s(%s)", pick("!", "NOT ", "not"), left), not[l]
	}
	right, rv := randomCondition(r, depth-1)
	both := [3][3]Verdict{Deny: {0, 0, 0}, Unknown: {0, 1, 1}, Allow: {0, 1, 2}}
	either := [3][3]Verdict{Deny: {0, 1, 2}, Unknown: {1, 1, 2}, Allow: {2, 2, 2}}
	if r.IntN(2) == 0 {
		return fmt.Sprintf("(%s)%s(%s)", left, pick(" AND ", "&&", " and\n"), right), both[l][rv]
	}
	return fmt.Sprintf("( %s )%s(%s)", left, pick(" OR ", "||", "\tor "), right), either[l][rv]
}

func FuzzCondition(f *testing.F) {
	f.Add("((!(ActionMatches{'a/b'})) OR (@Request[a:b] ForAnyOfAnyValues:GuidEquals{1, 2}))", "a/b")
	f.Add("NOT Exists @Principal[x] && @Resource[a] StringLike 'it''s \\'*'", "c")
	f.Fuzz(func(t *testing.T, text, action string) {
		c := ParseCondition(text)
		if v := c.Eval(strings.ToLower(action), nil); c.Err() != nil && v != Unknown {
			t.Errorf("broken condition answers %v", v)
		}
	})
}
