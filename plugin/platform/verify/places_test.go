package verify_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	v "github.com/winnow-gate/winnow/plugin/platform/verify"
)

// place is a part of a request that can be read and changed.
type place struct {
	name string
	get  func(v.Request) string
	set  func(v.Request, string) v.Request
	drop func(v.Request) v.Request // without the place; nil: set it to ""
	// alike tells that two texts say the same to everybody; nil: only equal ones.
	alike func(a, b string) bool
}

// like gives the place an opinion on which texts say the same.
func (p place) like(alike func(a, b string) bool) place {
	p.alike = alike
	return p
}

// same tells that the place says the same in both requests.
func (p place) same(a, b v.Request) bool {
	x, y := p.get(a), p.get(b)
	return x == y || p.alike != nil && p.alike(x, y)
}

func header(name string) place {
	without := func(r v.Request) v.Request {
		r.Header = slices.DeleteFunc(slices.Clone(r.Header), func(f v.Field) bool { return strings.EqualFold(f.Name, name) })
		return r
	}
	return place{
		name: name,
		get:  func(r v.Request) string { return strings.Join(r.Header.Values(name), "") },
		set: func(r v.Request, s string) v.Request {
			r.Header = r.Header.With(name, s)
			return r
		},
		drop: without,
	}
}

func body() place {
	return place{
		name: "body", get: func(r v.Request) string { return string(r.Body) },
		set: func(r v.Request, s string) v.Request { r.Body = []byte(s); return r },
	}
}

func method() place {
	return place{
		name: "method", get: func(r v.Request) string { return r.Method },
		set: func(r v.Request, s string) v.Request { r.Method = s; return r },
	}
}

func path() place {
	return place{
		name: "path", get: func(r v.Request) string { return r.Path },
		set: func(r v.Request, s string) v.Request { r.Path = s; return r },
	}
}

func query() place {
	return place{
		name: "query", get: func(r v.Request) string { return r.RawQuery },
		set: func(r v.Request, s string) v.Request { r.RawQuery = s; return r },
	}
}

func publicURL() place {
	return place{
		name: "public URL", get: func(r v.Request) string { return r.PublicURL },
		set: func(r v.Request, s string) v.Request { r.PublicURL = s; return r },
	}
}

// parameter is the decoded value of a query parameter.
func parameter(name string) place {
	values := func(r v.Request) url.Values {
		q, err := url.ParseQuery(r.RawQuery)
		must(err)
		return q
	}
	return place{
		name: "parameter " + name, get: func(r v.Request) string { return values(r).Get(name) },
		set: func(r v.Request, s string) v.Request {
			q := values(r)
			q.Set(name, s)
			r.RawQuery = q.Encode()
			return r
		},
		drop: func(r v.Request) v.Request {
			q := values(r)
			q.Del(name)
			r.RawQuery = q.Encode()
			return r
		},
	}
}

// after is what follows a mark in a place.
func after(p place, mark string) place {
	return place{
		name: p.name + " after " + mark,
		get: func(r v.Request) string {
			_, s, _ := strings.Cut(p.get(r), mark)
			return s
		},
		set: func(r v.Request, s string) v.Request {
			front, _, _ := strings.Cut(p.get(r), mark)
			return p.set(r, front+mark+s)
		},
		drop: p.drop,
	}
}

// member is a string in an object in the body.
func member(object, name string) place {
	read := func(r v.Request) (all map[string]json.RawMessage, inner map[string]string) {
		must(json.Unmarshal(r.Body, &all))
		must(json.Unmarshal(all[object], &inner))
		return all, inner
	}
	change := func(r v.Request, f func(map[string]string)) v.Request {
		all, inner := read(r)
		f(inner)
		all[object], _ = json.Marshal(inner)
		r.Body, _ = json.Marshal(all)
		return r
	}
	return place{
		name: object + "." + name,
		get:  func(r v.Request) string { _, inner := read(r); return inner[name] },
		set: func(r v.Request, s string) v.Request {
			return change(r, func(m map[string]string) { m[name] = s })
		},
		drop: func(r v.Request) v.Request {
			return change(r, func(m map[string]string) { delete(m, name) })
		},
	}
}

// without removes the place.
func (p place) without(r v.Request) v.Request {
	if p.drop != nil {
		return p.drop(r)
	}
	return p.set(r, "")
}
