package gateway

import (
	"encoding/json"

	"palisade/access"
)

// modelInfo is a model as the API lists it, in the members that both its forms
// have in common.
type modelInfo struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"`
	OwnedBy string `json:"owned_by"`
}

type modelList struct {
	Object string      `json:"object"`
	Data   []modelInfo `json:"data"`
}

// answerModels lists the models that the caller may read, in the order of the
// spec, or answers with one of them. It asks no upstream.
func (c *call) answerModels() *refusal {
	var body any = infoOf(c.match.Model)
	if c.match.Lists {
		list := modelList{Object: "list", Data: []modelInfo{}}
		for _, name := range c.permittedModels() {
			list.Data = append(list.Data, infoOf(name))
		}
		body = list
		c.model = ""
	}
	text, err := json.Marshal(body)
	if err != nil {
		return unavailable("models_error", "the models can't be listed")
	}
	c.say(text)
	return nil
}

// permittedModels are the models by which the caller may make the call, in the
// order of the spec.
func (c *call) permittedModels() []string {
	var models []string
	for _, name := range c.set.node.names {
		if c.set.node.Decide(c.caller, c.from, name, c.match.DataAction(), c.server.now()).Verdict == access.Allow {
			models = append(models, name)
		}
	}
	return models
}

func infoOf(name string) modelInfo { return modelInfo{ID: name, Object: "model", OwnedBy: "palisade"} }
