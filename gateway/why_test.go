package gateway

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"palisade/access"
	"palisade/gateway/caller"
	"palisade/spec"
)

// namedAs is a caller as a person names it for "palisade why"; ok is false for
// one that a person can't name in full, such as an identity by two ids at once.
func namedAs(n *Node, c *caller.Caller) (w Who, ok bool) {
	w = Who{Groups: c.Groups, GroupsKnown: c.GroupsComplete}
	switch c.Kind {
	case caller.KeyHolder:
		return Who{Name: "key:" + c.Key}, true
	case caller.Workload:
		return Who{Name: c.IssuerName + ":" + c.Subject}, true
	case caller.User:
		w.Name, w.Through = c.ObjectID, c.AppID
		return w, true
	case caller.App:
		w.Name = c.ObjectID
		return w, n.namesApp(c.ObjectID)
	}
	return w, false
}

// "palisade why" has the verdict, the gates and the steps of the running
// gateway, over random files and calls.
func TestWhyIsTheGateway(t *testing.T) {
	t.Parallel()
	seen := map[access.Verdict]int{}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 2))
		text := []byte(randomSpec(r))
		s, problems := spec.Parse("random.yaml", text)
		if len(problems) > 0 {
			t.Fatalf("%s\n%v", text, problems)
		}
		n, err := NewNode(s, text)
		if err != nil {
			t.Fatal(err)
		}
		for range 40 {
			c, from, model := randomCaller(r), randomSource(r), oneOf(r, "m0", "m1", "m2")
			who, ok := namedAs(n, c)
			if !ok {
				continue
			}
			runs := n.Decide(c, from, model, chatAction, testDay)
			says, err := n.Why(who, from, model, chatAction, testDay)
			if err != nil || !reflect.DeepEqual(runs, says) {
				t.Fatalf("seed %d: %+v from %v to %s: the gateway: %v; why: %v %v\n%s", seed, c, from, model, runs, says, err, text)
			}
			seen[runs.Verdict]++
		}
	}
	for _, v := range []access.Verdict{access.Allow, access.Deny, access.Unknown} {
		if seen[v] < 20 {
			t.Errorf("only %d times %v", seen[v], v)
		}
	}
}
