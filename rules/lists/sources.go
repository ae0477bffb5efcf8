package lists

import (
	_ "embed" // the list of sources is part of the program
	"encoding/json"
	"fmt"
)

//go:embed data/sources.json
var sourcesText []byte

// Source is a package that the vendored lists were made from.
type Source struct {
	// Package and Version name it as the npm registry does.
	Package string `json:"package"`
	Version string `json:"version"`
	// Integrity is the registry's digest of what was fetched.
	Integrity string `json:"integrity"`
	// License is its SPDX identifier; the text is in data/licenses.
	License string `json:"license"`
	// LicenseFile is the file there.
	LicenseFile string `json:"license_file"`
	// Fetched is the day on which this version was first taken, as 2006-01-02.
	Fetched string `json:"fetched"`
	// Gives says what was taken from it.
	Gives string `json:"gives"`
}

// Sources says where the vendored lists come from.
func Sources() ([]Source, error) {
	var s []Source
	if err := json.Unmarshal(sourcesText, &s); err != nil {
		return nil, fmt.Errorf("the list of sources is damaged: %w", err)
	}
	return s, nil
}
