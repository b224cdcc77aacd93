package blueprint

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"palisade/estate"
	"palisade/spec"
)

// base begins most names: the deployment's, and its environment unless that is
// the usual one.
func (b *builder) base() string {
	if b.spec.Environment == "prod" {
		return b.spec.Name
	}
	return b.spec.Name + "-" + b.spec.Environment
}

// name joins parts with the base to a name of at most limit characters. What
// is too long is cut and ends in a hash of the whole.
func (b *builder) name(limit int, prefix string, suffix ...string) string {
	whole := b.base()
	if prefix != "" {
		whole = prefix + "-" + whole
	}
	for _, s := range suffix {
		whole += "-" + s
	}
	return shortened(whole, limit)
}

func shortened(name string, limit int) string {
	const digits = 6
	if len(name) <= limit {
		return name
	}
	return strings.TrimRight(name[:limit-digits-1], "-") + "-" + hash(name, digits)
}

func hash(text string, digits int) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:digits]
}

// plain keeps lower-case letters and digits, for names of storage accounts and
// of parts.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// home is the region of what exists once.
func (b *builder) home() string { return b.spec.Regions[0] }

func (b *builder) subscriptionID() string { return "/subscriptions/" + string(b.spec.Subscription) }
func (b *builder) groupID() string        { return groupOf(b.spec) }

func groupOf(s *spec.Spec) string {
	return "/subscriptions/" + string(s.Subscription) + "/resourceGroups/" + s.ResourceGroup
}

// id is the ID of a resource of the group.
func (b *builder) id(typ, name string) string { return on(b.groupID(), typ, name) }

// on is the ID of a resource of another provider on a scope.
func on(scope, typ, name string) string { return scope + "/providers/" + typ + "/" + name }

func shortID(id string) string { return typeOf(id) + "/" + lastOf(id) }

func isIdentity(id string) bool { return strings.EqualFold(typeOf(id), identityType) }

// cloudText is the one of three that goes for the cloud.
func cloudText(c spec.Cloud, public, usgov, china string) string {
	switch c {
	case spec.USGovCloud:
		return usgov
	case spec.ChinaCloud:
		return china
	}
	return public
}

// lastOf is the last part of an ID, with its case.
func lastOf(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

// groupIn is the resource group that an ID is in.
func groupIn(id string) string {
	parts := strings.SplitN(id, "/", 6)
	if len(parts) < 5 {
		return id
	}
	return strings.Join(parts[:5], "/")
}

func dashed(s string) string { return strings.ReplaceAll(s, ".", "-") }

// typeOf is the type of the resource with an ID.
func typeOf(id string) string {
	if t := estate.TypeOf(id); t != "" {
		return t
	}
	return groupType
}
