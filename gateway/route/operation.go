package route

import "strings"

// Operation is one thing that the API can do.
type Operation struct {
	Name       string // "chat.completions.create"
	Method     string
	Path       string // behind the prefix of the form: "/responses/{response}/input_items"
	Forms      Form   // in which it may be called
	Action     string // behind ActionPrefix: "deployments/chat/completions/action"
	Confidence Confidence
	Model      ModelFrom // where the model is named, in forms other than Deployment
	Body       BodyKind
	Streams    bool   // may answer with server-sent events
	Stored     Stored // the kind of the first ID in the path
	Makes      Stored // the kind whose ID is in the answer
	Lists      bool   // answers with all things of kind Stored, whoever made them
	Repeatable bool   // may be sent again: it changes nothing, or only counts tokens
	Meter      Meter
	Upgrade    bool // a WebSocket
	Group      string
}

// ActionPrefix begins every data action of Azure OpenAI.
const ActionPrefix = "Microsoft.CognitiveServices/accounts/OpenAI/"

// DataAction is the action that a caller needs.
func (o *Operation) DataAction() string { return ActionPrefix + o.Action }

// Form is one of the three ways to write the API's paths, or a set of them.
type Form uint8

// The forms.
const (
	// Deployment is /openai/deployments/{deployment}/… with an api-version.
	Deployment Form = 1 << iota
	// Resource is /openai/… with an api-version.
	Resource
	// V1 is /openai/v1/…, the model in the body.
	V1
)

// String names the form, or the forms joined by |.
func (f Form) String() string {
	var names []string
	for i, n := range []string{"deployment", "resource", "v1"} {
		if f&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return strings.Join(names, "|")
}

// Confidence is how well it is known which data action an operation needs.
type Confidence uint8

// The confidences, from the best.
const (
	Confirmed  Confidence = iota // named by Azure's own refusals
	Documented                   // in Microsoft's documentation
	ByName                       // the action has the operation's name
	Inferred                     // the action of the same operation in another form
	Assumed                      // no action is known; this is the nearest
)

func (c Confidence) String() string {
	return [...]string{"confirmed", "documented", "by name", "inferred", "assumed"}[c]
}

// ModelFrom is where a request names its model.
type ModelFrom uint8

// The places.
const (
	NoModel        ModelFrom = iota // none is called
	FromPath                        // the deployment, or the last segment of /models/{model}
	FromBody                        // model in JSON
	FromForm                        // the field model
	FromQuery                       // deployment or model
	FromStored                      // the model by which the stored thing was made
	FromBodyOrSaid                  // model in JSON, else that of the stored thing that is named
)

// BodyKind is what a request carries.
type BodyKind uint8

// The kinds.
const (
	NoBody BodyKind = iota
	JSONBody
	OptionalJSON
	FormBody
)

// Stored is a kind of thing that the upstream keeps.
type Stored uint8

// The kinds.
const (
	NotStored Stored = iota
	Response
	Completion
	File
	Upload
	VectorStore
	Batch
	FineTune
	Assistant
	Thread
	Conversation
	Container
	Prompt
	Item // an output item of a stored response
)

func (s Stored) String() string {
	return [...]string{"", "response", "completion", "file", "upload", "vector store", "batch", "fine-tuning job",
		"assistant", "thread", "conversation", "container", "prompt", "item"}[s]
}

// Meter is what is counted of a call, and how its answer says so.
type Meter uint8

// The meters.
const (
	NoMeter Meter = iota
	ChatMeter
	CompletionsMeter
	ResponsesMeter
	EmbeddingsMeter
	ImagesMeter
	AudioMeter
	RunsMeter
	RealtimeMeter
)

func (m Meter) String() string {
	return [...]string{"none", "chat", "completions", "responses", "embeddings", "images", "audio", "runs", "realtime"}[m]
}
