package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/winnow-gate/winnow/"

type listedPackage struct {
	ImportPath, Name, Doc string
	Imports               []string
}

func listPackages(t *testing.T) []listedPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Name,Doc,Imports", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	require.NoError(t, err)
	var all []listedPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listedPackage
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		all = append(all, p)
	}
	require.Greater(t, len(all), 10)
	return all
}

// Arrows point down only: the picture in the README holds because this test does.
func TestImportsPointDown(t *testing.T) {
	forbidden := map[string][]string{ // what a folder may not import
		"rules/":   {module + "plugin", module + "wasm", module + "cmd", "github.com/gofiber/", "github.com/tetratelabs/wazero", "net/http", "os/exec"},
		"wasm/":    {module + "rules", module + "plugin", module + "cmd", "github.com/gofiber/"},
		"plugin/":  {module + "cmd", module + "wasm", "github.com/tetratelabs/wazero"},
		"cmd/":     {"github.com/tetratelabs/wazero"},
		"examples": {module + "cmd"},
	}
	for _, p := range listPackages(t) {
		own := strings.TrimPrefix(p.ImportPath, module)
		for _, imp := range p.Imports {
			for folder, bad := range forbidden {
				if !strings.HasPrefix(own+"/", folder) || strings.Contains(own, "/internal/refresh") {
					continue
				}
				for _, b := range bad {
					require.False(t, strings.HasPrefix(imp, b), "%s imports %s", own, imp)
				}
			}
			if strings.HasPrefix(imp, "github.com/gofiber/") {
				require.Contains(t, []string{"plugin/receiver", "cmd/bench"}, own, "%s imports %s: only the receiver knows Fiber", own, imp)
			}
		}
	}
}

// The folders of the whole are five; what a folder needs for itself is below it.
func TestTheTopLevelStaysAsItIs(t *testing.T) {
	entries, err := os.ReadDir("../..")
	require.NoError(t, err)
	var folders, pages []string
	for _, e := range entries {
		switch {
		case e.IsDir() && !strings.HasPrefix(e.Name(), ".") && e.Name() != "bin":
			folders = append(folders, e.Name())
		case filepath.Ext(e.Name()) == ".md":
			pages = append(pages, e.Name())
		}
	}
	require.Equal(t, []string{"cmd", "examples", "plugin", "rules", "wasm"}, folders)
	require.Equal(t, []string{"CHANGELOG.md", "RATIONALE.md", "README.md"}, pages)
}

// Every package says why it exists before it says anything else.
func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	for _, p := range listPackages(t) {
		if p.Name == "" || strings.HasSuffix(p.ImportPath, "/examples") { // tests only
			continue
		}
		require.Greater(t, len(p.Doc), 40, "%s has no package comment", p.ImportPath)
	}
}
