package estate

import "testing"

func TestRoleDefinition(t *testing.T) {
	e := load(t, `[
	 {"type": "Microsoft.Authorization/roleDefinitions", "name": "ABC", "scope": "/subscriptions/s", "properties": {
	  "roleName": "Caller", "type": "CustomRole", "assignableScopes": ["/subscriptions/s"],
	  "permissions": [{"actions": ["A/*"], "notActions": ["A/b"], "dataActions": ["A/c"], "condition": "x"}, {"dataActions": {"$parameter": "d"}}]}}]`)
	d := only(t, e.RoleDefinitions)
	p := d.Permissions.Items
	if d.GUID != "abc" || d.BuiltIn || d.RoleName.Value != "Caller" || d.AssignableScopes.Items[0].Key != "/subscriptions/s" ||
		p[0].Actions.Items[0] != "A/*" || p[0].NotActions.Items[0] != "A/b" || p[0].DataActions.Items[0] != "A/c" || p[0].Condition.Value != "x" {
		t.Errorf("got %+v", d)
	}
	if p[1].DataActions.Known() || !p[1].Actions.Known() {
		t.Errorf("unknown actions: %+v", p[1])
	}
}

func TestRole(t *testing.T) {
	e := load(t, `[{"type": "Microsoft.Authorization/roleDefinitions", "name": "abc", "scope": "/subscriptions/s", "properties": {}},
	 {"type": "Microsoft.Authorization/roleDefinitions", "name": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "existing": true}]`)
	tests := map[string]struct {
		json  string
		found int
		ok    bool
	}{
		"custom":            {`"/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/ABC"`, 1, true},
		"built-in":          {`"/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"`, 1, true},
		"only the GUID":     {`"8e3af657-a8ff-443c-a75c-2fe8c4bcb635"`, 1, true},
		"scope unknown":     {`{"$join": [{"$parameter": "scope"}, "/providers/Microsoft.Authorization/roleDefinitions/abc"]}`, 1, true},
		"choice":            {`{"$if": ["c", "/x/abc", "/x/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"]}`, 2, true},
		"unknown":           {`{"$parameter": "role"}`, 0, false},
		"choice and other":  {`{"$if": ["c", "/x/abc", "/x/other"]}`, 1, false},
		"custom, elsewhere": {`"/x/00000000-0000-0000-0000-00000000ffff"`, 0, false},
		"absent":            {`null`, 0, false},
	}
	for name, test := range tests {
		defs, ok := e.Role(at(t, test.json).ref())
		if len(defs) != test.found || ok != test.ok {
			t.Errorf("%s: %d %v", name, len(defs), ok)
		}
	}
	if d, _ := e.Role(at(t, `"/x/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"`).ref()); !d[0].BuiltIn || d[0].RoleName.Value != "Owner" {
		t.Errorf("a built-in role that is referred to: %+v", d[0])
	}
}
