package route

import "strconv"

// kinds of JSON values, as a set.
type kinds uint8

const (
	isString kinds = 1 << iota
	isObject
	isList
	isNumber
	isBool
	isNull
)

// takes are the kinds of value that a place may have; the others take any.
var takes = [places]kinds{
	atModel: isString | isNull, atEndpoint: isString | isNull, atPurpose: isString | isNull,
	atResponseID: isString | isNull, atAssistantID: isString | isNull, atPromptID: isString | isNull, atConversationID: isString | isNull,
	atStream: isBool | isNull, atStore: isBool | isNull, atBackground: isBool | isNull, atIncludeUsage: isBool | isNull,
	atMaxTokens: isNumber | isNull, atMaxCompletion: isNumber | isNull, atMaxOutput: isNumber | isNull,
	atN: isNumber | isNull, atBestOf: isNumber | isNull,
	atStreamOptions: isObject | isNull,
	atTools:         isList | isNull, atFunctions: isList | isNull, inTool: isObject,
	atToolType: isString | isNull, atToolChoice: isString | isObject | isNull,
	atConversation: isString | isObject | isNull,
	atItemType:     isString | isNull, atItemID: isString | isNull,
	atFileIDs: isList | isNull | isObject, atStoreIDs: isList | isNull | isObject,
}

func (s *scanner) allows(p place, k kinds) bool {
	if t := takes[p]; t != 0 && t&k == 0 {
		return s.refuse(badRequest("body_type", "a name in the body has a value of the wrong type", nameOf(p)))
	}
	return true
}

// nameOf is the name by which a place is reached, for messages.
func nameOf(p place) string {
	for _, n := range [...]*names{topNames, streamOptionNames, toolNames, itemNames, refNames} {
		for _, list := range n {
			for _, x := range list {
				if x.to == p {
					return x.text
				}
			}
		}
	}
	return ""
}

// enter begins an object.
func (s *scanner) enter(p place) bool {
	switch p {
	case inInputItem:
		s.item = itemState{}
	case inTool:
		s.typed = false
	case inImage:
		s.imageNames++
	case atWebSearch:
		s.f.addTool("web_search")
	}
	return s.allows(p, isObject)
}

// leave ends an object that began at start.
func (s *scanner) leave(p place, start int) bool {
	switch p {
	case atStreamOptions:
		s.f.StreamOptions = Span{start, s.i}
	case inInputItem:
		if s.item.id != "" && (s.item.refers || !s.item.otherType) {
			return s.ref(Item, s.item.id)
		}
	case inTool:
		if !s.typed {
			s.f.addTool("")
		}
	}
	return true
}

// enterList begins a list.
func (s *scanner) enterList(p place) bool {
	switch p {
	case atFunctions:
		s.f.addTool("function")
	case atDataSources:
		s.f.addTool("data_sources")
	}
	return s.allows(p, isList)
}

func (s *scanner) gotNull(p place) bool {
	switch p {
	case atStreamOptions:
		s.f.StreamOptions = Span{s.i - len("null"), s.i}
	case atIncludeUsage:
		s.f.includeAt = Span{s.i - len("null"), s.i}
	case atModel:
		s.f.Model.At = Span{s.i - len("null"), s.i}
	}
	return s.allows(p, isNull)
}

func (s *scanner) gotBool(p place, v Flag) bool {
	switch p {
	case atStream:
		s.f.Stream = v
	case atStore:
		s.f.Store = v
	case atBackground:
		s.f.Background = v
	case atIncludeUsage:
		s.f.IncludeUsage = v
		s.f.includeAt = Span{s.i - len("false"), s.i}
		if v == Yes {
			s.f.includeAt.Start++
		}
	}
	return s.allows(p, isBool)
}

func (s *scanner) gotNumber(p place, at Span) bool {
	var to *Number
	switch p {
	case atMaxTokens:
		to = &s.f.MaxTokens
	case atMaxCompletion:
		to = &s.f.MaxCompletion
	case atMaxOutput:
		to = &s.f.MaxOutput
	case atN:
		to = &s.f.N
	case atBestOf:
		to = &s.f.BestOf
	case inPrompt, inInputItem:
		s.f.TokenCount++
		return true
	default:
		return s.allows(p, isNumber)
	}
	n, err := strconv.ParseInt(string(at.Of(s.b)), 10, 64)
	if err != nil || n < 0 {
		return s.refuse(badRequest("body_type", "a number in the body isn't a whole one from 0", nameOf(p)))
	}
	to.Value, to.Set = n, true
	return true
}

func (s *scanner) gotString(p place, at Span, kind stringKind) bool {
	switch p {
	case elsewhere:
		return true
	case inPrompt, inInputItem, atInput:
		return s.text(at)
	case inSchema:
		s.f.SchemaBytes += at.End - at.Start - 2
	case inImage:
		s.imageNames++
	case inAudio, inFileData, inRefs:
	case atPartType:
		s.partType(s.short(at, kind))
	default:
		return s.allows(p, isString) && s.named(p, at, s.short(at, kind))
	}
	return true
}

// text notes a string of the prompt.
func (s *scanner) text(at Span) bool {
	if len(s.f.Text) == maxStrings {
		return s.refuse(badRequest("body_parts", "the prompt has too many parts", ""))
	}
	if s.f.Text == nil {
		s.f.Text = make([]Span, 0, 8)
	}
	s.f.Text = append(s.f.Text, Span{at.Start + 1, at.End - 1})
	s.f.TextBytes += at.End - at.Start - 2
	s.f.WideBytes += s.wide
	return true
}

// short is the value of a string, if it isn't too long to be a name or an ID:
// then it is "" or what is too long for anything to know it by.
func (s *scanner) short(at Span, kind stringKind) string {
	raw := s.b[at.Start+1 : at.End-1]
	if len(raw) > 6*maxID {
		raw = raw[:2*maxID]
	} else if kind&hasEscape != 0 {
		raw = unquote(s.b[at.Start:at.End])
	}
	return intern(raw)
}

// intern saves memory for the strings that nearly every body has.
func intern(b []byte) string {
	switch string(b) {
	case "text":
		return "text"
	case "function":
		return "function"
	case "image_url":
		return "image_url"
	case "message":
		return "message"
	case "input_text":
		return "input_text"
	case "output_text":
		return "output_text"
	}
	return string(b)
}

func (s *scanner) partType(t string) {
	switch t {
	case "image_url", "input_image", "image_file", "image":
		s.imageTypes++
	case "input_audio":
		s.f.Audio++
	case "file", "input_file":
		s.f.Files++
	}
}

// named notes a string that a name stands for.
func (s *scanner) named(p place, at Span, v string) bool {
	switch p {
	case atModel:
		s.f.Model = Text{v, at}
	case atEndpoint:
		s.f.Endpoint = v
	case atPurpose:
		s.f.Purpose = v
	case atToolType:
		s.typed = true
		return s.tool(v)
	case atToolChoice:
		s.f.ToolChoice = v
	case atItemType:
		s.item.refers = s.item.refers || v == "item_reference"
		s.item.otherType = true
		s.partType(v)
	case atItemRole:
		s.item.otherType = true
	case atItemID:
		if s.item.id != "" && s.item.id != v {
			return s.refuse(badRequest("body_name_duplicate", "a name stands twice in the body", "id"))
		}
		s.item.id = v
	default:
		if kind := refKind(p); kind != NotStored {
			return s.ref(kind, v)
		}
	}
	return true
}

func (s *scanner) tool(name string) bool {
	if len(s.f.ToolTypes) == maxTools {
		return s.refuse(badRequest("body_tools", "the body has too many types of tools", "tools"))
	}
	s.f.addTool(name)
	return true
}

func refKind(p place) Stored {
	switch p {
	case atFileID:
		return File
	case atStoreID:
		return VectorStore
	case atResponseID:
		return Response
	case atConversation, atConversationID:
		return Conversation
	case atAssistantID:
		return Assistant
	case atContainer:
		return Container
	case atPromptID:
		return Prompt
	}
	return NotStored
}

func (s *scanner) ref(kind Stored, id string) bool {
	if id == "" {
		return true
	}
	if len(s.f.Refs) == maxRefs {
		return s.refuse(badRequest("body_refs", "the body names too many stored things", ""))
	}
	s.f.addRef(kind, id)
	return true
}
