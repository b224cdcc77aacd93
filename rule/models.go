package rule

import (
	"strings"
	"time"
)

// scheduleDate is the day of the retirement schedule in models.
const scheduleDate = "2026-08-26"

// model is one version of a model and the day on which it retires.
type model struct {
	name, version string
	stage         string // Preview, GA, Deprecated (no new customers) or Retired
	retires       string // yyyy-mm-dd
	replacement   string // as Microsoft names it, or ""
}

func (m *model) day() time.Time {
	t, _ := time.Parse(time.DateOnly, m.retires) // a test reads every date
	return t
}

// modelVersion finds a version of a model, or nil.
func modelVersion(name, version string) *model {
	for i := range models {
		if m := &models[i]; strings.EqualFold(m.name, name) && strings.EqualFold(m.version, version) {
			return m
		}
	}
	return nil
}

// lastVersion is the version of a model that retires last, or nil.
func lastVersion(name string) *model {
	var last *model
	for i := range models {
		if m := &models[i]; strings.EqualFold(m.name, name) && (last == nil || m.retires > last.retires) {
			last = m
		}
	}
	return last
}

// LongestKept is the version of a model that retires last, or "" for a model
// that isn't in the schedule.
func LongestKept(model string) string {
	if m := lastVersion(model); m != nil {
		return m.version
	}
	return ""
}

// models is the retirement schedule of the models that Azure sells as its own.
// Dates move: a version that isn't in here is unknown, not fine.
//
// Source: MicrosoftDocs/azure-ai-docs,
// articles/foundry/openai/concepts/model-retirement-schedule.md and its include,
// as of 2026-08-26; retired ones from retired-models.md as of 2026-04-23, the
// table of 2025-12-16 and, for the oldest, model-retirements.md as of 2025-05.
// Where a date differs by kind of deployment, it is the latest. Where a page
// only says "no earlier than" for a version that later pages leave out, it is
// that day.
var models = []model{
	{"codex-mini", "2025-05-16", "Deprecated", "2026-11-15", ""},
	{"gpt-4.1", "2025-04-14", "Deprecated", "2026-10-14", "gpt-5"},
	{"gpt-4.1-mini", "2025-04-14", "Deprecated", "2026-10-14", "gpt-5-mini"},
	{"gpt-4.1-nano", "2025-04-14", "Deprecated", "2026-10-14", "gpt-5-nano"},
	{"gpt-4o", "2024-05-13", "Deprecated", "2026-10-01", "gpt-5.1"},
	{"gpt-4o", "2024-08-06", "Deprecated", "2026-10-01", "gpt-5.1"},
	{"gpt-4o", "2024-11-20", "Deprecated", "2026-10-01", "gpt-5.1"},
	{"gpt-4o-mini", "2024-07-18", "Deprecated", "2026-10-01", "gpt-4.1-mini"},
	{"gpt-4o-mini-transcribe", "2025-03-20", "GA", "2026-10-15", ""},
	{"gpt-4o-mini-transcribe", "2025-12-15", "GA", "2026-12-15", ""},
	{"gpt-4o-mini-tts", "2025-03-20", "Preview", "2026-10-15", ""},
	{"gpt-4o-mini-tts", "2025-12-15", "GA", "2026-12-15", ""},
	{"gpt-4o-transcribe", "2025-03-20", "GA", "2026-10-15", ""},
	{"gpt-4o-transcribe-diarize", "2025-10-15", "GA", "2026-10-15", ""},
	{"gpt-5", "2025-08-07", "GA", "2027-02-06", ""},
	{"gpt-5-chat", "2025-08-07", "Retired", "2026-06-29", "gpt-chat-latest"},
	{"gpt-5-chat", "2025-10-03", "Retired", "2026-05-13", "gpt-chat-latest"},
	{"gpt-5-codex", "2025-09-15", "GA", "2027-03-17", ""},
	{"gpt-5-mini", "2025-08-07", "GA", "2027-02-06", ""},
	{"gpt-5-nano", "2025-08-07", "GA", "2027-02-06", ""},
	{"gpt-5-pro", "2025-10-06", "GA", "2027-04-07", ""},
	{"gpt-5.1", "2025-11-13", "GA", "2027-05-15", ""},
	{"gpt-5.1-chat", "2025-11-13", "Retired", "2026-06-29", "gpt-chat-latest"},
	{"gpt-5.1-codex", "2025-11-13", "GA", "2027-05-15", ""},
	{"gpt-5.1-codex-max", "2025-12-04", "GA", "2026-12-05", ""},
	{"gpt-5.1-codex-mini", "2025-11-13", "GA", "2027-05-15", ""},
	{"gpt-5.2", "2025-12-11", "GA", "2026-12-12", ""},
	{"gpt-5.2-chat", "2025-12-11", "Retired", "2026-05-13", "gpt-chat-latest"},
	{"gpt-5.2-chat", "2026-02-10", "Retired", "2026-06-29", "gpt-chat-latest"},
	{"gpt-5.2-codex", "2026-01-14", "GA", "2027-01-14", ""},
	{"gpt-5.3-chat", "2026-03-03", "Retired", "2026-06-29", "gpt-chat-latest"},
	{"gpt-5.3-codex", "2026-02-24", "GA", "2027-02-25", ""},
	{"gpt-5.4", "2026-03-05", "GA", "2027-03-05", ""},
	{"gpt-5.4-mini", "2026-03-17", "GA", "2027-03-18", ""},
	{"gpt-5.4-nano", "2026-03-17", "GA", "2027-03-18", ""},
	{"gpt-5.4-pro", "2026-03-05", "GA", "2027-03-06", ""},
	{"gpt-5.5", "2026-04-24", "GA", "2027-04-23", ""},
	{"gpt-audio", "2025-08-28", "GA", "2027-02-28", ""},
	{"gpt-audio-1.5", "2026-02-23", "GA", "2027-02-23", ""},
	{"gpt-audio-mini", "2025-10-06", "GA", "2026-09-21", ""},
	{"gpt-audio-mini", "2025-12-15", "GA", "2026-12-15", ""},
	{"gpt-chat-latest", "2026-05-05", "Preview", "2026-11-05", ""},
	{"gpt-image-1", "2025-04-15", "Preview", "2026-10-23", ""},
	{"gpt-image-1-mini", "2025-10-06", "GA", "2027-04-07", ""},
	{"gpt-image-1.5", "2025-12-16", "GA", "2026-12-16", ""},
	{"gpt-image-2", "2026-04-21", "GA", "2027-04-21", ""},
	{"gpt-realtime", "2025-08-28", "GA", "2027-02-28", ""},
	{"gpt-realtime-1.5", "2026-02-23", "GA", "2027-02-23", ""},
	{"gpt-realtime-2", "2026-05-06", "GA", "2027-05-06", ""},
	{"gpt-realtime-2.1", "2026-07-07", "GA", "2027-06-25", ""},
	{"gpt-realtime-2.1-mini", "2026-07-07", "GA", "2027-06-25", ""},
	{"gpt-realtime-mini", "2025-10-06", "GA", "2026-07-23", ""},
	{"gpt-realtime-mini", "2025-12-15", "GA", "2026-12-15", ""},
	{"model-router", "2025-05-19", "Preview", "2026-08-30", ""},
	{"model-router", "2025-08-07", "Preview", "2026-08-30", ""},
	{"model-router", "2025-11-18", "GA", "2027-05-20", ""},
	{"o1", "2024-12-17", "Deprecated", "2026-09-16", "o3"},
	{"o1-pro", "2025-03-19", "GA", "2026-09-18", "o3-pro"},
	{"o3", "2025-04-16", "GA", "2026-10-16", ""},
	{"o3-deep-research", "2025-06-26", "GA", "2026-12-26", ""},
	{"o3-mini", "2025-01-31", "Deprecated", "2026-10-01", "o4-mini"},
	{"o3-pro", "2025-06-10", "GA", "2026-12-10", ""},
	{"o4-mini", "2025-04-16", "Deprecated", "2026-10-16", ""},
	{"sora-2", "2025-10-06", "Preview", "2026-07-15", "sora-2 (2025-12-08)"},
	{"sora-2", "2025-12-08", "Preview", "2026-09-15", ""},
	{"text-embedding-3-large", "1", "GA", "2027-04-15", ""},
	{"text-embedding-3-small", "1", "GA", "2027-04-15", ""},
	{"text-embedding-ada-002", "1", "GA", "2027-04-15", ""},
	{"text-embedding-ada-002", "2", "GA", "2027-04-15", ""},
	{"tts", "001", "Preview", "2026-12-15", ""},
	{"tts-hd", "001", "GA", "2026-12-15", ""},
	{"whisper", "001", "GA", "2026-12-15", ""},

	{"dall-e-3", "3", "Retired", "2026-03-04", "gpt-image-1-mini"},
	{"gpt-4o-audio-preview", "2024-12-17", "Retired", "2026-02-02", "gpt-audio"},
	{"gpt-4o-realtime-preview", "2024-12-17", "Retired", "2026-02-02", "gpt-realtime"},
	{"gpt-4o-realtime-preview", "2024-10-01", "Retired", "2025-03-26", "gpt-realtime"},
	{"gpt-4o-mini-audio-preview", "2024-12-17", "Retired", "2026-02-28", "gpt-audio-mini"},
	{"gpt-4o-mini-realtime-preview", "2024-12-17", "Retired", "2026-02-28", "gpt-realtime-mini"},
	{"sora", "2025-05-02", "Retired", "2026-02-28", "sora-2"},
	{"o1-preview", "2024-09-12", "Retired", "2025-07-28", "o1"},
	{"gpt-4.5-preview", "2025-02-27", "Retired", "2025-07-14", "gpt-4.1"},
	{"gpt-4", "0314", "Retired", "2025-06-06", "gpt-4o (2024-11-20)"},
	{"gpt-4", "0613", "Retired", "2025-06-06", "gpt-4o (2024-11-20)"},
	{"gpt-4-32k", "0314", "Retired", "2025-06-06", "gpt-4o (2024-11-20)"},
	{"gpt-4-32k", "0613", "Retired", "2025-06-06", "gpt-4o (2024-11-20)"},
	{"gpt-4", "1106-preview", "Retired", "2025-05-01", "gpt-4o"},
	{"gpt-4", "0125-preview", "Retired", "2025-05-01", "gpt-4o"},
	{"gpt-4", "vision-preview", "Retired", "2025-05-15", "gpt-4o"},
	{"gpt-4", "turbo-2024-04-09", "Retired", "2025-06-06", "gpt-4o"},
	{"gpt-35-turbo", "0301", "Retired", "2025-02-13", "gpt-4o-mini"},
	{"gpt-35-turbo", "0613", "Retired", "2025-02-13", "gpt-4o-mini"},
	{"gpt-35-turbo", "1106", "Retired", "2025-07-16", "gpt-4o-mini"},
	{"gpt-35-turbo", "0125", "Retired", "2025-07-16", "gpt-4o-mini"},
	{"gpt-35-turbo-16k", "0613", "Retired", "2025-04-30", "gpt-4.1-mini"},
	{"gpt-35-turbo-instruct", "0914", "Retired", "2025-07-16", ""},
	{"babbage-002", "1", "Retired", "2025-01-27", ""},
	{"davinci-002", "1", "Retired", "2025-01-27", ""},
	{"dall-e-2", "2.0", "Retired", "2025-01-27", "gpt-image-1"},
}
