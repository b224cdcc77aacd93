// Package safety asks Azure AI Content Safety about a call: Prompt Shields
// before it, and groundedness detection on its answer.
//
// A Checker takes bodies, picks the texts that count out of them, splits them
// to what the service takes, and asks within one deadline. A Result says
// whether the call may go on. When the service can't be asked, that is what
// gateway.safety.onError says. Texts go to the service and nowhere else: no
// Result and no error holds any.
package safety
