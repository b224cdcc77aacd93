package estate

import "palisade/arm"

// Workspace is Microsoft.OperationalInsights/workspaces (Log Analytics).
type Workspace struct {
	*Resource
	PublicIngestion  Field[string] // Enabled | Disabled | SecuredByPerimeter; absent: Enabled
	PublicQuery      Field[string] // as above
	DisableLocalAuth Field[bool]   // shared keys are refused; absent: false
	ResourceAccess   Field[bool]   // who can read a resource can read its logs; absent: false
	RetentionDays    Field[int64]  // absent: 30
	DailyQuotaGB     Field[int64]  // absent: -1, without limit
}

// Component is Microsoft.Insights/components (Application Insights).
type Component struct {
	*Resource
	PublicIngestion  Field[string] // Enabled | Disabled; absent: Enabled
	PublicQuery      Field[string]
	DisableLocalAuth Field[bool] // absent: false
	DisableIPMasking Field[bool] // absent: false
	Workspace        Ref
}

// DiagnosticSetting is Microsoft.Insights/diagnosticSettings; Parent is the
// resource, or the subscription, whose logs it sends.
type DiagnosticSetting struct {
	*Resource
	Logs            List[LogSetting]
	Metrics         List[LogSetting]
	Workspace       Ref
	Storage         Ref
	EventHub        Ref // authorization rule
	Partner         Ref
	DestinationType Field[string] // Dedicated, or AzureDiagnostics; absent: the latter
}

// LogSetting turns on a category of logs, or a group of categories.
type LogSetting struct {
	Category Field[string]
	Group    Field[string] // allLogs | audit
	Enabled  Field[bool]   // absent: false
	Pos      arm.Pos
}

// Pricing is a plan of Defender for Cloud: Microsoft.Security/pricings. Parent
// is the subscription, or the resource that it is for; Name is the plan.
type Pricing struct {
	*Resource
	Tier       Field[string] // Free | Standard
	SubPlan    Field[string]
	Extensions List[PricingExtension]
}

// PricingExtension is a part of a plan.
type PricingExtension struct {
	Name    Field[string]
	Enabled Field[bool]
}

func decodeWorkspace(e *Estate, r *Resource) {
	features := r.prop("features")
	e.Workspaces.add(r, &Workspace{
		Resource:         r,
		PublicIngestion:  r.prop("publicNetworkAccessForIngestion").text("Enabled"),
		PublicQuery:      r.prop("publicNetworkAccessForQuery").text("Enabled"),
		DisableLocalAuth: features.at("disableLocalAuth").flag(false),
		ResourceAccess:   features.at("enableLogAccessUsingOnlyResourcePermissions").flag(false),
		RetentionDays:    r.prop("retentionInDays").number(30),
		DailyQuotaGB:     r.prop("workspaceCapping", "dailyQuotaGb").number(-1),
	})
}

func decodeComponent(e *Estate, r *Resource) {
	e.Components.add(r, &Component{
		Resource:         r,
		PublicIngestion:  r.prop("publicNetworkAccessForIngestion").text("Enabled"),
		PublicQuery:      r.prop("publicNetworkAccessForQuery").text("Enabled"),
		DisableLocalAuth: r.prop("DisableLocalAuth").flag(false),
		DisableIPMasking: r.prop("DisableIpMasking").flag(false),
		Workspace:        r.prop("WorkspaceResourceId").ref(),
	})
}

func decodeDiagnosticSetting(e *Estate, r *Resource) {
	e.DiagnosticSettings.add(r, &DiagnosticSetting{
		Resource:        r,
		Logs:            list(r.prop("logs"), decodeLogSetting),
		Metrics:         list(r.prop("metrics"), decodeLogSetting),
		Workspace:       r.prop("workspaceId").ref(),
		Storage:         r.prop("storageAccountId").ref(),
		EventHub:        r.prop("eventHubAuthorizationRuleId").ref(),
		Partner:         r.prop("marketplacePartnerId").ref(),
		DestinationType: r.prop("logAnalyticsDestinationType").text(""),
	})
}

func decodeLogSetting(n node) (LogSetting, bool) {
	return LogSetting{n.at("category").text(""), n.at("categoryGroup").text(""), n.at("enabled").flag(false), n.pos}, true
}

func decodePricing(e *Estate, r *Resource) {
	extensions := list(r.prop("extensions"), func(n node) (PricingExtension, bool) {
		return PricingExtension{n.at("name").text(""), n.at("isEnabled").flag(false)}, true
	})
	e.Pricings.add(r, &Pricing{r, r.prop("pricingTier").text(""), r.prop("subPlan").text(""), extensions})
}
