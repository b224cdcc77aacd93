package types

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"palisade/arm"
)

// Problem is one thing that is wrong with a resource.
type Problem struct {
	Resource string // its ID
	Path     string // of the property: properties.networkAcls.bypass
	Message  string
	Pos      arm.Pos
}

func (p Problem) String() string {
	return fmt.Sprintf("%s: %s: %s", p.Resource, p.Path, p.Message)
}

// Check holds resources against their types. It tells of every resource and
// property that isn't in the table, and of what is in it with another name,
// kind or value. What is unknown before the deployment fits everything.
//
// The problems are in the order of the resources.
func Check(resources []arm.Resource) []Problem {
	var all []Problem
	for i := range resources {
		if resources[i].Existing {
			continue
		}
		c := checker{r: &resources[i]}
		c.resource()
		all = append(all, c.problems...)
	}
	return all
}

type checker struct {
	r        *arm.Resource
	problems []Problem
}

func (c *checker) say(path string, pos arm.Pos, format string, args ...any) {
	c.problems = append(c.problems, Problem{c.r.ID, path, fmt.Sprintf(format, args...), pos})
}

func (c *checker) resource() {
	d := table()[strings.ToLower(c.r.Type)]
	switch {
	case d == nil:
		c.say("type", c.r.Pos, "there is no type %s in the table", c.r.Type)
		return
	case d.name != c.r.Type:
		c.say("type", c.r.Pos, "the type is written %s", d.name)
	case d.version != c.r.APIVersion:
		c.say("apiVersion", c.r.Pos, "the API version is %q, and what is known of the type is of %s", c.r.APIVersion, d.version)
	}
	c.identity(d)
	c.object("", c.r.Body, d.body)
}

// besides are members of a body that say nothing of the resource itself, or
// stand in the ID.
var besides = []string{"id", "name", "type", "apiVersion", "dependsOn", "scope", "condition"}

// value checks one value.
func (c *checker) value(path string, v arm.Value, n *node) {
	if v.IsUnknown() || n == nil {
		return
	}
	switch n.Kind {
	case "StringType":
		c.text(path, v, n)
	case "StringLiteralType":
		c.word(path, v, []string{n.Value})
	case "UnionType":
		c.union(path, v, n)
	case "IntegerType":
		c.integer(path, v, n)
	case "BooleanType":
		if _, ok := v.Bool(); !ok {
			c.say(path, v.Pos(), "%s is %s, not bool", show(v), v.Kind())
		}
	case "ArrayType":
		c.array(path, v, n)
	case "ObjectType":
		c.object(path, v, n)
	case "DiscriminatedObjectType":
		c.discriminated(path, v, n)
	}
}

func (c *checker) text(path string, v arm.Value, n *node) {
	s, ok := v.Str()
	switch {
	case !ok:
		c.say(path, v.Pos(), "%s is %s, not string", show(v), v.Kind())
	case n.MinLength != nil && len(s) < *n.MinLength, n.MaxLength != nil && len(s) > *n.MaxLength:
		c.say(path, v.Pos(), "%s has %d characters", show(v), len(s))
	case n.Pattern != "" && !matches(n.Pattern, s):
		c.say(path, v.Pos(), "%s isn't of the form %s", show(v), n.Pattern)
	}
}

// union checks a choice of words. Where the table takes any other text, too,
// words that the service knows and the table doesn't are in otherWords.
func (c *checker) union(path string, v arm.Value, n *node) {
	var words []string
	for _, e := range n.union {
		if e.Kind == "StringLiteralType" {
			words = append(words, e.Value)
		} else if e.Kind != "StringType" {
			return // not a choice of words
		}
	}
	if len(words) > 0 {
		c.word(path, v, append(words, otherWords[c.r.Type+" "+path]...))
	}
}

// otherWords are values that the table lacks, by type and property.
var otherWords = map[string][]string{
	// azure-docs api-management/v2-service-tiers-overview.md
	"Microsoft.ApiManagement/service sku.name": {"PremiumV2"},
}

func (c *checker) word(path string, v arm.Value, words []string) {
	s, ok := v.Str()
	if !ok {
		c.say(path, v.Pos(), "%s is %s, not string", show(v), v.Kind())
	} else if !slices.Contains(words, s) {
		c.say(path, v.Pos(), "%s isn't one of %s", show(v), strings.Join(words, ", "))
	}
}

func (c *checker) integer(path string, v arm.Value, n *node) {
	i, ok := v.Int()
	switch {
	case !ok:
		c.say(path, v.Pos(), "%s is %s, not int", show(v), v.Kind())
	case n.MinValue != nil && i < *n.MinValue, n.MaxValue != nil && i > *n.MaxValue:
		c.say(path, v.Pos(), "%d is out of range", i)
	}
}

func (c *checker) array(path string, v arm.Value, n *node) {
	items, ok := v.Items()
	switch {
	case !ok:
		c.say(path, v.Pos(), "%s is %s, not array", show(v), v.Kind())
		return
	case n.MinLength != nil && len(items) < *n.MinLength, n.MaxLength != nil && len(items) > *n.MaxLength:
		c.say(path, v.Pos(), "it has %d items", len(items))
	}
	for _, item := range items {
		c.value(path, item, n.ItemType.to)
	}
}

func (c *checker) object(path string, v arm.Value, n *node) {
	o, ok := v.Object()
	if !ok {
		c.say(path, v.Pos(), "%s is %s, not object", show(v), v.Kind())
		return
	}
	for _, m := range o.Members() {
		c.member(path, m, n, n.Properties)
	}
	c.missing(path, o, n.Properties, v)
}

// discriminated checks an object of which one member says which kind it is.
func (c *checker) discriminated(path string, v arm.Value, n *node) {
	word := v.Get(n.Discriminator)
	if word.IsUnknown() {
		return
	}
	chosen := n.choice[word.Text()]
	if chosen == nil {
		c.say(join(path, n.Discriminator), v.Pos(), "%s isn't one of its kinds", show(word))
		return
	}
	o, _ := v.Object()
	if o == nil {
		return // there is no such word in anything else
	}
	for _, m := range o.Members() {
		if p, ok := n.Base[m.Name]; ok {
			c.value(join(path, m.Name), m.Value, p.Type.to)
			continue
		}
		c.member(path, m, chosen, chosen.Properties)
	}
	c.missing(path, o, chosen.Properties, v)
}

func (c *checker) member(path string, m arm.Member, n *node, properties map[string]property) {
	if path == "" && slices.Contains(besides, m.Name) {
		return
	}
	at := join(path, m.Name)
	p, ok := properties[m.Name]
	switch {
	case !ok && n.lower[strings.ToLower(m.Name)] != "":
		c.say(at, m.Pos, "it is written %s", n.lower[strings.ToLower(m.Name)])
	case !ok && n.Additional != nil:
		c.value(at, m.Value, n.Additional.to)
	case !ok:
		c.say(at, m.Pos, "there is no such property")
	case p.Flags&readOnly != 0:
		c.say(at, m.Pos, "it is read-only")
	case m.Value.IsNull():
		c.say(at, m.Pos, "it is null")
	default:
		c.value(at, m.Value, p.Type.to)
	}
}

func (c *checker) missing(path string, o *arm.Object, properties map[string]property, v arm.Value) {
	var names []string
	for name, p := range properties {
		if p.Flags&required == 0 || p.Flags&readOnly != 0 || path == "" && slices.Contains(besides, name) {
			continue
		}
		if _, there := o.Lookup(name); !there {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		c.say(join(path, name), v.Pos(), "it is required, and missing")
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// show is a value for a message.
func show(v arm.Value) string {
	if s, ok := v.Str(); ok {
		if len(s) > 80 {
			s = s[:80] + "…"
		}
		return strconv.Quote(s)
	}
	switch v.Kind() {
	case arm.ArrayKind, arm.ObjectKind:
		return "this"
	}
	return v.Text()
}

var patterns sync.Map // text → *regexp.Regexp, or nil for what can't be read

// matches asks a pattern of the table. One that looks ahead for the length, as
// in ^(?=.{1,60}$)rest, is asked in two steps; others that Go can't read take
// everything.
func matches(pattern, s string) bool {
	if length, rest, ok := strings.Cut(strings.TrimPrefix(pattern, "^(?="), "$)"); ok && strings.HasPrefix(pattern, "^(?=") {
		return matches("^"+length+"$", s) && matches("^"+rest, s)
	}
	known, ok := patterns.Load(pattern)
	if !ok {
		e, err := regexp.Compile(pattern)
		if err != nil {
			e = nil
		}
		known, _ = patterns.LoadOrStore(pattern, e)
	}
	e, _ := known.(*regexp.Regexp)
	return e == nil || e.MatchString(s)
}
