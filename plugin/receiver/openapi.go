package receiver

import (
	_ "embed"
	"encoding/json"

	"github.com/gofiber/fiber/v2"
)

//go:embed openapi.json
var openapi []byte

// document is the OpenAPI 3.1 document, with the program's version.
func document(version string) ([]byte, error) {
	var doc map[string]any
	if err := json.Unmarshal(openapi, &doc); err != nil {
		return nil, err
	}
	if info, ok := doc["info"].(map[string]any); ok {
		info["version"] = version
	}
	return json.Marshal(doc)
}

// document answers GET /openapi.json.
func (r *Receiver) document(c *fiber.Ctx, _ caller) error {
	c.Response().Header.SetContentType(jsonType)
	c.Response().SetBody(r.openapi)
	return nil
}
