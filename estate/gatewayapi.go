package estate

import (
	"strings"

	"palisade/arm"
)

// API is Microsoft.ApiManagement/service/apis; Parent is the gateway, or a
// workspace of it.
type API struct {
	*Resource
	Path                 Field[string]
	ServiceURL           Field[string]
	SubscriptionRequired Field[bool] // absent: true
	KeyHeader            Field[string]
	KeyQuery             Field[string]
	Protocols            List[string] // absent: https
	// Imported reports that it has operations that aren't declared here, and
	// perhaps a service, from a description; Copied that it begins as a copy of
	// another API or revision, with its policies.
	Imported, Copied bool
}

// Operation is an operation of an API, its Parent.
type Operation struct {
	*Resource
	Method      Field[string]
	URLTemplate Field[string]
}

// Policy is a policy document: of all APIs, a product, an API or an operation,
// which is its Parent.
type Policy struct {
	*Resource
	Format Field[string] // xml | rawxml | xml-link | rawxml-link; absent: xml
	XML    Field[string]
	Text   arm.Value // the document as written, where XML isn't wholly known

	documents policyDocuments
}

// PolicyFragment is Microsoft.ApiManagement/service/policyFragments.
type PolicyFragment struct {
	*Resource
	XML  Field[string]
	Text arm.Value

	documents policyDocuments
}

func decodeAPI(e *Estate, r *Resource) {
	names := r.prop("subscriptionKeyParameterNames")
	e.APIs.add(r, &API{
		Resource:             r,
		Path:                 r.prop("path").text(""),
		ServiceURL:           r.prop("serviceUrl").text(""),
		SubscriptionRequired: r.prop("subscriptionRequired").flag(true),
		KeyHeader:            names.at("header").text("Ocp-Apim-Subscription-Key"),
		KeyQuery:             names.at("query").text("subscription-key"),
		Protocols:            r.prop("protocols").texts(),
		Imported:             r.prop("value").set || r.prop("format").set,
		Copied:               r.prop("sourceApiId").set || strings.Contains(r.Name, ";rev="),
	})
}

func decodeOperation(e *Estate, r *Resource) {
	e.Operations.add(r, &Operation{r, r.prop("method").text(""), r.prop("urlTemplate").text("")})
}

func decodePolicy(e *Estate, r *Resource) {
	xml := r.prop("value")
	e.Policies.add(r, &Policy{Resource: r, Format: r.prop("format").text("xml"), XML: xml.text(""), Text: xml.v})
}

func decodePolicyFragment(e *Estate, r *Resource) {
	xml := r.prop("value")
	e.PolicyFragments.add(r, &PolicyFragment{Resource: r, XML: xml.text(""), Text: xml.v})
}
