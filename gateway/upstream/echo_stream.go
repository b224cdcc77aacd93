package upstream

// The events of a response's stream. Source: azopenai and openai-go, the types
// of the Responses API.

type responseEvent struct {
	Type     string    `json:"type"`
	Sequence int       `json:"sequence_number"`
	Response *response `json:"response"`
}

type itemEvent struct {
	Type     string     `json:"type"`
	Sequence int        `json:"sequence_number"`
	Index    int        `json:"output_index"`
	Item     outputItem `json:"item"`
}

type partEvent struct {
	Type     string     `json:"type"`
	Sequence int        `json:"sequence_number"`
	ItemID   string     `json:"item_id"`
	Index    int        `json:"output_index"`
	Content  int        `json:"content_index"`
	Part     outputText `json:"part"`
}

type textEvent struct {
	Type     string   `json:"type"`
	Sequence int      `json:"sequence_number"`
	ItemID   string   `json:"item_id"`
	Index    int      `json:"output_index"`
	Content  int      `json:"content_index"`
	Delta    *string  `json:"delta,omitempty"`
	Text     *string  `json:"text,omitempty"`
	Logprobs []string `json:"logprobs"`
}

// events are all events of a response that is done.
func (r *response) events() [][]byte {
	var all [][]byte
	next := func(name string, make func(n int) any) { all = append(all, event(name, make(len(all)))) }
	whole := func(name string, r *response) {
		next(name, func(n int) any { return responseEvent{name, n, r} })
	}
	begun := r.queued()
	begun.Status = "in_progress"
	whole("response.created", begun)
	whole("response.in_progress", begun)
	for i, item := range r.Output {
		item.events(i, next)
	}
	whole("response."+r.Status, r)
	return all
}

func (item outputItem) events(i int, next func(name string, make func(n int) any)) {
	empty := item
	empty.Status, empty.Content = "in_progress", []outputText{}
	next("response.output_item.added", func(n int) any { return itemEvent{"response.output_item.added", n, i, empty} })
	for k, part := range item.Content {
		none := part
		none.Text = ""
		next("response.content_part.added", func(n int) any { return partEvent{"response.content_part.added", n, item.ID, i, k, none} })
		for _, text := range pieces(part.Text) {
			next("response.output_text.delta", func(n int) any {
				return textEvent{Type: "response.output_text.delta", Sequence: n, ItemID: item.ID, Index: i, Content: k, Delta: &text, Logprobs: []string{}}
			})
		}
		next("response.output_text.done", func(n int) any {
			return textEvent{Type: "response.output_text.done", Sequence: n, ItemID: item.ID, Index: i, Content: k, Text: &part.Text, Logprobs: []string{}}
		})
		next("response.content_part.done", func(n int) any { return partEvent{"response.content_part.done", n, item.ID, i, k, part} })
	}
	next("response.output_item.done", func(n int) any { return itemEvent{"response.output_item.done", n, i, item} })
}
