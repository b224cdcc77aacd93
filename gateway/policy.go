package gateway

import (
	"slices"

	"palisade/gateway/route"
	"palisade/spec"
)

// allowed is what may pass from a caller to a model: what both the model and
// the grant allow.
type allowed [2]*spec.Allow

// check refuses what may not pass. What a body leaves to the service's default
// counts as that default.
func (a allowed) check(op *route.Operation, f *route.Facts) *refusal {
	if r := a.tools(f); r != nil {
		return r
	}
	if !a.all(func(x *spec.Allow) bool { return x.Images }) && (f.Images > 0 || op.Meter == route.ImagesMeter) {
		return blocked("images_denied", "images aren't allowed for this caller and model", "")
	}
	if !a.all(func(x *spec.Allow) bool { return x.Store }) && stores(op, f) {
		return blocked("store_denied", "answers may not be stored for this caller and model: send store: false", "store")
	}
	return a.maxTokens(f)
}

func (a allowed) all(ok func(*spec.Allow) bool) bool {
	for _, x := range a {
		if x != nil && !ok(x) {
			return false
		}
	}
	return true
}

// tools refuses types of tools that aren't listed. A tool without a type, or a
// choice that names a type, counts too.
func (a allowed) tools(f *route.Facts) *refusal {
	for _, typ := range f.ToolTypes {
		if !a.tool(typ) {
			return blocked("tool_denied", "a type of tool isn't allowed for this caller and model", "tools")
		}
	}
	switch f.ToolChoice {
	case "", "none", "auto", "required", "allowed_tools":
		return nil
	}
	if !a.tool(f.ToolChoice) {
		return blocked("tool_denied", "a type of tool isn't allowed for this caller and model", "tool_choice")
	}
	return nil
}

func (a allowed) tool(typ string) bool {
	return a.all(func(x *spec.Allow) bool {
		return slices.Contains(x.Tools, "*") || typ != "" && slices.Contains(x.Tools, typ)
	})
}

// stores reports whether an answer would be kept: responses are by default,
// completions when the body says so.
func stores(op *route.Operation, f *route.Facts) bool {
	switch op.Makes {
	case route.Response:
		return f.Store != route.No || f.Background == route.Yes
	case route.Completion:
		return f.Store == route.Yes
	}
	return false
}

func (a allowed) maxTokens(f *route.Facts) *refusal {
	most := a.most()
	if asked, ok := f.MaxOutputTokens(); ok && most > 0 && asked > most {
		return &refusal{status: 400, code: "invalid_request_error", reason: "max_tokens_exceeded",
			message: "the call asks for more completion tokens than this caller may have of this model", param: "max_tokens"}
	}
	return nil
}

// most is the least of the limits on completion tokens, or 0 without one.
func (a allowed) most() int64 {
	most := int64(0)
	for _, x := range a {
		if x != nil && x.MaxTokens > 0 && (most == 0 || int64(x.MaxTokens) < most) {
			most = int64(x.MaxTokens)
		}
	}
	return most
}

// limitName is the name by which a body says how many completion tokens it
// wants, for operations that have one.
func limitName(op *route.Operation) string {
	switch op.Meter {
	case route.ChatMeter, route.RunsMeter:
		return "max_completion_tokens"
	case route.CompletionsMeter:
		return "max_tokens"
	case route.ResponsesMeter:
		return "max_output_tokens"
	}
	return ""
}

// isRealtimeSafe reports whether a WebSocket may pass, of which the gateway
// sees no body: only where nothing is forbidden.
func (a allowed) isRealtimeSafe() bool {
	return a.tool("") && a.most() == 0 && a.all(func(x *spec.Allow) bool { return x.Images && x.Store })
}
