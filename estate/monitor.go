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
