package upstream

import (
	"net/http"
	"slices"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

// Manager is how Azure Resource Manager is asked: as the gateway, in the spec's
// cloud, and by a client that connects to nothing else.
type Manager struct {
	Credential azcore.TokenCredential
	Cloud      cloud.Configuration
	Client     *http.Client
}

// Manager makes the way to Azure Resource Manager. It is nil where no upstream
// has an account that is known: then nobody has named it to be called. It opens
// no connection yet, and has to be made before Run and Probe.
func (p *Pools) Manager() (*Manager, error) {
	if !slices.ContainsFunc(p.all, func(u *Upstream) bool { return u.account != "" }) {
		return nil, nil
	}
	credential, err := p.tokenCredential()
	if err != nil {
		return nil, err
	}
	m := &Manager{Credential: credential, Cloud: cloudOf(p.spec.Cloud).authority}
	if p.options.Manager != nil {
		m.Cloud = *p.options.Manager
	}
	m.Client = boundClient(p.boundTransport([]string{addressOf(m.Cloud.Services[cloud.ResourceManager].Endpoint)}))
	return m, nil
}

// Close closes connections that aren't used.
func (m *Manager) Close() { m.Client.CloseIdleConnections() }
