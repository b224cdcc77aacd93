package spec

// A BuiltinRole is one of Azure's roles that give model data and nothing else
// of the account that matters.
type BuiltinRole struct {
	Name string
	ID   GUID
}

// BuiltinRoles are the roles that access may name. Source: the role
// definitions as the Azure Resource Manager lists them.
func BuiltinRoles() []BuiltinRole {
	return []BuiltinRole{
		{"Cognitive Services OpenAI User", "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"},
		{"Cognitive Services OpenAI Contributor", "a001fd3d-188f-4b5d-821b-7da978bf7442"},
		{"Cognitive Services Data Reader", "b59867f0-fa02-499b-be73-45a86b5b3e1c"},
		{"Cognitive Services Data Contributor (Preview)", "19c28022-e58e-450d-a464-0b2a53034789"},
	}
}

// keyRoles are roles that people reach for and that may list the keys of an
// account, or change it. They can't be granted here.
var keyRoles = []BuiltinRole{
	{"Cognitive Services User", "a97b65f3-24c7-4388-baec-2e87135dc908"},
	{"Cognitive Services Contributor", "25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68"},
	{"Foundry User", "53ca6127-db72-4b80-b1b0-d745d6d5456d"},
	{"Azure AI User", "53ca6127-db72-4b80-b1b0-d745d6d5456d"},
	{"Owner", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"},
	{"Contributor", "b24988ac-6180-42a0-ab88-20f7382dd24c"},
}

// RoleID is the GUID of a built-in role by its name or GUID, or "" for others.
func RoleID(role string) GUID { return roleIn(BuiltinRoles(), role) }

func roleIn(roles []BuiltinRole, role string) GUID {
	var id GUID
	_ = id.parse(role) // a name isn't one
	for _, r := range roles {
		if r.Name == role || id != "" && r.ID == id {
			return r.ID
		}
	}
	return ""
}

func roleNames(custom []Role) []string {
	var names []string
	for _, r := range custom {
		names = append(names, r.Name)
	}
	for _, r := range BuiltinRoles() {
		names = append(names, r.Name)
	}
	return names
}
