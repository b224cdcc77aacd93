package layout

// Waits are the resources of the file that r waits for, by reference or
// otherwise, without those that it refers to but that aren't deployed there.
func (r *Resource) Waits() []*Resource {
	var out []*Resource
	for _, d := range append(r.References[:len(r.References):len(r.References)], r.DependsOn...) {
		if !d.Existing {
			out = append(out, d)
		}
	}
	return out
}

// unreached are the resources that r is said to wait for and wouldn't if nobody
// said so: those that are neither referred to nor waited for by what is.
func unreached(r *Resource) []*Resource {
	var out []*Resource
	for _, d := range r.DependsOn {
		if !reaches(r, d) {
			out = append(out, d)
		}
	}
	return out
}

// reaches reports whether r waits for d without saying that itself.
func reaches(r, d *Resource) bool {
	seen := map[*Resource]bool{r: true}
	next := append([]*Resource(nil), r.References...)
	for _, other := range r.DependsOn {
		if other != d {
			next = append(next, other)
		}
	}
	for len(next) > 0 {
		x := next[len(next)-1]
		next = next[:len(next)-1]
		if x == d {
			return true
		}
		if !seen[x] {
			seen[x] = true
			next = append(append(next, x.References...), x.DependsOn...)
		}
	}
	return false
}
