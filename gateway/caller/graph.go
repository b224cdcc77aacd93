package caller

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

const maxGroupsBody = 4 << 20 // bytes; Graph answers with up to 11,000 IDs

// Graph is the Directory of a tenant, by Microsoft Graph. The gateway's
// identity needs to be allowed to read its members (Directory.Read.All, or
// User.Read.All, Application.Read.All and GroupMember.Read.All).
// Source: microsoft-graph-docs, directoryobject-getmemberobjects.md.
type Graph struct {
	// URL is Cloud.Graph.
	URL string
	// Token gives an access token for URL + "/.default".
	Token func(context.Context) (string, error)
	// Client makes the calls, such as one by NewClient.
	Client *http.Client
}

// Groups asks directoryObjects/{id}/getMemberObjects. Overage in a token links
// to the Azure AD Graph, which is retired, so that link is not used.
func (g *Graph) Groups(ctx context.Context, objectID string) ([]string, error) {
	if !isGUID(objectID) {
		return nil, errors.New("not an object id")
	}
	token, err := g.Token(ctx)
	if err != nil {
		return nil, fmt.Errorf("getting a token for graph: %w", err)
	}
	address := g.URL + "/v1.0/directoryObjects/" + objectID + "/getMemberObjects"
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader([]byte(`{"securityEnabledOnly":false}`)))
	if err != nil {
		return nil, errors.New("the address of graph isn't a URL")
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	response, err := g.Client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return readGroups(response)
}

// readGroups reads the answer. Half a list is no answer.
func readGroups(response *http.Response) ([]string, error) {
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("graph: status %d", response.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxGroupsBody+1))
	if err != nil {
		return nil, fmt.Errorf("reading groups: %w", err)
	}
	var answer struct {
		Value []string `json:"value"`
		Next  string   `json:"@odata.nextLink"`
	}
	if len(text) > maxGroupsBody || json.Unmarshal(text, &answer) != nil || answer.Value == nil || answer.Next != "" {
		return nil, errors.New("graph: not a whole list of groups")
	}
	for i, id := range answer.Value {
		if answer.Value[i] = lower(id); !isGUID(answer.Value[i]) {
			return nil, errors.New("graph: not an object id")
		}
	}
	return answer.Value, nil
}
