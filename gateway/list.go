package gateway

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// mostList is the longest list of stored things that is looked through.
const mostList = 16 << 20

// list passes on a list of stored things without those of others. It is the
// one answer that is written anew; its elements stay as they came. A page can
// come out shorter than asked for, even empty, while has_more is true.
func (r *relay) list(resp *http.Response) *refusal {
	body, err := io.ReadAll(io.LimitReader(resp.Body, mostList+1))
	if err != nil || len(body) > mostList {
		return &refusal{status: http.StatusBadGateway, code: "502", reason: "upstream_broken", message: "the upstream's list can't be read"}
	}
	if resp.StatusCode >= 300 {
		return r.all(resp, body)
	}
	own, err := r.ownOf(body)
	if err != nil {
		return &refusal{status: http.StatusBadGateway, code: "502", reason: "upstream_broken", message: "the upstream's list can't be read"}
	}
	return r.all(resp, own)
}

// listed is a list as the API writes it. What isn't here isn't passed on, as it
// could tell of what others have.
type listed struct {
	Object  string            `json:"object"`
	Data    []json.RawMessage `json:"data"`
	FirstID *string           `json:"first_id"`
	LastID  *string           `json:"last_id"`
	HasMore bool              `json:"has_more"`
}

func (r *relay) ownOf(body []byte) ([]byte, error) {
	var all listed
	if err := json.Unmarshal(body, &all); err != nil {
		return nil, err
	}
	own := listed{Object: "list", Data: []json.RawMessage{}, HasMore: all.HasMore}
	for _, item := range all.Data {
		var head struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(item, &head); err != nil {
			return nil, err
		}
		s, ok, err := r.call.server.objects.Get(r.call.r.Context(), head.ID)
		if err != nil {
			return nil, err
		}
		if ok && s.Owner == r.call.caller.ID {
			if !r.call.keepOutputs(item) {
				return nil, errors.New("it can't be remembered whose this is")
			}
			own.Data = append(own.Data, item)
			if own.FirstID == nil {
				own.FirstID = &head.ID
			}
			own.LastID = &head.ID
		}
	}
	return json.Marshal(own)
}
