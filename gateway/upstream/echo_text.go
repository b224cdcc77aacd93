package upstream

import (
	"bytes"
	"encoding/json"
	"strings"
)

// tokensOf reckons the tokens of a text.
func tokensOf(text string) int { return (len(text) + 3) / 4 }

// content is a message's content: text, or parts of which some are text.
type content string

// UnmarshalJSON implements json.Unmarshaler. Parts without text count as none.
func (c *content) UnmarshalJSON(b []byte) error {
	if b = bytes.TrimSpace(b); len(b) == 0 || b[0] == '"' {
		return json.Unmarshal(b, (*string)(c))
	}
	if b[0] != '[' {
		*c = ""
		return nil
	}
	var parts []struct {
		Text string `json:"text"`
	}
	if err := json.Unmarshal(b, &parts); err != nil {
		return err
	}
	texts := make([]string, 0, len(parts))
	for _, p := range parts {
		if p.Text != "" {
			texts = append(texts, p.Text)
		}
	}
	*c = content(strings.Join(texts, "\n"))
	return nil
}

// message is one of a conversation.
type message struct {
	Role    string  `json:"role"`
	Content content `json:"content"`
}

// said is what the user said last, and how many tokens all messages are.
func said(all []message) (text string, tokens int) {
	for _, m := range all {
		tokens += tokensOf(string(m.Content)) + 4 // a message's frame
		if m.Role == "user" || m.Role == "" {
			text = string(m.Content)
		}
	}
	return text, tokens + 3
}

// cut shortens a text to so many tokens; limits that are 0 or less don't count.
func cut(text string, limits ...int) (string, bool) {
	for _, n := range limits {
		if n > 0 && tokensOf(text) > n {
			return strings.ToValidUTF8(text[:4*n], ""), true
		}
	}
	return text, false
}

// pieces are a text's words, each with the space behind it.
func pieces(text string) []string {
	if text == "" {
		return nil
	}
	all := strings.SplitAfter(text, " ")
	const most = 4096
	if len(all) > most {
		all = append(all[:most-1:most-1], strings.Join(all[most-1:], ""))
	}
	return all
}
