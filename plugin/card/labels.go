package card

import "sync"

// labels are the words around what a card says, by the English ones. A word that is
// not among them stays English.
type labels map[string]string

// labelsIn are those of a language: of Polish. The other languages have questions
// and nobody yet who has read over labels in them.
func labelsIn(language string) labels {
	if language == "pl" {
		return polish()
	}
	return nil
}

// of is an English label in the language.
func (l labels) of(english string) string {
	if word, ok := l[english]; ok {
		return word
	}
	return english
}

// lang is the language of the labels, as BCP 47.
func (l labels) lang() string {
	if l == nil {
		return "en"
	}
	return "pl"
}

var polish = sync.OnceValue(func() labels {
	return labels{
		"Who they are":                "Kim są",
		"What they do":                "Co robią",
		"What they need":              "Czego potrzebują",
		"What they fear":              "Czego się obawiają",
		"What keeps them from it":     "Co ich powstrzymuje",
		"What makes them buy":         "Co skłania ich do zakupu",
		"What makes them break off":   "Co sprawia, że rezygnują",
		"Where to meet them":          "Gdzie ich spotkać",
		"In their words":              "Ich słowami",
		"Why we hold back":            "Dlaczego się wstrzymujemy",
		"Answers":                     "Odpowiedzi",
		"What it rests on":            "Na czym się opiera",
		"Who is matched by mistake":   "Kto trafia tu przez pomyłkę",
		"What the machine does":       "Co robi automat",
		"Who answers for it":          "Kto za to odpowiada",
		"History":                     "Historia",
		"Who was asked":               "Kogo zapytano",
		"Pieces of evidence, by team": "Liczba dowodów według zespołów",

		"buys": "kupują", "after research": "po rozeznaniu", "on impulse": "pod wpływem chwili",
		"sometimes after research, sometimes on impulse": "raz po rozeznaniu, raz pod wpływem chwili",
		"uses ours": "używają", "or instead": "albo zamiast",
		"is a": "to", "buyer": "kupujący", "user": "użytkownik", "partner": "partner",
		"markets": "rynki", "products": "produkty", "occasions": "okazje",

		"because": "bo", "they will not buy": "nie kupią", "it is not made for them": "to nie jest dla nich",
		"they would not be satisfied": "nie byliby zadowoleni",
		"our limit":                   "nasze ograniczenie", "otherwise": "inaczej", "welcome": "mile widziani", "we tell them": "mówimy im",

		"when": "gdy", "unless": "chyba że", "messages": "wiadomości", "until": "aż",
		"action": "działanie", "suppress": "nie wysyłaj", "hold for %s": "wstrzymaj na %s", "reroute to %s": "przekieruj do: %s",
		"at most %d in %s": "najwyżej %d na %s", "ask for %s": "zapytaj o: %s", "show %s": "pokaż %s",
		"1 day": "1 dzień", "%d days": "%d dni",
		"holdout": "grupa kontrolna", "%g%% are sent to anyway": "%g%% i tak dostaje wiadomości",
		"mode": "tryb", "enforced for %g%%": "działa dla %g%%", "observes only": "tylko obserwuje", "enforced": "działa",
		"easily taken for": "łatwo pomylić z",

		"Kind": "Rodzaj", "negative": "negatywna", "positive": "pozytywna",
		"negative persona": "persona negatywna", "positive persona": "persona pozytywna",
		"owner": "odpowiada", "Owner": "Odpowiada", "status": "status", "Status": "Status",
		"draft": "szkic", "interviewed": "po rozmowach", "approved": "zatwierdzona", "review": "w przeglądzie",
		"review by": "przegląd do", "Review by": "Przegląd do", "%s (overdue)": "%s (po terminie)",
		"effect": "skutek", "low": "mały", "significant": "znaczący",
		"basis": "podstawa", "Basis": "Podstawa", "law": "prawo", "Law": "Prawo",

		"marketing": "marketing", "sales": "sprzedaż", "service": "obsługa klienta", "executives": "zarząd", "customers": "klienci",

		"“%s”":               "„%s”",
		"Whom we write for.": "Dla kogo piszemy.",
		"Whom we do not market to, or not now, or not with this. The limit is ours.": "Komu nie wysyłamy reklam: wcale, teraz albo akurat z tym. To nasze ograniczenie.",
		"Persona %s, printed %s. The picture is drawn from the id and shows nobody.": "Persona %s, wydruk z %s. Rysunek powstał z identyfikatora i nikogo nie przedstawia.",
		"A sign for this persona, drawn from its id":                                 "Znak tej persony, narysowany z jej identyfikatora",
	}
})
