package gate

import (
	"encoding/json"
	"strings"

	"github.com/winnow-gate/winnow/rules"
)

const stageShape = `send one JSON object like {"stage": "sql", "contact": {"id": "…"}}`

// Pass reports whether a contact may move to a stage of a pipeline, and which
// fields are missing: the body is that of a decision, with the stage beside the
// contact. It is no decision about a message and is not recorded.
//
// Errors: a *BodyError, also for a stage that no gate guards, ErrNoBundle, and
// those of reading the log.
func (g *Gate) Pass(body []byte) (*rules.Passage, error) {
	now, start := g.times()
	s := g.current.acquire()
	if s == nil {
		return nil, ErrNoBundle
	}
	defer s.release()
	w := g.getWork()
	defer g.putWork(w)
	req := Request{Body: body}
	r := g.run(s, &req, now, start)
	r.work = w
	if err := g.read(&r, body, g.newID(now)); err != nil {
		return nil, err
	}
	defer r.in.Release()
	if g.store != nil {
		if err := g.remember(&r); err != nil {
			return nil, err
		}
	}
	stage, err := stageOf(body)
	if err != nil {
		return nil, err
	}
	p, ok := s.bundle.Pass(r.in, stage)
	if !ok {
		return nil, unknownStage(s.bundle.Stages())
	}
	return p, nil
}

// stageOf reads the stage out of a body that is a JSON object.
func stageOf(body []byte) (string, error) {
	var top struct {
		Stage json.RawMessage `json:"stage"`
	}
	stage := ""
	if err := json.Unmarshal(body, &top); err != nil {
		return "", &BodyError{Offset: -1, Msg: "the body can't be read as JSON", Fix: stageShape}
	}
	if len(top.Stage) == 0 || string(top.Stage) == "null" {
		return "", &BodyError{Field: "stage", Offset: -1, Msg: "the stage is missing", Fix: stageShape}
	}
	if err := json.Unmarshal(top.Stage, &stage); err != nil {
		return "", &BodyError{Field: "stage", Offset: -1, Msg: "the stage must be text", Fix: stageShape}
	}
	return stage, nil
}

// unknownStage names the stages there are, and not what was sent.
func unknownStage(known []string) error {
	fix := "the bundle has no gate with stages: add stages: [sql] to one"
	if len(known) > 0 {
		fix = "gates guard " + strings.Join(known, ", ")
	}
	return &BodyError{Field: "stage", Offset: -1, Msg: "no gate guards this stage", Fix: fix}
}
