package cli

import (
	"fmt"
	"runtime/debug"
)

var versionVerb = verb{
	name:    "version",
	summary: "print the version",
	usage:   "Usage: palisade version\n\nPrints the version of this program and of Go.\n",
	run: func(s *session, args []string) (int, error) {
		if err := parseFlags(newFlags("version"), args); err != nil {
			return exitUsage, err
		}
		fmt.Fprintln(s.stdout, "palisade", version())
		return exitClean, nil
	},
}

// stamped is the version of a build that knows neither, such as that of an
// image: set by the linker.
var stamped string

// version is that of the module, or the commit it was built from.
func version() string {
	if stamped != "" {
		return stamped
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (v == "" || v == "(devel)") {
			v = "devel-" + s.Value[:min(12, len(s.Value))]
		}
	}
	if v == "" {
		v = "devel"
	}
	return v
}
