package gateway

import (
	"os"

	"palisade/spec"
)

// ofHost gives a gateway whose file names no identity that of AZURE_CLIENT_ID,
// where its host gives tokens at IDENTITY_ENDPOINT: Container Apps and App
// Service have no token for who doesn't say which of their user-assigned
// identities is meant, and azidentity reads that variable in its default chain
// alone. The client ID is only known when the file has been deployed.
func ofHost(s *spec.Spec) {
	id, ok := spec.ParseGUID(os.Getenv("AZURE_CLIENT_ID"))
	if ok && s.Gateway.Identity == "" && os.Getenv("IDENTITY_ENDPOINT") != "" {
		s.Gateway.Identity = id
	}
}
