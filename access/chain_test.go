package access

import "palisade/estate"

func showChains(all []Chain) []string {
	if len(all) == 0 {
		return []string{"= none"}
	}
	var lines []string
	for _, c := range all {
		lines = append(lines, "= "+c.Gain.String())
		for _, s := range c.Steps {
			line := "  " + s.Edge + ": " + s.Verdict.String() + ": " + s.Text
			if s.Role != "" {
				line += " (" + s.Role + ")"
			}
			line += " on " + estate.LastName(s.Resource)
			if s.By != nil {
				line += " as " + s.By.String()
			}
			lines = append(lines, line)
		}
		for i := range c.Holders {
			h := &c.Holders[i]
			lines = append(lines, "  - "+h.Verdict.String()+" "+h.String())
		}
	}
	return lines
}
