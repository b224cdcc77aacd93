package gateway

// findObjects holds that all stored things that the call names were made by the
// caller. Another caller's ID is answered like one that isn't there.
func (c *call) findObjects() *refusal {
	if id := c.match.StoredID(); id != "" {
		s, r := c.own(id)
		if r != nil {
			return r
		}
		c.stored, c.madeBy = s, s.Model
	}
	for _, ref := range c.facts.Refs {
		s, r := c.own(ref.ID)
		if r != nil {
			return r
		}
		if c.madeBy == "" {
			c.stored, c.madeBy = s, s.Model
		}
	}
	return nil
}

// own finds a stored thing of the caller's. All that one call names have to be
// at the same place.
func (c *call) own(id string) (Stored, *refusal) {
	s, ok, refused := c.remembered(id)
	switch {
	case refused != nil:
		return s, refused
	case !ok || s.Owner != c.caller.ID:
		return s, notFound("object_unknown", "no such object")
	case c.sticky != "" && s.Upstream != c.sticky:
		return s, notFound("object_elsewhere", "the objects aren't at the same upstream")
	}
	c.sticky = s.Upstream
	return s, nil
}

// remembered is what is known of a stored thing, if anything is.
func (c *call) remembered(id string) (Stored, bool, *refusal) {
	s, ok, err := c.server.objects.Get(c.r.Context(), id)
	if err != nil {
		return s, false, unavailable("objects_unavailable", "it can't be found out whose this is")
	}
	return s, ok, nil
}

// notRemembered refuses what would be nobody's.
func notRemembered() *refusal {
	return unavailable("objects_unavailable", "it can't be remembered whose this is")
}
