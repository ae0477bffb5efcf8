// Package mailguntest is a server that behaves as Mailgun is documented to, for
// tests on this machine: Mailgun itself can't be reached from them. It wants the
// key, a form with its required fields, valid addresses and at most 1,000 of
// them, answers as Mailgun does, and fails in the ways that it is told to.
package mailguntest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"sync"
	"time"
)

// Key is the API key that it knows.
const Key = "key-mailgun-0001"

// Message is a message that it has taken.
type Message struct {
	ID        string
	To        []string
	Form      map[string][]string
	Variables map[string]map[string]any
	Files     map[string]string // name of the file to its content
}

// Server is Mailgun, nearly.
type Server struct {
	*httptest.Server
	mu       sync.Mutex
	fail     func() string
	messages []Message
	asked    []string // "GET /v3/…" of everything
}

// Start starts a server. fail names the failure of each message, "" for none:
// "401", "413", "429", "500" and so on are answered before anything is taken;
// "late 502" and "reset" take the message and give no good answer; "early reset"
// breaks the connection before the form is read; "slow" takes it and never
// answers; "no id" and "redirect" are odd answers. nil never fails.
func Start(fail func() string) *Server {
	s := &Server{fail: fail}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// Messages are those that it has taken.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.messages...)
}

// Asked are all requests that came.
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.asked...)
}

// Counts is how often each address was sent to.
func (s *Server) Counts() map[string]int {
	out := map[string]int{}
	for _, m := range s.Messages() {
		for _, to := range m.To {
			out[to]++
		}
	}
	return out
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, r.Method+" "+r.RequestURI)
	mode := ""
	if s.fail != nil && r.Method == http.MethodPost {
		mode = s.fail()
	}
	s.mu.Unlock()
	if user, key, ok := r.BasicAuth(); !ok || user != "api" || key != Key {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, "Forbidden")
		return
	}
	var status int
	if _, err := fmt.Sscanf(mode, "%d", &status); err == nil {
		answerWith(w, r, status)
		return
	}
	switch {
	case mode == "early reset":
		panic(http.ErrAbortHandler)
	case mode == "redirect":
		http.Redirect(w, r, "http://192.0.2.1/elsewhere", http.StatusTemporaryRedirect)
	case r.Method == http.MethodPost:
		s.take(w, r, mode)
	default:
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"items":[],"paging":{"next":"https://api.mailgun.net%s/next"}}`, r.URL.Path)
	}
}

func answerWith(w http.ResponseWriter, r *http.Request, status int) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/json")
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "7")
	}
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"message":"this is a %d"}`, status)
}

func (s *Server) take(w http.ResponseWriter, r *http.Request, mode string) {
	m, problem := s.read(r)
	if problem != "" {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"message": problem})
		return
	}
	s.mu.Lock()
	m.ID = fmt.Sprintf("<%d@mailgun.test>", len(s.messages)+1)
	s.messages = append(s.messages, m)
	s.mu.Unlock()
	switch mode {
	case "reset":
		panic(http.ErrAbortHandler)
	case "slow":
		select {
		case <-r.Context().Done():
		case <-time.After(time.Minute):
		}
	case "late 502":
		w.WriteHeader(http.StatusBadGateway)
	case "no id":
		fmt.Fprint(w, `{}`)
	default:
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"id":"%s","message":"Queued. Thank you."}`, m.ID)
	}
}

func (s *Server) read(r *http.Request) (m Message, problem string) {
	m = Message{Form: map[string][]string{}, Files: map[string]string{}}
	if err := m.readForm(r); err != nil {
		return m, "the form can't be read"
	}
	for _, text := range m.Form["to"] {
		list, err := mail.ParseAddressList(text)
		if err != nil {
			return m, "to parameter is not a valid address"
		}
		for _, a := range list {
			m.To = append(m.To, a.Address)
		}
	}
	switch {
	case len(m.To) == 0:
		return m, "to parameter is missing"
	case len(m.To) > 1000:
		return m, "Too many recipients; max is 1000"
	case len(m.Form["from"]) != 1:
		return m, "from parameter is missing"
	case len(m.Form["text"])+len(m.Form["html"])+len(m.Files) == 0:
		return m, "Need at least one of 'text' or 'html' parameters specified"
	}
	if v := m.Form["recipient-variables"]; len(v) == 1 && json.Unmarshal([]byte(v[0]), &m.Variables) != nil {
		return m, "recipient-variables is not valid JSON"
	}
	return m, ""
}

// readForm reads the parts one by one: net/http's own reader takes 1,000 only.
func (m *Message) readForm(r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return err
	}
	for {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		content, err := io.ReadAll(p)
		if err != nil {
			return err
		}
		if name := p.FileName(); name != "" {
			m.Files[name] = string(content)
			continue
		}
		m.Form[p.FormName()] = append(m.Form[p.FormName()], string(content))
	}
}
