package gateway

import (
	"net/http"
	"testing"
)

// TestReloadKeepsTheIssuersClient holds that connections to issuers outlive a
// configuration.
func TestReloadKeepsTheIssuersClient(t *testing.T) {
	s := &Server{}
	first := s.issuerClient(nil)
	if first == nil || s.issuerClient(&setup{client: first}) != first {
		t.Error("a reload makes another client")
	}
	s.options.IssuerClient = &http.Client{}
	if s.issuerClient(&setup{client: first}) != s.options.IssuerClient {
		t.Error("the client of the options isn't used")
	}
	r := start(t)
	before := r.current.Load()
	if err := r.Reload(); err != nil {
		t.Fatal(err)
	}
	if after := r.current.Load(); after == before || after.client == nil || after.client != before.client {
		t.Error("the reloaded configuration has another client")
	}
}
