package payload

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// anyItem is the index of a step that takes the first item with a value.
const anyItem = -1

// step is one part of a path: a key, or an index when key is "".
type step struct {
	key   string
	index int
}

// maxSteps is how long a path may be.
const maxSteps = 16

var errPath = errors.New(`want keys with dots between and indices in brackets, as in items[0].sku or a."odd.name"`)

// CheckPath tells what is wrong with a path in a payload; nil when nothing is.
func CheckPath(path string) error {
	_, err := parsePath(path)
	return err
}

func parsePath(path string) ([]step, error) {
	var steps []step
	for rest := path; ; {
		key, after, err := cutKey(rest)
		if err != nil {
			return nil, err
		}
		steps = append(steps, step{key: key})
		for strings.HasPrefix(after, "[") {
			s, next, err := cutIndex(after)
			if err != nil {
				return nil, err
			}
			steps, after = append(steps, s), next
		}
		if len(steps) > maxSteps {
			return nil, fmt.Errorf("the path has more than %d steps", maxSteps)
		}
		if after == "" {
			return steps, nil
		}
		if after[0] != '.' {
			return nil, errPath
		}
		rest = after[1:]
	}
}

func cutKey(s string) (key, after string, err error) {
	if strings.HasPrefix(s, `"`) {
		end := strings.IndexByte(s[1:], '"')
		if end < 1 {
			return "", "", errPath
		}
		return s[1 : end+1], s[end+2:], nil
	}
	end := strings.IndexAny(s, `.[]"`)
	if end < 0 {
		end = len(s)
	}
	if strings.TrimSpace(s[:end]) == "" {
		return "", "", errPath
	}
	return s[:end], s[end:], nil
}

func cutIndex(s string) (step, string, error) {
	text, after, ok := strings.Cut(s[1:], "]")
	if !ok {
		return step{}, "", errPath
	}
	if text == "" {
		return step{index: anyItem}, after, nil
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return step{}, "", errPath
	}
	return step{index: int(n)}, after, nil
}

// node is a place in payloads that paths lead to or through.
type node struct {
	path    int  // number of the path that ends here, or -1
	item    bool // some item of an array, or within one
	members []edge
	names   names // of the members
	items   []edge
}

type edge struct {
	to *node
	step
}

var errWide = fmt.Errorf("more than %d keys of one object are mapped", maxKids)

// reach finds or makes the node that steps lead to.
func (n *node) reach(steps []step) (*node, error) {
	for _, s := range steps {
		list := &n.items
		if s.key != "" {
			list = &n.members
		}
		i := slices.IndexFunc(*list, func(e edge) bool { return e.step == s })
		if i < 0 {
			if i = len(*list); i == maxKids {
				return nil, errWide
			}
			e := edge{step: s, to: &node{path: -1, item: n.item || s == step{index: anyItem}}}
			if s.key != "" {
				n.names.add(s.key)
			}
			*list = append(*list, e)
		}
		n = (*list)[i].to
	}
	return n, nil
}
