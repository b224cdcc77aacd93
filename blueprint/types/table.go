package types

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
)

// packed is the table of types as JSON: {"TYPE@VERSION": {"root": id, "types":
// {id: node}}}.
// Source: the repository Azure/bicep-types-az at 1f896de2 (2026-08-20), the
// latest stable version of each type, put together into one file.
//
//go:embed resource_types.json.gz
var packed []byte

// more has types that the table lacks, in its form. Source: the repository
// Azure/azure-rest-api-specs, redisenterprise 2025-07-01 and search 2025-05-01.
const more = `{"Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments@2025-07-01": {"root": "0", "types": {
	"0": {"$type": "ResourceType", "body": {"$ref": "#/1"}, "writableScopes": 8},
	"1": {"$type": "ObjectType", "properties": {
		"name": {"type": {"$ref": "#/2"}, "flags": 9}, "properties": {"type": {"$ref": "#/3"}, "flags": 1}}},
	"2": {"$type": "StringType", "pattern": "^[A-Za-z0-9]{1,60}$"},
	"3": {"$type": "ObjectType", "properties": {
		"accessPolicyName": {"type": {"$ref": "#/4"}, "flags": 1}, "user": {"type": {"$ref": "#/5"}, "flags": 1}}},
	"4": {"$type": "StringType", "pattern": "^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$"},
	"5": {"$type": "ObjectType", "properties": {"objectId": {"type": {"$ref": "#/6"}}}},
	"6": {"$type": "StringType"}}},
"Microsoft.Search/searchServices/sharedPrivateLinkResources@2025-05-01": {"root": "0", "types": {
	"0": {"$type": "ResourceType", "body": {"$ref": "#/1"}, "writableScopes": 8},
	"1": {"$type": "ObjectType", "properties": {
		"name": {"type": {"$ref": "#/2"}, "flags": 9}, "properties": {"type": {"$ref": "#/3"}, "flags": 1}}},
	"2": {"$type": "StringType", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$"},
	"3": {"$type": "ObjectType", "properties": {
		"groupId": {"type": {"$ref": "#/4"}, "flags": 1}, "privateLinkResourceId": {"type": {"$ref": "#/5"}, "flags": 1},
		"requestMessage": {"type": {"$ref": "#/5"}, "flags": 1}, "resourceRegion": {"type": {"$ref": "#/5"}}}},
	"4": {"$type": "StringLiteralType", "value": "openai_account"},
	"5": {"$type": "StringType"}}}}`

// definition is one type in one version.
type definition struct {
	name, version string
	scopes        int   // where it can stand, as bits
	body          *node // what a resource says
}

// node describes a value.
type node struct {
	Kind          string              `json:"$type"`
	Value         string              `json:"value"`      // of a literal
	Pattern       string              `json:"pattern"`    // of a string
	MinLength     *int                `json:"minLength"`  // of a string or array
	MaxLength     *int                `json:"maxLength"`  //
	MinValue      *int64              `json:"minValue"`   // of an integer
	MaxValue      *int64              `json:"maxValue"`   //
	Elements      json.RawMessage     `json:"elements"`   // of a union: list of references; of a choice of objects: by word
	ItemType      *reference          `json:"itemType"`   // of an array
	Properties    map[string]property `json:"properties"` // of an object
	Additional    *reference          `json:"additionalProperties"`
	Base          map[string]property `json:"baseProperties"` // of a choice of objects
	Discriminator string              `json:"discriminator"`
	Body          *reference          `json:"body"`
	Scopes        int                 `json:"writableScopes"`

	union  []*node          // elements of a union
	choice map[string]*node // elements of a choice of objects
	lower  map[string]string
}

type reference struct {
	Ref string `json:"$ref"`
	to  *node
}

type property struct {
	Type  reference `json:"type"`
	Flags int       `json:"flags"`
}

// Flags of a property, and bits of scopes.
const (
	required = 1
	readOnly = 2

	atTenant, atManagementGroup, atSubscription, atGroup, atResource = 1, 2, 4, 8, 16
)

// served are the API versions of types whose newest one is described and not yet
// served: Azure answers NoRegisteredProviderFound. What is used here is the same
// in both.
//
// Source: Azure/terraform-provider-azapi, internal/azure/loader.go,
// skipApiVersions, as of 2026-08.
var served = map[string]string{
	"Microsoft.KeyVault/vaults/keys":    "2025-05-01",
	"Microsoft.KeyVault/vaults/secrets": "2025-05-01",
}

// table has the definitions by type in lower case. There is one version of each.
var table = sync.OnceValue(func() map[string]*definition {
	all := map[string]*definition{}
	read(unpacked(), all)
	read([]byte(more), all)
	return all
})

func unpacked() []byte {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil
	}
	var text bytes.Buffer
	if _, err := text.ReadFrom(r); err != nil {
		return nil
	}
	return text.Bytes()
}

// read adds the definitions in text. What it doesn't understand is left out,
// and then missed by the tests.
func read(text []byte, all map[string]*definition) {
	var raw map[string]struct {
		Root  json.Number      `json:"root"`
		Types map[string]*node `json:"types"`
	}
	if json.Unmarshal(text, &raw) != nil {
		return
	}
	for key, one := range raw {
		name, version, _ := strings.Cut(key, "@")
		root := one.Types[one.Root.String()]
		if root == nil || root.Body == nil {
			continue
		}
		for _, n := range one.Types {
			n.link(one.Types)
		}
		if older := served[name]; older != "" {
			version = older
		}
		all[strings.ToLower(name)] = &definition{name, version, root.Scopes, root.Body.to}
	}
}

// link follows the references of a node.
func (n *node) link(types map[string]*node) {
	follow := func(r *reference) *node {
		if r != nil {
			r.to = types[strings.TrimPrefix(r.Ref, "#/")]
			return r.to
		}
		return nil
	}
	follow(n.ItemType)
	follow(n.Additional)
	follow(n.Body)
	for _, list := range []map[string]property{n.Properties, n.Base} {
		for name, p := range list {
			follow(&p.Type)
			list[name] = p
		}
	}
	var refs []*reference
	if json.Unmarshal(n.Elements, &refs) == nil {
		for _, r := range refs {
			n.union = append(n.union, follow(r))
		}
	}
	var byWord map[string]*reference
	if json.Unmarshal(n.Elements, &byWord) == nil {
		n.choice = map[string]*node{}
		for word, r := range byWord {
			n.choice[word] = follow(r)
		}
	}
	n.lower = map[string]string{}
	for name := range n.Properties {
		n.lower[strings.ToLower(name)] = name
	}
}

// Version is the API version that the table describes a type in, or "".
func Version(typ string) string {
	if d := table()[strings.ToLower(typ)]; d != nil {
		return d.version
	}
	return ""
}
