package blueprint

import "strings"

// order holds that what a resource waits for is there, comes before it, and
// doesn't wait for it.
func (v *verifier) order() {
	place := map[string]int{}
	for i := range v.all {
		place[v.all[i].Key()] = i
	}
	circle := v.circle(place)
	for i := range v.all {
		r := &v.all[i]
		for _, id := range r.DependsOn {
			at, ok := place[strings.ToLower(id)]
			switch {
			case !ok && !v.there[strings.ToLower(id)]:
				v.say(r, "dependsOn", "%s isn't there", id)
			case ok && circle[i] && circle[at]:
				v.say(r, "dependsOn", "it waits for %s, which waits for it", lastOf(id))
			case ok && at >= i:
				v.say(r, "dependsOn", "%s comes after it", lastOf(id))
			}
		}
	}
}

// circle is what remains when resources that wait for nothing are taken away
// again and again.
func (v *verifier) circle(place map[string]int) map[int]bool {
	waits, users := make([]int, len(v.all)), make([][]int, len(v.all))
	left := map[int]bool{}
	for i := range v.all {
		left[i] = true
		for _, id := range v.all[i].DependsOn {
			if at, ok := place[strings.ToLower(id)]; ok {
				waits[i]++
				users[at] = append(users[at], i)
			}
		}
	}
	var free []int
	for i, n := range waits {
		if n == 0 {
			free = append(free, i)
		}
	}
	for len(free) > 0 {
		i := free[len(free)-1]
		free = free[:len(free)-1]
		delete(left, i)
		for _, u := range users[i] {
			if waits[u]--; waits[u] == 0 {
				free = append(free, u)
			}
		}
	}
	return left
}
