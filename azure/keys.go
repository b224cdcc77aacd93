package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"palisade/arm"
)

// Models is the data plane of accounts, as far as a key is tried on it: the
// status of the answer and the code of its error.
type Models interface {
	Try(ctx context.Context, endpoint, key string) (status int, code string, err error)
}

// dataPlane tries a key on the real data plane.
type dataPlane struct{ client *http.Client }

// dataPlaneVersion is the newest stable version of the data plane that lists
// models.
const dataPlaneVersion = "2024-10-21"

// Try asks for the list of models, which costs nothing.
func (d dataPlane) Try(ctx context.Context, endpoint, key string) (int, string, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(endpoint, "/")+"/openai/models?api-version="+dataPlaneVersion, nil)
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("api-key", key)
	resp, err := d.client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	var answer struct{ Error struct{ Code string } }
	_ = json.NewDecoder(io.LimitReader(resp.Body, 1<<16)).Decode(&answer) // a proxy may answer with a page
	return resp.StatusCode, answer.Error.Code, nil
}

// Keys are the keys that accounts had before a deployment, to be tried after
// it. They are kept in memory alone and never shown.
type Keys struct{ of map[string]string }

// OldKeys reads the keys of those accounts of the plan that are there already
// and still take keys.
func (c *Client) OldKeys(ctx context.Context, p *Plan) Keys {
	k := Keys{map[string]string{}}
	for _, a := range p.of(accountType) {
		if key, err := c.listKey(ctx, a); err == nil && key != "" {
			k.of[a.Key()] = key
		}
	}
	return k
}

func (c *Client) listKey(ctx context.Context, a arm.Resource) (string, error) {
	var keys struct{ Key1 string }
	err := c.call(ctx, http.MethodPost, a.ID+"/listKeys", a.APIVersion, nil, &keys)
	return keys.Key1, err
}

// keyPatience is how long the data plane is waited for: it may take keys for
// some time after they were turned off.
const keyPatience = 30 * time.Minute

// CheckKeys proves for each account that keys are refused: by Resource Manager,
// which doesn't give them out, and, where one is known, by the data plane.
func (c *Client) CheckKeys(ctx context.Context, accounts []arm.Resource, old Keys, tell func(Event)) []Check {
	var out []Check
	for _, a := range accounts {
		if a.Is(accountType) {
			out = append(out, c.checkKeys(ctx, a, old.of[a.Key()], tell))
		}
	}
	return out
}

func (c *Client) checkKeys(ctx context.Context, a arm.Resource, key string, tell func(Event)) Check {
	check := Check{Name: "keys of " + a.Name}
	given, err := c.listKey(ctx, a)
	switch {
	case err == nil && given != "":
		check.State, check.Text = Fail, "Resource Manager gives them out"
		check.Do = "set disableLocalAuth on the account, or deploy again"
		return check
	case err == nil:
		check.State, check.Text = Unknown, "Resource Manager answers without a key"
		return check
	case !refused(err):
		check.State, check.Text = Unknown, Explain(err)
		return check
	}
	check.State, check.Text = OK, "refused: "+Explain(err)
	if key == "" {
		return check
	}
	return c.tryKey(ctx, check, a, key, tell)
}

// refused reports whether Azure says no because keys are off, and not because
// of the caller.
func refused(err error) bool {
	var r *azcore.ResponseError
	return errors.As(err, &r) && r.StatusCode == http.StatusBadRequest && strings.Contains(strings.ToLower(Explain(err)), "disablelocalauth")
}

// tryKey tries an old key until the data plane refuses it. Where the network
// isn't let in, nothing is known of the key.
func (c *Client) tryKey(ctx context.Context, check Check, a arm.Resource, key string, tell func(Event)) Check {
	endpoint := a.Properties("endpoint").Text()
	for until := c.clock.Now().Add(keyPatience); ; {
		status, code, err := c.models.Try(ctx, endpoint, key)
		switch {
		case err != nil:
			check.State, check.Text = Unknown, "the old key couldn't be tried: "+firstLine(err.Error())
			return check
		case status == http.StatusUnauthorized || code == "AuthenticationTypeDisabled":
			check.Text += fmt.Sprintf("; the old key, too (%d %s)", status, code)
			return check
		case status == http.StatusForbidden:
			check.Text += "; the old key can't be tried from here: the network isn't let in"
			return check
		case c.clock.Now().After(until):
			check.State, check.Text = Fail, fmt.Sprintf("the old key still works after %s", keyPatience)
			check.Do = "try again later: Azure says it may take hours"
			return check
		}
		tell(Event{ID: a.ID, State: "waiting", Text: "the data plane still takes the old key"})
		if err := c.clock.Sleep(ctx, time.Minute); err != nil {
			check.State, check.Text = Unknown, "not waited for until the old key is refused"
			return check
		}
	}
}
