package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersionCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version of winnow", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			info, ok := debug.ReadBuildInfo()
			if !ok {
				return failure(exitFailed, "build it with go build or go install", "this binary carries no build information")
			}
			_, err := fmt.Fprintln(e.stdout, versionOf(info))
			return err
		},
	}
}

// versionOf says what was built, and from which state of the sources.
func versionOf(info *debug.BuildInfo) string {
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	version := info.Main.Version
	if version == "" {
		version = "(devel)"
	}
	out := fmt.Sprintf("winnow %s %s %s/%s", version, info.GoVersion, settings["GOOS"], settings["GOARCH"])
	if rev := settings["vcs.revision"]; rev != "" {
		out += fmt.Sprintf(" %.12s", rev)
		if settings["vcs.modified"] == "true" {
			out += " with changes"
		}
	}
	return out
}
