package azure

import (
	"context"
	"fmt"
	"net/http"

	"palisade/arm"
	"palisade/format/armjson"
)

// NotRead is a resource that couldn't be read.
type NotRead struct {
	ID  string
	Err error
}

// Read reads the resources as they stand in Azure now. Of each of what is given
// only the ID, type and API version count. Those that can't be read are told
// apart; the order stays.
func (c *Client) Read(ctx context.Context, wanted []arm.Resource) ([]arm.Resource, []NotRead) {
	var out []arm.Resource
	var not []NotRead
	for _, w := range wanted {
		r, err := c.read(ctx, w)
		if ctx.Err() != nil {
			return out, append(not, NotRead{w.ID, ctx.Err()})
		}
		if err != nil {
			not = append(not, NotRead{w.ID, err})
			continue
		}
		out = append(out, r)
	}
	return out, not
}

func (c *Client) read(ctx context.Context, w arm.Resource) (arm.Resource, error) {
	text, err := c.raw(ctx, http.MethodGet, w.ID, w.APIVersion, nil)
	if err != nil {
		return arm.Resource{}, err
	}
	file := arm.NewFile("azure:"+w.ID, text)
	body, problems := armjson.Read(file, text)
	if len(problems) > 0 {
		return arm.Resource{}, fmt.Errorf("reading the answer: %s", problems[0].Message)
	}
	return arm.Resource{
		ID: w.ID, Type: w.Type, Name: w.Name, APIVersion: w.APIVersion,
		Body: body, Condition: arm.Bool(true, arm.Pos{}), Pos: file.At(0),
	}, nil
}
