package estate

import (
	"strings"

	"palisade/arm"
)

// Product is Microsoft.ApiManagement/service/products.
type Product struct {
	*Resource
	SubscriptionRequired Field[bool] // absent: true
	ApprovalRequired     Field[bool] // absent: false
	State                Field[string]
}

// ProductLink puts an API or a group of users into a product, its Parent:
// …/products/apis and …/products/groups by their names, …/products/apiLinks by an
// ID.
type ProductLink struct {
	*Resource
	Kind string // apis | groups | apilinks
	API  Ref    // of apilinks
}

// Has answers whether it is an API that is put in.
func (l *ProductLink) Has(api *API) Answer {
	switch l.Kind {
	case "apis":
		return answer(strings.EqualFold(l.Name, api.Name))
	case "apilinks":
		return l.API.Is(api.ID)
	}
	return No
}

// Subscription is a key to a gateway's APIs:
// Microsoft.ApiManagement/service/subscriptions.
type Subscription struct {
	*Resource
	Scope        Field[string] // …/products/{p}, …/apis or …/apis/{a}
	State        Field[string]
	AllowTracing Field[bool] // absent: false
	PrimaryKey   arm.Value   // where the template chooses it; else null
	SecondaryKey arm.Value
}

func decodeProduct(e *Estate, r *Resource) {
	e.Products.add(r, &Product{
		Resource:             r,
		SubscriptionRequired: r.prop("subscriptionRequired").flag(true),
		ApprovalRequired:     r.prop("approvalRequired").flag(false),
		State:                r.prop("state").text(""),
	})
}

func decodeProductLink(e *Estate, r *Resource) {
	kind := r.Type[strings.LastIndexByte(r.Type, '/')+1:]
	e.ProductLinks.add(r, &ProductLink{r, strings.ToLower(kind), r.prop("apiId").ref()})
}

func decodeSubscription(e *Estate, r *Resource) {
	e.Subscriptions.add(r, &Subscription{
		Resource:     r,
		Scope:        r.prop("scope").text(""),
		State:        r.prop("state").text(""),
		AllowTracing: r.prop("allowTracing").flag(false),
		PrimaryKey:   r.prop("primaryKey").v,
		SecondaryKey: r.prop("secondaryKey").v,
	})
}
