package route

// The data actions, behind ActionPrefix. Source: azure-docs
// role-based-access-control/permissions/ai-machine-learning.md, Microsoft's
// role definitions, and azure-ai-docs stored-completions.md.
const (
	actChat             = "deployments/chat/completions/action"
	actCompletions      = "deployments/completions/action"
	actEmbeddings       = "deployments/embeddings/action"
	actAudio            = "deployments/audio/action"
	actRealtime         = "deployments/realtime/action"
	actImages           = "images/generations/action"
	actResponsesRead    = "responses/read"
	actResponsesWrite   = "responses/write"
	actResponsesDelete  = "responses/delete"
	actStoredRead       = "stored-completions/read"
	actStoredChange     = "stored-completions/action"
	actFilesRead        = "files/read"
	actFilesWrite       = "files/write"
	actFilesDelete      = "files/delete"
	actUploads          = "uploads/write"
	actStoresRead       = "assistants/files/read"
	actStoresWrite      = "assistants/files/write"
	actStoresDelete     = "assistants/files/delete"
	actBatchesRead      = "batches/read"
	actBatchesWrite     = "batch-jobs/write"
	actBatchesCancel    = "batches/cancel/action"
	actTunesRead        = "fine-tunes/read"
	actTunesWrite       = "fine-tunes/write"
	actAssistantsRead   = "assistants/read"
	actAssistantsWrite  = "assistants/write"
	actAssistantsDelete = "assistants/delete"
	actThreadsRead      = "assistants/threads/read"
	actThreadsWrite     = "assistants/threads/write"
	actThreadsDelete    = "assistants/threads/delete"
	actMessagesRead     = "assistants/threads/messages/read"
	actMessagesWrite    = "assistants/threads/messages/write"
	actRunsRead         = "assistants/threads/runs/read"
	actRunsWrite        = "assistants/threads/runs/write"
	actStepsRead        = "assistants/threads/runs/steps/read"
	actModels           = "models/read"
)

// The groups that Options may turn off.
const (
	FineTuning = "fine_tuning"
	Assistants = "assistants"
)

const (
	get, post, del = "GET", "POST", "DELETE"
	deploymentOrV1 = Deployment | V1
	resourceOrV1   = Resource | V1
)

// Operations are all operations that pass. What isn't listed is refused.
func Operations() []Operation {
	var all []Operation
	for _, group := range [][]Operation{
		inference(), responses(), storedCompletions(), files(), vectorStores(), batches(), fineTuning(), assistants(), threads(), models(),
	} {
		all = append(all, group...)
	}
	return all
}

func inference() []Operation {
	return []Operation{
		{Name: "chat.completions.create", Method: post, Path: "/chat/completions", Forms: deploymentOrV1, Action: actChat, Confidence: Confirmed, Model: FromBody, Body: JSONBody, Streams: true, Makes: Completion, Repeatable: true, Meter: ChatMeter},
		{Name: "completions.create", Method: post, Path: "/completions", Forms: deploymentOrV1, Action: actCompletions, Confidence: ByName, Model: FromBody, Body: JSONBody, Streams: true, Repeatable: true, Meter: CompletionsMeter},
		{Name: "embeddings.create", Method: post, Path: "/embeddings", Forms: deploymentOrV1, Action: actEmbeddings, Confidence: ByName, Model: FromBody, Body: JSONBody, Repeatable: true, Meter: EmbeddingsMeter},
		{Name: "images.generate", Method: post, Path: "/images/generations", Forms: deploymentOrV1, Action: actImages, Confidence: ByName, Model: FromBody, Body: JSONBody, Streams: true, Meter: ImagesMeter},
		{Name: "images.edit", Method: post, Path: "/images/edits", Forms: deploymentOrV1, Action: actImages, Confidence: ByName, Model: FromForm, Body: FormBody, Streams: true, Meter: ImagesMeter},
		{Name: "audio.transcriptions.create", Method: post, Path: "/audio/transcriptions", Forms: deploymentOrV1, Action: actAudio, Confidence: ByName, Model: FromForm, Body: FormBody, Streams: true, Meter: AudioMeter},
		{Name: "audio.translations.create", Method: post, Path: "/audio/translations", Forms: deploymentOrV1, Action: actAudio, Confidence: ByName, Model: FromForm, Body: FormBody, Meter: AudioMeter},
		{Name: "audio.speech.create", Method: post, Path: "/audio/speech", Forms: deploymentOrV1, Action: actAudio, Confidence: ByName, Model: FromBody, Body: JSONBody, Streams: true, Repeatable: true, Meter: AudioMeter},
		{Name: "realtime.connect", Method: get, Path: "/realtime", Forms: resourceOrV1, Action: actRealtime, Confidence: ByName, Model: FromQuery, Meter: RealtimeMeter, Upgrade: true},
	}
}

func responses() []Operation {
	return []Operation{
		{Name: "responses.create", Method: post, Path: "/responses", Forms: resourceOrV1, Action: actResponsesWrite, Confidence: Confirmed, Model: FromBody, Body: JSONBody, Streams: true, Makes: Response, Repeatable: true, Meter: ResponsesMeter},
		{Name: "responses.get", Method: get, Path: "/responses/{response}", Forms: resourceOrV1, Action: actResponsesRead, Confidence: Confirmed, Model: FromStored, Streams: true, Stored: Response, Repeatable: true},
		{Name: "responses.delete", Method: del, Path: "/responses/{response}", Forms: resourceOrV1, Action: actResponsesDelete, Confidence: Inferred, Model: FromStored, Stored: Response},
		{Name: "responses.cancel", Method: post, Path: "/responses/{response}/cancel", Forms: resourceOrV1, Action: actResponsesWrite, Confidence: Inferred, Model: FromStored, Body: OptionalJSON, Stored: Response},
		{Name: "responses.input_items.list", Method: get, Path: "/responses/{response}/input_items", Forms: resourceOrV1, Action: actResponsesRead, Confidence: Confirmed, Model: FromStored, Stored: Response, Repeatable: true},
	}
}

func storedCompletions() []Operation {
	return []Operation{
		{Name: "chat.completions.list", Method: get, Path: "/chat/completions", Forms: V1, Action: actStoredRead, Confidence: Documented, Stored: Completion, Lists: true, Repeatable: true},
		{Name: "chat.completions.get", Method: get, Path: "/chat/completions/{completion}", Forms: V1, Action: actStoredRead, Confidence: Documented, Model: FromStored, Stored: Completion, Repeatable: true},
		{Name: "chat.completions.messages.list", Method: get, Path: "/chat/completions/{completion}/messages", Forms: V1, Action: actStoredRead, Confidence: Documented, Model: FromStored, Stored: Completion, Repeatable: true},
		{Name: "chat.completions.update", Method: post, Path: "/chat/completions/{completion}", Forms: V1, Action: actStoredChange, Confidence: Documented, Model: FromStored, Body: JSONBody, Stored: Completion},
		{Name: "chat.completions.delete", Method: del, Path: "/chat/completions/{completion}", Forms: V1, Action: actStoredChange, Confidence: Documented, Model: FromStored, Stored: Completion},
	}
}

func files() []Operation {
	return []Operation{
		{Name: "files.list", Method: get, Path: "/files", Forms: resourceOrV1, Action: actFilesRead, Confidence: ByName, Stored: File, Lists: true, Repeatable: true},
		{Name: "files.create", Method: post, Path: "/files", Forms: resourceOrV1, Action: actFilesWrite, Confidence: ByName, Body: FormBody, Makes: File},
		{Name: "files.get", Method: get, Path: "/files/{file}", Forms: resourceOrV1, Action: actFilesRead, Confidence: ByName, Stored: File, Repeatable: true},
		{Name: "files.content", Method: get, Path: "/files/{file}/content", Forms: resourceOrV1, Action: actFilesRead, Confidence: ByName, Stored: File, Repeatable: true},
		{Name: "files.delete", Method: del, Path: "/files/{file}", Forms: resourceOrV1, Action: actFilesDelete, Confidence: ByName, Stored: File},
		{Name: "uploads.create", Method: post, Path: "/uploads", Forms: resourceOrV1, Action: actUploads, Confidence: Documented, Body: JSONBody, Makes: Upload},
		{Name: "uploads.parts.create", Method: post, Path: "/uploads/{upload}/parts", Forms: resourceOrV1, Action: actUploads, Confidence: Documented, Body: FormBody, Stored: Upload},
		{Name: "uploads.complete", Method: post, Path: "/uploads/{upload}/complete", Forms: resourceOrV1, Action: actUploads, Confidence: Documented, Body: JSONBody, Stored: Upload, Makes: File},
		{Name: "uploads.cancel", Method: post, Path: "/uploads/{upload}/cancel", Forms: resourceOrV1, Action: actUploads, Confidence: Documented, Body: OptionalJSON, Stored: Upload},
	}
}

// No data action names vector stores; the ones of assistants' files are the
// nearest, and the roles that have them reach vector stores.
func vectorStores() []Operation {
	const stores, one = "/vector_stores", "/vector_stores/{vector_store}"
	const inOne, batch = one + "/files", one + "/file_batches/{batch}"
	return []Operation{
		{Name: "vector_stores.list", Method: get, Path: stores, Forms: resourceOrV1, Action: actStoresRead, Confidence: Assumed, Stored: VectorStore, Lists: true, Repeatable: true},
		{Name: "vector_stores.create", Method: post, Path: stores, Forms: resourceOrV1, Action: actStoresWrite, Confidence: Assumed, Body: JSONBody, Makes: VectorStore},
		{Name: "vector_stores.get", Method: get, Path: one, Forms: resourceOrV1, Action: actStoresRead, Confidence: Assumed, Stored: VectorStore, Repeatable: true},
		{Name: "vector_stores.update", Method: post, Path: one, Forms: resourceOrV1, Action: actStoresWrite, Confidence: Assumed, Body: JSONBody, Stored: VectorStore},
		{Name: "vector_stores.delete", Method: del, Path: one, Forms: resourceOrV1, Action: actStoresDelete, Confidence: Assumed, Stored: VectorStore},
		{Name: "vector_stores.search", Method: post, Path: one + "/search", Forms: resourceOrV1, Action: actStoresRead, Confidence: Assumed, Body: JSONBody, Stored: VectorStore, Repeatable: true},
		{Name: "vector_stores.files.list", Method: get, Path: inOne, Forms: resourceOrV1, Action: actStoresRead, Confidence: Assumed, Stored: VectorStore, Repeatable: true},
		{Name: "vector_stores.files.create", Method: post, Path: inOne, Forms: resourceOrV1, Action: actStoresWrite, Confidence: Assumed, Body: JSONBody, Stored: VectorStore},
		{Name: "vector_stores.files.get", Method: get, Path: inOne + "/{item}", Forms: resourceOrV1, Action: actStoresRead, Confidence: Assumed, Stored: VectorStore, Repeatable: true},
		{Name: "vector_stores.files.update", Method: post, Path: inOne + "/{item}", Forms: resourceOrV1, Action: actStoresWrite, Confidence: Assumed, Body: JSONBody, Stored: VectorStore},
		{Name: "vector_stores.files.delete", Method: del, Path: inOne + "/{item}", Forms: resourceOrV1, Action: actStoresDelete, Confidence: Assumed, Stored: VectorStore},
		{Name: "vector_stores.files.content", Method: get, Path: inOne + "/{item}/content", Forms: resourceOrV1, Action: actStoresRead, Confidence: Assumed, Stored: VectorStore, Repeatable: true},
		{Name: "vector_stores.file_batches.create", Method: post, Path: one + "/file_batches", Forms: resourceOrV1, Action: actStoresWrite, Confidence: Assumed, Body: JSONBody, Stored: VectorStore},
		{Name: "vector_stores.file_batches.get", Method: get, Path: batch, Forms: resourceOrV1, Action: actStoresRead, Confidence: Assumed, Stored: VectorStore, Repeatable: true},
		{Name: "vector_stores.file_batches.cancel", Method: post, Path: batch + "/cancel", Forms: resourceOrV1, Action: actStoresWrite, Confidence: Assumed, Body: OptionalJSON, Stored: VectorStore},
		{Name: "vector_stores.file_batches.files.list", Method: get, Path: batch + "/files", Forms: resourceOrV1, Action: actStoresRead, Confidence: Assumed, Stored: VectorStore, Repeatable: true},
	}
}

// The official clients of Azure send batches.create in the deployment form,
// too, when they are made for one deployment.
func batches() []Operation {
	return []Operation{
		{Name: "batches.list", Method: get, Path: "/batches", Forms: resourceOrV1, Action: actBatchesRead, Confidence: ByName, Stored: Batch, Lists: true, Repeatable: true},
		{Name: "batches.create", Method: post, Path: "/batches", Forms: Deployment | resourceOrV1, Action: actBatchesWrite, Confidence: ByName, Model: FromStored, Body: JSONBody, Makes: Batch},
		{Name: "batches.get", Method: get, Path: "/batches/{batch}", Forms: resourceOrV1, Action: actBatchesRead, Confidence: ByName, Stored: Batch, Repeatable: true},
		{Name: "batches.cancel", Method: post, Path: "/batches/{batch}/cancel", Forms: resourceOrV1, Action: actBatchesCancel, Confidence: ByName, Body: OptionalJSON, Stored: Batch},
	}
}

func fineTuning() []Operation {
	const jobs, one = "/fine_tuning/jobs", "/fine_tuning/jobs/{job}"
	return []Operation{
		{Name: "fine_tuning.jobs.list", Method: get, Path: jobs, Forms: resourceOrV1, Action: actTunesRead, Confidence: ByName, Stored: FineTune, Lists: true, Repeatable: true, Group: FineTuning},
		{Name: "fine_tuning.jobs.create", Method: post, Path: jobs, Forms: resourceOrV1, Action: actTunesWrite, Confidence: ByName, Model: FromBody, Body: JSONBody, Makes: FineTune, Group: FineTuning},
		{Name: "fine_tuning.jobs.get", Method: get, Path: one, Forms: resourceOrV1, Action: actTunesRead, Confidence: ByName, Stored: FineTune, Repeatable: true, Group: FineTuning},
		{Name: "fine_tuning.jobs.cancel", Method: post, Path: one + "/cancel", Forms: resourceOrV1, Action: actTunesWrite, Confidence: ByName, Body: OptionalJSON, Stored: FineTune, Group: FineTuning},
		{Name: "fine_tuning.jobs.events.list", Method: get, Path: one + "/events", Forms: resourceOrV1, Action: actTunesRead, Confidence: ByName, Stored: FineTune, Repeatable: true, Group: FineTuning},
		{Name: "fine_tuning.jobs.checkpoints.list", Method: get, Path: one + "/checkpoints", Forms: resourceOrV1, Action: actTunesRead, Confidence: ByName, Stored: FineTune, Repeatable: true, Group: FineTuning},
	}
}

func assistants() []Operation {
	const all, one = "/assistants", "/assistants/{assistant}"
	return []Operation{
		{Name: "assistants.list", Method: get, Path: all, Forms: resourceOrV1, Action: actAssistantsRead, Confidence: ByName, Stored: Assistant, Lists: true, Repeatable: true, Group: Assistants},
		{Name: "assistants.create", Method: post, Path: all, Forms: resourceOrV1, Action: actAssistantsWrite, Confidence: ByName, Model: FromBody, Body: JSONBody, Makes: Assistant, Group: Assistants},
		{Name: "assistants.get", Method: get, Path: one, Forms: resourceOrV1, Action: actAssistantsRead, Confidence: ByName, Model: FromStored, Stored: Assistant, Repeatable: true, Group: Assistants},
		{Name: "assistants.update", Method: post, Path: one, Forms: resourceOrV1, Action: actAssistantsWrite, Confidence: ByName, Model: FromBodyOrSaid, Body: JSONBody, Stored: Assistant, Group: Assistants},
		{Name: "assistants.delete", Method: del, Path: one, Forms: resourceOrV1, Action: actAssistantsDelete, Confidence: ByName, Model: FromStored, Stored: Assistant, Group: Assistants},
	}
}

func threads() []Operation {
	const one = "/threads/{thread}"
	const messages, message = one + "/messages", one + "/messages/{item}"
	const runs, run = one + "/runs", one + "/runs/{run}"
	return []Operation{
		{Name: "threads.create", Method: post, Path: "/threads", Forms: resourceOrV1, Action: actThreadsWrite, Confidence: ByName, Body: OptionalJSON, Makes: Thread, Group: Assistants},
		{Name: "threads.get", Method: get, Path: one, Forms: resourceOrV1, Action: actThreadsRead, Confidence: ByName, Stored: Thread, Repeatable: true, Group: Assistants},
		{Name: "threads.update", Method: post, Path: one, Forms: resourceOrV1, Action: actThreadsWrite, Confidence: ByName, Body: JSONBody, Stored: Thread, Group: Assistants},
		{Name: "threads.delete", Method: del, Path: one, Forms: resourceOrV1, Action: actThreadsDelete, Confidence: ByName, Stored: Thread, Group: Assistants},
		{Name: "threads.messages.list", Method: get, Path: messages, Forms: resourceOrV1, Action: actMessagesRead, Confidence: ByName, Stored: Thread, Repeatable: true, Group: Assistants},
		{Name: "threads.messages.create", Method: post, Path: messages, Forms: resourceOrV1, Action: actMessagesWrite, Confidence: ByName, Body: JSONBody, Stored: Thread, Group: Assistants},
		{Name: "threads.messages.get", Method: get, Path: message, Forms: resourceOrV1, Action: actMessagesRead, Confidence: ByName, Stored: Thread, Repeatable: true, Group: Assistants},
		{Name: "threads.messages.update", Method: post, Path: message, Forms: resourceOrV1, Action: actMessagesWrite, Confidence: ByName, Body: JSONBody, Stored: Thread, Group: Assistants},
		{Name: "threads.messages.delete", Method: del, Path: message, Forms: resourceOrV1, Action: actMessagesWrite, Confidence: Inferred, Stored: Thread, Group: Assistants},
		{Name: "threads.runs.list", Method: get, Path: runs, Forms: resourceOrV1, Action: actRunsRead, Confidence: ByName, Stored: Thread, Repeatable: true, Group: Assistants},
		{Name: "threads.runs.create", Method: post, Path: runs, Forms: resourceOrV1, Action: actRunsWrite, Confidence: ByName, Model: FromBodyOrSaid, Body: JSONBody, Streams: true, Stored: Thread, Meter: RunsMeter, Group: Assistants},
		{Name: "threads.create_and_run", Method: post, Path: "/threads/runs", Forms: resourceOrV1, Action: actRunsWrite, Confidence: ByName, Model: FromBodyOrSaid, Body: JSONBody, Streams: true, Makes: Thread, Meter: RunsMeter, Group: Assistants},
		{Name: "threads.runs.get", Method: get, Path: run, Forms: resourceOrV1, Action: actRunsRead, Confidence: ByName, Stored: Thread, Repeatable: true, Group: Assistants},
		{Name: "threads.runs.update", Method: post, Path: run, Forms: resourceOrV1, Action: actRunsWrite, Confidence: ByName, Body: JSONBody, Stored: Thread, Group: Assistants},
		{Name: "threads.runs.cancel", Method: post, Path: run + "/cancel", Forms: resourceOrV1, Action: actRunsWrite, Confidence: ByName, Body: OptionalJSON, Stored: Thread, Group: Assistants},
		{Name: "threads.runs.submit_tool_outputs", Method: post, Path: run + "/submit_tool_outputs", Forms: resourceOrV1, Action: actRunsWrite, Confidence: ByName, Model: FromStored, Body: JSONBody, Streams: true, Stored: Thread, Meter: RunsMeter, Group: Assistants},
		{Name: "threads.runs.steps.list", Method: get, Path: run + "/steps", Forms: resourceOrV1, Action: actStepsRead, Confidence: ByName, Stored: Thread, Repeatable: true, Group: Assistants},
		{Name: "threads.runs.steps.get", Method: get, Path: run + "/steps/{step}", Forms: resourceOrV1, Action: actStepsRead, Confidence: ByName, Stored: Thread, Repeatable: true, Group: Assistants},
	}
}

func models() []Operation {
	return []Operation{
		{Name: "models.list", Method: get, Path: "/models", Forms: resourceOrV1, Action: actModels, Confidence: ByName, Lists: true, Repeatable: true},
		{Name: "models.get", Method: get, Path: "/models/{model}", Forms: resourceOrV1, Action: actModels, Confidence: ByName, Model: FromPath, Repeatable: true},
	}
}
