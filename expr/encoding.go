package expr

import (
	"encoding/base64"
	"net/url"
	"strings"

	"palisade/arm"
)

// encodingFunctions turn values into other forms of text and back (Microsoft
// Learn, "String functions for ARM templates").
func encodingFunctions() []builtin {
	return []builtin{
		{name: "base64", min: 1, max: 1, eval: ofString(toBase64)},
		{name: "base64ToString", min: 1, max: 1, eval: ofString(fromBase64)},
		{name: "base64ToJson", min: 1, max: 1, eval: ofString(jsonFromBase64)},
		{name: "dataUri", min: 1, max: 1, eval: dataURI},
		{name: "dataUriToString", min: 1, max: 1, eval: ofString(fromDataURI)},
		{name: "json", min: 1, max: 1, eval: ofString(caller.json)},
	}
}

// ofString is a function of one string, null standing for an empty one.
func ofString(f func(c caller, s string) arm.Value) func(caller, []arm.Value) arm.Value {
	return func(c caller, args []arm.Value) arm.Value {
		s, ok := plain(args[0])
		if !ok {
			return c.wrong(args, 0, "string")
		}
		c.env.spend(len(s) / 16)
		return f(c, s)
	}
}

func toBase64(c caller, s string) arm.Value {
	if base64.StdEncoding.EncodedLen(len(s)) > MaxString {
		return c.fail("string is longer than %d bytes", MaxString)
	}
	return c.str(base64.StdEncoding.EncodeToString([]byte(s)))
}

func decodeBase64(s string) (string, bool) {
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
	return strings.ToValidUTF8(string(data), "\uFFFD"), err == nil
}

func fromBase64(c caller, s string) arm.Value {
	text, ok := decodeBase64(s)
	if !ok {
		return c.fail("the text isn't base64")
	}
	return c.str(text)
}

func jsonFromBase64(c caller, s string) arm.Value {
	text, ok := decodeBase64(s)
	if !ok {
		return c.fail("the text isn't base64")
	}
	return c.json(text)
}

func (c caller) json(s string) arm.Value {
	v, problem := parseJSON(s, c.at())
	if problem != "" {
		return c.fail("%s", problem)
	}
	return v
}

const dataScheme = "data:"

// dataURI holds strings as plain text, all else as JSON.
func dataURI(c caller, args []arm.Value) arm.Value {
	if args[0].HasUnknown() {
		return c.unknown(args)
	}
	mediaType, text := "text/plain", displayText(args[0])
	switch args[0].Kind() {
	case arm.StringKind, arm.NullKind:
	case arm.ArrayKind, arm.ObjectKind:
		if c.env.tooLong(args[0]) {
			return c.fail("JSON text is longer than %d bytes", MaxString)
		}
		mediaType, text = "application/json", args[0].JSON()
	default:
		mediaType = "application/json"
	}
	if len(text) > MaxString/2 {
		return c.fail("string is longer than %d bytes", MaxString/2)
	}
	return c.str(dataScheme + mediaType + ";charset=utf-8;base64," + base64.StdEncoding.EncodeToString([]byte(text)))
}

// fromDataURI reads text in UTF-8, either in base64 or with escapes.
func fromDataURI(c caller, s string) arm.Value {
	head, data, found := strings.Cut(s, ",")
	if !found || len(head) < len(dataScheme) || !strings.EqualFold(head[:len(dataScheme)], dataScheme) {
		return c.fail("the text isn't a data URI")
	}
	tokens := strings.Split(strings.ToLower(head[len(dataScheme):]), ";")
	for _, token := range tokens {
		if charset, ok := strings.CutPrefix(token, "charset="); ok && charset != "utf-8" && charset != "utf8" && charset != "us-ascii" {
			return c.fail("can't read the character set %s", charset)
		}
	}
	if tokens[len(tokens)-1] == "base64" {
		return fromBase64(c, data)
	}
	return unescapeForm(c, data)
}

// unescapeForm reads escapes as .NET's UrlDecode: a plus is a space, and what
// isn't an escape stays as it is.
func unescapeForm(c caller, s string) arm.Value {
	text, err := url.QueryUnescape(s)
	if err != nil {
		text = looseUnescape(s)
	}
	return c.str(strings.ToValidUTF8(text, "\uFFFD"))
}

// looseUnescape passes over percent signs that start no escape.
func looseUnescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if one, err := url.PathUnescape(s[i : i+3]); err == nil {
				b.WriteString(one)
				i += 2
				continue
			}
		}
		if s[i] == '+' {
			b.WriteByte(' ')
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
