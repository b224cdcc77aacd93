package azure

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// State is the outcome of a check.
type State string

// The outcomes. Unknown is never green: nothing says that it would work.
const (
	OK      State = "ok"
	Fail    State = "fail"
	Unknown State = "unknown"
)

// Check is one thing that was looked at before or after a deployment.
type Check struct {
	State State
	Name  string // what was looked at
	Text  string // what was found
	Do    string // what to do about it, or ""
}

// Preflight checks what a deployment needs before anything is changed: the
// login, rights, registered providers, models, quota and names. Providers that
// aren't registered are also given as a list, for Register.
func (c *Client) Preflight(ctx context.Context, p *Plan) (checks []Check, unregistered []string) {
	login := c.checkLogin(ctx)
	checks = append(checks, login)
	if login.State == Fail {
		return checks, nil
	}
	checks = append(checks, c.checkRights(ctx, p)...)
	provider, unregistered := c.checkProviders(ctx, p)
	checks = append(checks, provider)
	checks = append(checks, c.checkReferred(ctx, p)...)
	checks = append(checks, c.checkModels(ctx, p)...)
	checks = append(checks, c.checkNames(ctx, p)...)
	return checks, unregistered
}

func (c *Client) checkLogin(ctx context.Context) Check {
	check := Check{Name: "login"}
	var s struct{ DisplayName, TenantID, State string }
	if err := c.call(ctx, http.MethodGet, c.scope(), "2022-12-01", nil, &s); err != nil {
		check.State, check.Text = Fail, Explain(err)
		check.Do = "log in with az login, azd auth login, or the variables of azidentity (AZURE_CLIENT_ID …), as somebody who sees subscription " + c.subscription
		return check
	}
	if c.tenant != "" && !strings.EqualFold(s.TenantID, c.tenant) {
		check.State, check.Text = Fail, fmt.Sprintf("the subscription is of tenant %s, not %s", s.TenantID, c.tenant)
		check.Do = "correct tenant: or subscription: in palisade.yaml"
		return check
	}
	check.State, check.Text = OK, fmt.Sprintf("subscription %q, tenant %s", s.DisplayName, s.TenantID)
	return check
}

// checkReferred looks for what has to be there already.
func (c *Client) checkReferred(ctx context.Context, p *Plan) []Check {
	var out []Check
	for _, r := range p.Referred {
		if r.APIVersion == "" {
			continue
		}
		_, err := c.read(ctx, r)
		switch {
		case err == nil:
		case missing(err):
			out = append(out, Check{Name: Short(r.ID), State: Fail, Text: "isn't there: " + r.ID, Do: "make it first, or correct its ID in palisade.yaml"})
		default:
			out = append(out, Check{Name: Short(r.ID), State: Unknown, Text: Explain(err)})
		}
	}
	return out
}

const providersVersion = "2024-11-01"

func (c *Client) checkProviders(ctx context.Context, p *Plan) (Check, []string) {
	names := p.namespaces()
	check := Check{Name: "resource providers", State: OK, Text: fmt.Sprintf("%d registered", len(names))}
	var not []string
	for _, name := range names {
		registered, err := c.registered(ctx, name)
		if err != nil {
			check.State, check.Text = Unknown, name+": "+Explain(err)
			return check, nil
		}
		if !registered {
			not = append(not, name)
		}
	}
	if len(not) > 0 {
		check.State, check.Text = Fail, "not registered: "+strings.Join(not, ", ")
		check.Do = "they can be registered now, see below; or az provider register --namespace " + not[0]
	}
	return check, not
}

func (c *Client) registered(ctx context.Context, namespace string) (bool, error) {
	var p struct{ RegistrationState string }
	err := c.call(ctx, http.MethodGet, c.scope()+"/providers/"+namespace, providersVersion, nil, &p)
	return strings.EqualFold(p.RegistrationState, "Registered"), err
}

// Register registers resource providers and waits until they are, for up to ten
// minutes.
func (c *Client) Register(ctx context.Context, namespaces []string) error {
	for _, name := range namespaces {
		if err := c.call(ctx, http.MethodPost, c.scope()+"/providers/"+name+"/register", providersVersion, nil, nil); err != nil {
			return fmt.Errorf("registering %s: %w", name, err)
		}
	}
	until := c.clock.Now().Add(10 * time.Minute)
	for _, name := range namespaces {
		for {
			done, err := c.registered(ctx, name)
			if err != nil {
				return fmt.Errorf("registering %s: %w", name, err)
			}
			if done {
				break
			}
			if c.clock.Now().After(until) {
				return fmt.Errorf("%s isn't registered after ten minutes; see az provider show --namespace %s", name, name)
			}
			if err := c.clock.Sleep(ctx, 10*time.Second); err != nil {
				return err
			}
		}
	}
	return nil
}
