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
	file, body, err := readAnswer(w.ID, text)
	if err != nil {
		return arm.Resource{}, err
	}
	return arm.Resource{
		ID: w.ID, Type: w.Type, Name: w.Name, APIVersion: w.APIVersion,
		Body: body, Condition: arm.Bool(true, arm.Pos{}), Pos: file.At(0),
	}, nil
}

// readAnswer reads what Azure has answered to a question about a path.
func readAnswer(path string, text []byte) (*arm.File, arm.Value, error) {
	file := arm.NewFile("azure:"+path, text)
	body, problems := armjson.Read(file, text)
	if len(problems) > 0 {
		return nil, arm.Value{}, fmt.Errorf("reading the answer: %s", problems[0].Message)
	}
	return file, body, nil
}
