package estate

// Departure is Palisade.Gateway/departures: a place where the owner of a
// deployment departs from a safe default, for a reason and until a day.
type Departure struct {
	*Resource
	What    Field[string] // what it means, in words
	Because Field[string] // why; absent: nobody has said
	Expires Field[string] // the time from which it isn't accepted, RFC 3339
}

func decodeDeparture(e *Estate, r *Resource) {
	e.Departures.add(r, &Departure{Resource: r, What: r.prop("what").text(""),
		Because: r.prop("because").text(""), Expires: r.prop("expires").text("")})
}
