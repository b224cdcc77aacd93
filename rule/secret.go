package rule

import (
	"strings"

	"palisade/arm"
	"palisade/estate"
)

// secretIn is what a value holds that must not be seen.
type secretIn struct {
	text string // "the keys of aoai", "secure parameter sqlPassword"
	// owner is the key of the resource whose key it is, or "".
	owner string
	pos   arm.Pos
}

// secretsIn are the keys that Azure puts into a value, and the secure parameters
// and secrets of key vaults in it, each once.
func secretsIn(s *Subject, v arm.Value, keys []estate.Secret) []secretIn {
	var found []secretIn
	for _, k := range keys {
		found = append(found, secretIn{"the keys of " + estate.LastName(ownerID(s, k.Owner)) + " (" + k.Function + ")", k.Owner, k.Pos})
	}
	seen := map[string]bool{}
	v.Walk(func(w arm.Value) bool {
		u, ok := w.Unknown()
		if !ok {
			return true
		}
		for _, root := range u.Roots() {
			if text := secretText(root); text != "" && !seen[text] {
				seen[text] = true
				found = append(found, secretIn{text, "", root.Pos})
			}
		}
		return true
	})
	return found
}

// secretText names a secure parameter or a secret of a key vault.
func secretText(u *arm.Unknown) string {
	switch {
	case u.Op == arm.OpParameter && u.Secret:
		return "secure parameter " + u.Name
	case u.Op == arm.OpRuntime && u.Name == "getSecret" && len(u.Args) > 1:
		return "secret " + u.Args[1].Text() + " of key vault " + estate.LastName(u.Args[0].Text())
	}
	return ""
}

func secretNames(all []secretIn) string {
	texts := make([]string, len(all))
	for i, x := range all {
		texts[i] = x.text
	}
	return listing(texts)
}

func secretSteps(all []secretIn, on, property string) []Step {
	var steps []Step
	for _, x := range all {
		steps = append(steps, Step{"it holds " + x.text, on, property, x.pos})
	}
	return steps
}

// secretLevel is severity, but lower where all that is seen are keys that
// nobody can use because their accounts refuse them.
func secretLevel(s *Subject, all []secretIn, severity Severity) Severity {
	for _, x := range all {
		a := s.Estate.Accounts.Get(x.owner)
		if x.owner == "" || a == nil || estate.True(a.DisableLocalAuth) != estate.Yes {
			return severity
		}
	}
	return Low
}

// unread reports whether a value comes from something that couldn't be read, or
// from the outputs of a template deployment that isn't here. A value that is
// given from outside isn't such: the template says of which parameters it is a
// secret.
func unread(v arm.Value) *arm.Unknown {
	u, ok := v.Unknown()
	if !ok {
		return nil
	}
	for _, root := range u.Roots() {
		if root.Op == arm.OpMissing && !root.Input || isDeployment(root) {
			return root
		}
	}
	return nil
}

// isDeployment reports whether u is the state of a template deployment.
func isDeployment(u *arm.Unknown) bool {
	return u.Op == arm.OpRuntime && u.Name == "reference" && len(u.Args) > 0 &&
		strings.EqualFold(estate.TypeOf(u.Args[0].Text()), "Microsoft.Resources/deployments")
}

// keyName reports whether a setting is named as if it held a key or password.
func keyName(name string) bool {
	name = strings.ToLower(name)
	for _, ending := range []string{"key", "secret", "password", "apikey", "api_key", "token", "connectionstring", "connection_string"} {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return strings.Contains(name, "accountkey=") || strings.Contains(name, "sharedaccesskey=")
}
