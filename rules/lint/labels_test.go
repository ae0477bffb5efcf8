package lint_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/diag"
)

// Words in every language that we ship, and neighbours that mean no harm.
func TestLabels(t *testing.T) {
	for name, insult := range map[string]bool{
		"Freeloader": true, "The cheapskates": true, "Tyre kickers": true, "IDIOT": true, "Stupid questions": true,
		"Pasożyt": true, "Skąpcy i sknery": true, "Złodzieje": true, "Trudny klient": true, "NACIĄGACZE": true,
		"Snyltere": true, "Fedterøve": true, "Brokkehoveder": true, "Dårlige kunder": true,
		"Kẻ ăn bám": true, "Người keo kiệt": true, "Kha\u0301ch ha\u0300ng xa\u0302\u0301u": true, "Lừa đảo": true,
		"Халявщики": true, "Жмоты": true, "Мошенник": true, "Вор": true, "Тупые вопросы": true,

		"Uses what is free": false, "Buys dumbbells": false, "Bought a mohair jumper": false, "Sale hunter": false, "Student or academic researcher": false,
		"Korzysta z tego, co bezpłatne": false, "Kupuje w promocji": false, "Moherowy sweter": false, "Pan Janusz i rodzina": false, "Czeka na odpowiedź": false,
		"Taber interessen": false, "Køber på tilbud": false, "Har ofte spørgsmål": false,
		"Người tiết kiệm": false, "Sinh viên": false, "Mua khi có khuyến mãi": false,
		"Покупает тормоза": false, "Ворота и заборы": false, "Двор и сад": false, "Хорошие клиенты": false, "Лохматый пёс": false,
	} {
		list := check(t, sound("name: "+name))
		require.Equal(t, insult, count(list, diag.InsultingLabel) == 1, "%s: %v", name, list)
	}
	for name, judges := range map[string]bool{
		"Lazy": true, "Leniwi": true, "Nærige": true, "Lười biếng": true, "Капризные": true,
		"Lazada buyers": false, "Lenin reader": false, "Nærbutik": false, "Ленинград": false, "Buys on Sundays": false,
	} {
		list := check(t, sound("name: "+name))
		require.Equal(t, judges, count(list, diag.PersonalityWord) == 1, "%s: %v", name, list)
	}
	require.Equal(t, 1, count(check(t, sound("reason: You are a freeloader to us")), diag.InsultingLabel), "people read reasons")
	require.Equal(t, 1, count(check(t, "personas:\n"+persona("tyre-kicker")), diag.InsultingLabel), "records hold ids")
}

func TestProxies(t *testing.T) {
	for when, found := range map[string]bool{
		`has(orders.categories, "pregnancy-tests")`:                              true,
		`has(message.tags, "Ramadan") and orders.count > 0`:                      true,
		`contact.name.given in ["Aisha", "Fatima"] and orders.count > 0`:         true,
		`contact.address.postal_code startsWith "81" and orders.count > 0`:       true,
		`contact.language == "ru" and orders.count == 0`:                         true,
		`not (contact.language in message.languages)`:                            false,
		`known(contact.name.given) and orders.count > 0`:                         false,
		`has(orders.categories, "running-race", "golf") and orders.count > 5`:    false,
		`contact.country == "PL" and orders.count > 5`:                           false,
		`has(orders.material_interest, "cancel anytime") and orders.count > 100`: false,
	} {
		list := check(t, "personas:\n"+persona("n", "when: '"+when+"'"))
		require.False(t, list.HasErrors(), list)
		require.Equal(t, found, count(list, diag.ProxyTrait) > 0, "%s: %v", when, list)
	}
}
