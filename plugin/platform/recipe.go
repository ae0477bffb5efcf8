package platform

import (
	"strings"
	"text/template"
)

// FillRecipe fills a recipe, a text/template over Recipe. Recipes are part of
// the program and tested, so that one that can't be filled says so in its place.
func FillRecipe(text string, in Recipe) string {
	t, err := template.New("recipe").Funcs(template.FuncMap{
		"join": strings.Join,
		"flat": FlatName,
		"origin": func(url string) string {
			origin, _, _ := strings.Cut(url, Address(""))
			return origin
		},
		"first": func(list []string, otherwise string) string {
			if len(list) == 0 {
				return otherwise
			}
			return list[0]
		},
	}).Parse(text)
	if err != nil {
		return err.Error()
	}
	var out strings.Builder
	if err := t.Execute(&out, in); err != nil {
		return err.Error()
	}
	return out.String()
}
