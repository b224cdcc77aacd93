package route

import "unicode/utf8"

// place is where in a body the scanner is: what a value means, and which names
// matter in it.
type place uint8

const (
	elsewhere place = iota // nothing in it matters
	top
	atModel
	atStream
	atStreamOptions
	atIncludeUsage
	atMaxTokens
	atMaxCompletion
	atMaxOutput
	atN
	atBestOf
	atStore
	atBackground
	atEndpoint
	atPurpose
	inPrompt     // strings are text for the model
	atInput      // input or prompt: the same, its elements are counted
	inInputItem  // an element of input: the same, and it may refer to a stored item
	atItemID     // its id
	atItemType   // its type
	atItemRole   // its role
	inSchema     // strings are text for the model, names are the caller's own
	inRefs       // only references matter
	inImage      // data or address of an image
	inAudio      // data of a sound
	inFileData   // data of a file
	atPartType   // type of a part of a message
	atTools      // the list
	inTool       // one of them
	atToolType   //
	atToolChoice //
	atFunctions
	atWebSearch
	atDataSources
	atContainer
	atFileID
	atFileIDs
	atStoreIDs
	atStoreID
	atResponseID
	atConversation
	atConversationID
	atAssistantID
	atPromptID
	places
)

// name is one that matters in some place, and what its value then is.
type name struct {
	text string
	to   place
	once bool   // the name may stand only once
	bit  uint64 // of those that stand once, to remember that it was seen
}

// names are found by the length of their text.
type names [24][]name

func namesOf(list ...[]name) *names {
	var n names
	bit := uint64(1)
	for _, some := range list {
		for _, x := range some {
			if x.once {
				x.bit, bit = bit, bit<<1
			}
			n[len(x.text)] = append(n[len(x.text)], x)
		}
	}
	return &n
}

// Names that refer to stored things, wherever they stand.
var references = []name{
	{text: "file_id", to: atFileID}, {text: "file_ids", to: atFileIDs}, {text: "vector_store_ids", to: atStoreIDs},
	{text: "container", to: atContainer},
}

var topNames = namesOf([]name{
	{text: "model", to: atModel, once: true}, {text: "stream", to: atStream, once: true}, {text: "stream_options", to: atStreamOptions, once: true},
	{text: "max_tokens", to: atMaxTokens, once: true}, {text: "max_completion_tokens", to: atMaxCompletion, once: true}, {text: "max_output_tokens", to: atMaxOutput, once: true},
	{text: "n", to: atN, once: true}, {text: "best_of", to: atBestOf, once: true}, {text: "store", to: atStore, once: true}, {text: "background", to: atBackground, once: true},
	{text: "endpoint", to: atEndpoint, once: true}, {text: "purpose", to: atPurpose, once: true},
	{text: "messages", to: inPrompt, once: true}, {text: "input", to: atInput, once: true}, {text: "prompt", to: atInput, once: true}, {text: "instructions", to: inPrompt, once: true},
	{text: "suffix", to: inPrompt, once: true}, {text: "content", to: inPrompt, once: true}, {text: "additional_instructions", to: inPrompt, once: true},
	{text: "additional_messages", to: inPrompt, once: true}, {text: "thread", to: inPrompt, once: true}, {text: "attachments", to: inPrompt, once: true},
	{text: "tool_outputs", to: inPrompt, once: true}, {text: "query", to: inPrompt, once: true}, {text: "image", to: inImage, once: true}, {text: "images", to: inPrompt, once: true}, {text: "mask", to: inPrompt, once: true},
	{text: "tools", to: atTools, once: true}, {text: "tool_choice", to: atToolChoice, once: true}, {text: "functions", to: atFunctions, once: true},
	{text: "web_search_options", to: atWebSearch, once: true}, {text: "data_sources", to: atDataSources, once: true}, {text: "dataSources", to: atDataSources, once: true},
	{text: "tool_resources", to: inRefs, once: true}, {text: "files", to: inRefs, once: true},
	{text: "response_format", to: inSchema, once: true}, {text: "text", to: inSchema, once: true},
	{text: "previous_response_id", to: atResponseID, once: true}, {text: "conversation", to: atConversation, once: true},
	{text: "input_file_id", to: atFileID, once: true}, {text: "training_file", to: atFileID, once: true}, {text: "validation_file", to: atFileID, once: true},
	{text: "assistant_id", to: atAssistantID, once: true},
}, references)

var streamOptionNames = namesOf([]name{{text: "include_usage", to: atIncludeUsage, once: true}})

var partNames = []name{
	{text: "type", to: atPartType}, {text: "role", to: elsewhere}, {text: "status", to: elsewhere},
	{text: "image_url", to: inImage}, {text: "input_audio", to: inAudio}, {text: "audio", to: inAudio},
	{text: "file_data", to: inFileData}, {text: "file_url", to: inFileData}, {text: "encrypted_content", to: elsewhere},
	{text: "tool_call_id", to: elsewhere}, {text: "call_id", to: elsewhere}, {text: "metadata", to: elsewhere},
	{text: "tools", to: atTools}, {text: "tool_resources", to: inRefs}, {text: "result", to: inFileData},
}

var promptNames = namesOf(partNames, []name{{text: "id", to: elsewhere}}, references)

// An item that lists the tools of an MCP server has tools, too; it offers none.
var itemNames = namesOf([]name{
	{text: "id", to: atItemID}, {text: "type", to: atItemType}, {text: "role", to: atItemRole}, {text: "tools", to: inSchema},
}, partNames, references)

var toolNames = namesOf([]name{
	{text: "type", to: atToolType}, {text: "function", to: inSchema}, {text: "parameters", to: inSchema}, {text: "format", to: inSchema},
	{text: "name", to: inSchema}, {text: "description", to: inSchema},
}, references)

var choiceNames = namesOf([]name{{text: "type", to: atToolChoice}})

var conversationNames = namesOf([]name{{text: "id", to: atConversationID}})

var promptParamNames = namesOf([]name{{text: "id", to: atPromptID}}, partNames, references)

var refNames = namesOf(references)

// namesIn are the names that matter in an object that stands at p, or nil.
func namesIn(p place) *names {
	switch p {
	case top:
		return topNames
	case atStreamOptions:
		return streamOptionNames
	case inPrompt:
		return promptNames
	case inInputItem:
		return itemNames
	case atInput:
		return promptParamNames
	case inTool:
		return toolNames
	case atToolChoice:
		return choiceNames
	case atConversation:
		return conversationNames
	case inRefs, atContainer, atFileID, atStoreID, inImage, inFileData:
		return refNames
	}
	return nil
}

// otherwise is what a value is whose name doesn't matter, in an object at p.
func otherwise(p place) place {
	switch p {
	case inPrompt, inInputItem, atInput:
		return inPrompt
	case inSchema, atFunctions:
		return inSchema
	case inRefs, inTool, atContainer, atFileID, atFileIDs, atStoreID, atStoreIDs:
		return inRefs
	case inAudio, inFileData:
		return p
	case inImage:
		return inFileData
	}
	return elsewhere
}

// element is what an element is of a list that stands at p.
func element(p place) place {
	switch p {
	case atInput:
		return inInputItem
	case inInputItem:
		return inPrompt
	case atTools:
		return inTool
	case atFileIDs:
		return atFileID
	case atStoreIDs:
		return atStoreID
	case inPrompt, inSchema, inRefs, inImage, inAudio, inFileData, atFunctions:
		return otherwise(p)
	}
	return elsewhere
}

type found uint8

const (
	foundNothing found = iota
	foundName
	foundVariant // the name, in other upper and lower case
)

// find looks a key up, as it is once it is unquoted.
func (n *names) find(key []byte) (name, found) {
	if len(key) >= len(n) {
		return name{}, foundNothing
	}
	for _, x := range n[len(key)] {
		if string(key) == x.text {
			return x, foundName
		}
	}
	for _, x := range n[len(key)] {
		if foldsTo(key, x.text) {
			return x, foundVariant
		}
	}
	return name{}, foundNothing
}

func foldsTo(key []byte, text string) bool {
	for i := range key {
		if lower(key[i]) != lower(text[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// plainFold replaces the two letters outside ASCII that have a letter of ASCII
// as their other case, by a capital: so the key is found as a variant.
func plainFold(key []byte) []byte {
	var b []byte
	for i := 0; i < len(key); {
		r, size := utf8.DecodeRune(key[i:])
		switch r {
		case '\u017f': // long s
			b = append(b, 'S')
		case '\u212a': // Kelvin sign
			b = append(b, 'K')
		default:
			b = append(b, key[i:i+size]...)
		}
		i += size
	}
	return b
}
