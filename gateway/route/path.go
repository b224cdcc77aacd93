package route

import "net/http"

// The longest path and names that are looked at, in bytes.
const (
	maxPath  = 2048
	maxModel = 128
	maxID    = 256
)

// strictPath is the path of a request if it has one reading only: plain
// letters, nothing encoded, no empty segment, no dots, no slash at the end.
func strictPath(r *http.Request) (string, *Refusal) {
	u := r.URL
	path := u.Path
	switch {
	case u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || u.Fragment != "":
		return "", pathRefusal("path_target", "the request line holds more than a path and a query")
	case path == "" || path[0] != '/' || len(path) > maxPath:
		return "", pathRefusal("path_malformed", "the path doesn't begin with a slash, or is too long")
	case u.RawPath != "":
		return "", pathRefusal("path_encoded", "the path has percent-encoded characters")
	}
	if raw := r.RequestURI; raw != "" && (len(raw) < len(path) || raw[:len(path)] != path) {
		return "", pathRefusal("path_encoded", "the path has percent-encoded characters")
	}
	return path, strictSegments(path)
}

func strictSegments(path string) *Refusal {
	for i := range len(path) {
		c := path[i]
		switch {
		case c == '/' && i > 0 && path[i-1] == '/':
			return pathRefusal("path_slashes", "the path has an empty segment")
		case c == '/' && i == len(path)-1:
			return pathRefusal("path_trailing_slash", "the path ends in a slash")
		case c == '.' && path[i-1] == '/':
			return pathRefusal("path_dots", "a segment of the path begins with a dot")
		case c != '/' && !isIDByte(c):
			return pathRefusal("path_characters", "the path has characters that no path of this API has")
		}
	}
	return nil
}

func pathRefusal(reason, message string) *Refusal {
	return badRequest(reason, message, "")
}

// isModelName says whether a name can be that of a model or deployment.
func isModelName(s string) bool { return len(s) <= maxModel && isID(s) }

// IsID says whether s can be the ID of a stored thing.
func IsID(s string) bool { return isID(s) }

func isID(s string) bool {
	if s == "" || len(s) > maxID || !isAlphanumeric(s[0]) {
		return false
	}
	for i := range len(s) {
		if !isIDByte(s[i]) {
			return false
		}
	}
	return true
}

func isIDByte(c byte) bool {
	return isAlphanumeric(c) || c == '-' || c == '_' || c == '.' || c == ':'
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
