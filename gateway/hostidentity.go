package gateway

import (
	"os"
	"regexp"

	"palisade/spec"
)

// clientID is a GUID, as Entra writes it.
var clientID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// ofHost gives a gateway whose file names no identity that of AZURE_CLIENT_ID,
// where its host gives tokens at IDENTITY_ENDPOINT: Container Apps and App
// Service have no token for who doesn't say which of their user-assigned
// identities is meant, and azidentity reads that variable in its default chain
// alone. The client ID is only known when the file has been deployed.
func ofHost(s *spec.Spec) {
	id := os.Getenv("AZURE_CLIENT_ID")
	if s.Gateway.Identity == "" && os.Getenv("IDENTITY_ENDPOINT") != "" && clientID.MatchString(id) {
		s.Gateway.Identity = spec.GUID(id)
	}
}
