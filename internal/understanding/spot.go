package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"palisade/arm"
)

// What a file says in so many words about an account is compared with what was
// understood. The text is read by regular expressions and by encoding/json, not
// by the parsers that are judged.
var (
	said      = regexp.MustCompile(`(?m)^\s*(\w+):\s*('[^'$\\]*'|true|false|\d+|[A-Za-z_]\w*)\s*(?://.*)?$`)
	defaulted = regexp.MustCompile(`(?m)^(?:param|var)\s+(\w+)(?:\s+\w+)?\s*=\s*('[^'$\\]*'|true|false|\d+)\s*(?://.*)?$`)
	// Parts of a body that it may or may not take.
	choosing = regexp.MustCompile(`\?\s*[{\[]|\.\.\.|union\(|\? \w+ :`)
)

// spot compares the settings that are written out once in the text of an account
// in Bicep, or by a parameter or variable that is written out. It returns how
// many it compared, and what differs or "".
func spot(r *arm.Resource, body, file string) (compared int, why string) {
	if choosing.MatchString(body) {
		return 0, ""
	}
	values := map[string]string{}
	for _, m := range defaulted.FindAllStringSubmatch(file, -1) {
		values[m[1]] = m[2]
	}
	for _, m := range said.FindAllStringSubmatch(body, -1) {
		name, want := m[1], m[2]
		if v, ok := values[want]; ok {
			want = v
		}
		if !literal(want) || len(regexp.MustCompile(`\b`+name+`:`).FindAllString(body, -1)) != 1 {
			continue
		}
		got := named(r.Body, name, nil)
		if name == "name" || name == "parent" || len(got) == 0 && strings.Contains(body, "[for ") {
			continue
		}
		compared++
		if len(got) != 1 || got[0].Text() != strings.Trim(want, "'") {
			return compared, fmt.Sprintf("%s: %s: %s is written and %s understood", r.Pos, name, want, texts(got))
		}
	}
	return compared, ""
}

func literal(text string) bool {
	if strings.HasPrefix(text, "'") || text == "true" || text == "false" {
		return true
	}
	_, err := strconv.Atoi(text)
	return err == nil
}

// named are the values of all members of that name in v.
func named(v arm.Value, name string, found []arm.Value) []arm.Value {
	if o, ok := v.Object(); ok {
		for _, m := range o.Members() {
			if m.Name == name {
				found = append(found, m.Value)
			}
			found = named(m.Value, name, found)
		}
	}
	items, _ := v.Items()
	for _, item := range items {
		found = named(item, name, found)
	}
	return found
}

func texts(values []arm.Value) string {
	if len(values) == 0 {
		return "nothing"
	}
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = v.Text()
	}
	return strings.Join(out, ", ")
}

// spotJSON compares what the accounts of a template in JSON say without an
// expression. Each must be among those that were understood; left is how many
// may be missing because they aren't deployed. A template with comments isn't
// compared.
func spotJSON(text []byte, accounts []arm.Resource, left int) (compared int, why string) {
	var template any
	if json.Unmarshal(text, &template) != nil {
		return 0, ""
	}
	for _, written := range writtenAccounts(template, nil) {
		best, difference := 0, "nothing like it is there"
		for i := range accounts {
			n, why := same(accounts[i].Body, written)
			if why == "" {
				best, difference = n, ""
				break
			}
			difference = why
		}
		if difference != "" {
			if left--; left < 0 {
				return compared, fmt.Sprintf("account %v: %s", written["name"], difference)
			}
		}
		compared += best
	}
	return compared, ""
}

func writtenAccounts(x any, found []map[string]any) []map[string]any {
	switch x := x.(type) {
	case map[string]any:
		if t, _ := x["type"].(string); strings.EqualFold(t, "Microsoft.CognitiveServices/accounts") && x["existing"] != true {
			found = append(found, x)
		}
		for _, v := range x {
			found = writtenAccounts(v, found)
		}
	case []any:
		for _, v := range x {
			found = writtenAccounts(v, found)
		}
	}
	return found
}

// same compares what the account has in properties, sku, kind and identity.
func same(body arm.Value, written map[string]any) (compared int, why string) {
	for _, name := range []string{"kind", "sku", "identity", "properties"} {
		n, why := leaves(body.Get(name), written[name], name)
		if compared += n; why != "" {
			return compared, why
		}
	}
	return compared, ""
}

func leaves(v arm.Value, written any, path string) (compared int, why string) {
	switch w := written.(type) {
	case map[string]any:
		for name, x := range w {
			if strings.HasPrefix(name, "[") || name == "copy" {
				continue
			}
			n, why := leaves(v.Get(name), x, path+"."+name)
			if compared += n; why != "" {
				return compared, why
			}
		}
	case []any:
		items, _ := v.Items()
		if len(items) != len(w) {
			return compared, fmt.Sprintf("%s has %d items and %d understood", path, len(w), len(items))
		}
		for i, x := range w {
			n, why := leaves(items[i], x, fmt.Sprintf("%s[%d]", path, i))
			if compared += n; why != "" {
				return compared, why
			}
		}
	case string, bool, float64:
		text := fmt.Sprint(w)
		if strings.HasPrefix(text, "[") {
			return 0, ""
		}
		if v.Text() != text {
			return 1, fmt.Sprintf("%s: %s is written and %s understood", path, text, v.Text())
		}
		return 1, ""
	}
	return compared, ""
}
