package rules

import "slices"

// Languages are the languages that reasons can be put in, as BCP 47 tags; the
// first is the default.
func Languages() []string { return []string{"en", "pl", "da", "vi", "ru"} }

// ReasonText says what a reason code means, for people, in one of Languages;
// in English when the language is another. It is "" for a code that does not
// exist.
func ReasonText(code Code, language string) string {
	if t, ok := reasonTexts(code)[language]; ok {
		return t
	}
	for _, r := range Reasons() {
		if r.Code == code {
			return r.Text
		}
	}
	return ""
}

// ReasonsIn is Reasons with the meanings in one of Languages; language is the
// one they are in, English when there is no other.
func ReasonsIn(wanted string) (list []ReasonInfo, language string) {
	language = Languages()[0]
	if slices.Contains(Languages(), wanted) {
		language = wanted
	}
	list = Reasons()
	for i := range list {
		list[i].Text = ReasonText(list[i].Code, language)
	}
	return list, language
}

// reasonTexts are the translations of one code. English stands in Reasons.
func reasonTexts(code Code) map[string]string {
	in := func(pl, da, vi, ru string) map[string]string {
		return map[string]string{"pl": pl, "da": da, "vi": vi, "ru": ru}
	}
	switch code {
	case ClassUnknown:
		return in("klasa wiadomości jest nieznana; traktowana jest jak marketing", "beskedens klasse er ukendt; den behandles som markedsføring", "không rõ loại thư; thư được coi là tiếp thị", "класс сообщения неизвестен; оно считается маркетинговым")
	case LegalSuppressed:
		return in("kontakt jest na liście wykluczeń prawnych", "kontakten står på den juridiske spærreliste", "liên hệ nằm trong danh sách chặn theo luật", "контакт в списке исключений по закону")
	case GateClosed:
		return in("warunek bramki nie jest spełniony", "en ports betingelse er ikke opfyldt", "điều kiện của cổng không được đáp ứng", "условие заслона не выполнено")
	case GateUnknown:
		return in("brak danych, by ocenić bramkę, więc pozostaje zamknięta", "data mangler for at vurdere porten, så den forbliver lukket", "thiếu dữ liệu để xét cổng, nên cổng vẫn đóng", "данных для проверки заслона не хватает, и он остаётся закрытым")
	case GateUnknownOpen:
		return in("brak danych, by ocenić bramkę; dla tej klasy wiadomości pozostaje otwarta", "data mangler for at vurdere porten; for denne klasse af beskeder forbliver den åben", "thiếu dữ liệu để xét cổng; với loại thư này cổng vẫn mở", "данных для проверки заслона не хватает; для сообщений этого класса он остаётся открытым")
	case GateError:
		return in("warunku bramki nie dało się obliczyć, więc pozostaje zamknięta", "portens betingelse kunne ikke beregnes, så den forbliver lukket", "không tính được điều kiện của cổng, nên cổng vẫn đóng", "условие заслона не удалось вычислить, и он остаётся закрытым")
	case GateErrorOpen:
		return in("warunku bramki nie dało się obliczyć; dla tej klasy wiadomości pozostaje otwarta", "portens betingelse kunne ikke beregnes; for denne klasse af beskeder forbliver den åben", "không tính được điều kiện của cổng; với loại thư này cổng vẫn mở", "условие заслона не удалось вычислить; для сообщений этого класса он остаётся открытым")
	case FieldMissing:
		return in("brakuje pól, których wymaga bramka", "felter, som porten kræver, mangler", "thiếu các trường mà cổng yêu cầu", "не хватает полей, которых требует заслон")
	default:
		return personaTexts(code, in)
	}
}

type translate func(pl, da, vi, ru string) map[string]string

func personaTexts(code Code, in translate) map[string]string {
	switch code {
	case PersonaMatch:
		return in("kontakt pasuje do persony", "kontakten passer til personaen", "liên hệ khớp với chân dung", "контакт соответствует персоне")
	case PersonaUnknown:
		return in("brak danych, by ocenić personę; zastosowano jej on_unknown", "data mangler for at vurdere personaen; dens on_unknown blev brugt", "thiếu dữ liệu để xét chân dung; áp dụng on_unknown của nó", "данных для проверки персоны не хватает; применено её on_unknown")
	case PersonaError:
		return in("warunku persony nie dało się obliczyć; zastosowano jej on_error", "personaens betingelse kunne ikke beregnes; dens on_error blev brugt", "không tính được điều kiện của chân dung; áp dụng on_error của nó", "условие персоны не удалось вычислить; применено её on_error")
	case PersonaExempt:
		return in("kontakt pasowałby do persony, ale chroni go jej wyjątek", "kontakten ville passe til personaen, men er beskyttet af dens undtagelse", "liên hệ lẽ ra khớp với chân dung nhưng được ngoại lệ bảo vệ", "контакт соответствовал бы персоне, но его защищает её исключение")
	case PersonaObserved:
		return in("persona pasuje, ale tylko obserwuje", "personaen passer, men observerer kun", "chân dung khớp nhưng chỉ quan sát", "персона подходит, но только наблюдает")
	case PersonaCanaryOut:
		return in("persona pasuje; kontakt jest poza częścią, której dotyczy", "personaen passer; kontakten er uden for den del, den gælder for", "chân dung khớp; liên hệ nằm ngoài phần được áp dụng", "персона подходит; контакт вне доли, к которой она применяется")
	case PersonaOverdue:
		return in("persona pasuje; jej przegląd jest spóźniony o ponad 30 dni, więc tylko obserwuje", "personaen passer; dens gennemgang er mere end 30 dage forsinket, så den observerer kun", "chân dung khớp; việc xem lại đã quá hạn hơn 30 ngày nên nó chỉ quan sát", "персона подходит; её пересмотр просрочен более чем на 30 дней, поэтому она только наблюдает")
	case PersonaClass:
		return in("persona pasuje; nie wstrzymuje wiadomości tej klasy", "personaen passer; den holder ikke beskeder af denne klasse tilbage", "chân dung khớp; nó không giữ lại thư loại này", "персона подходит; сообщения этого класса она не удерживает")
	case Holdout:
		return in("persona pasuje; kontakt jest w części, do której wysyła się mimo to", "personaen passer; kontakten er i den del, der sendes til alligevel", "chân dung khớp; liên hệ thuộc phần vẫn được gửi để đo lường", "персона подходит; контакт в доле, которой отправляют всё равно")
	case CapReached:
		return in("wysłano już tyle wiadomości, na ile pozwala limit", "der er sendt så mange beskeder, som grænsen tillader", "đã gửi đủ số thư mà giới hạn cho phép", "отправлено столько сообщений, сколько допускает предел")
	case CapOpen:
		return in("limit dopuszcza tę wiadomość", "grænsen giver plads til denne besked", "giới hạn vẫn cho phép thư này", "предел допускает это сообщение")
	case CapUnknown:
		return in("wcześniejsze wysyłki są nieznane, więc limit nie działa", "tidligere forsendelser kendes ikke, så grænsen har ingen virkning", "không rõ các lần gửi trước nên giới hạn không có hiệu lực", "прежние отправки неизвестны, поэтому предел не действует")
	case RerouteHere:
		return in("wiadomość jest już w kanale, do którego prowadzi persona", "beskeden er allerede på en kanal, som personaen fører til", "thư đã ở kênh mà chân dung dẫn tới", "сообщение уже в канале, к которому ведёт персона")
	default:
		return slotTexts(code, in)
	}
}

func slotTexts(code Code, in translate) map[string]string {
	switch code {
	case SlotPinned:
		return in("wariant ustala działanie persony", "en personas handling fastlægger varianten", "hành động của một chân dung ấn định biến thể", "вариант задан действием персоны")
	case SlotRule:
		return in("warunek reguły miejsca jest spełniony", "pladsreglens betingelse er opfyldt", "điều kiện của quy tắc vị trí được đáp ứng", "условие правила места выполнено")
	case SlotSplit:
		return in("warunek reguły jest spełniony, wybrał podział", "reglens betingelse er opfyldt, og fordelingen valgte", "điều kiện được đáp ứng và phép chia đã chọn", "условие правила выполнено, выбрало деление")
	case SlotModule:
		return in("warunek reguły jest spełniony, wybrał moduł", "reglens betingelse er opfyldt, og modulet valgte", "điều kiện được đáp ứng và mô-đun đã chọn", "условие правила выполнено, выбрал модуль")
	case SlotDefault:
		return in("żadna reguła miejsca nie ma zastosowania", "ingen pladsregel gælder", "không có quy tắc vị trí nào áp dụng", "ни одно правило места не подходит")
	case SlotUnknown:
		return in("brak danych, by ocenić regułę miejsca; pominięto ją", "data mangler for at vurdere pladsreglen; den blev sprunget over", "thiếu dữ liệu để xét quy tắc vị trí; quy tắc bị bỏ qua", "данных для правила места не хватает; оно пропущено")
	case SlotError:
		return in("warunku reguły miejsca nie dało się obliczyć; pominięto ją", "pladsreglens betingelse kunne ikke beregnes; den blev sprunget over", "không tính được điều kiện của quy tắc vị trí; quy tắc bị bỏ qua", "условие правила места не удалось вычислить; оно пропущено")
	case SlotObserved:
		return in("reguła miejsca miałaby zastosowanie, ale tylko obserwuje", "pladsreglen ville gælde, men observerer kun", "quy tắc vị trí lẽ ra áp dụng nhưng chỉ quan sát", "правило места подошло бы, но только наблюдает")
	case SplitUnknown:
		return in("brak pola, według którego dzieli podział; pominięto regułę", "feltet, som fordelingen går efter, mangler; reglen blev sprunget over", "thiếu trường dùng để chia; quy tắc bị bỏ qua", "нет поля, по которому идёт деление; правило пропущено")
	case DeadlineDefault:
		return in("upłynął termin: odpowiedź domyślna", "fristen udløb: standardsvaret", "hết thời hạn: câu trả lời mặc định", "срок истёк: ответ по умолчанию")
	case StoreDefault:
		return in("decyzji nie dało się zapisać: odpowiedź domyślna", "beslutningen kunne ikke gemmes: standardsvaret", "không ghi được quyết định: câu trả lời mặc định", "решение не удалось записать: ответ по умолчанию")
	case InputDefault:
		return in("kontaktu nie dało się odczytać: odpowiedź domyślna", "kontakten kunne ikke læses: standardsvaret", "không đọc được liên hệ: câu trả lời mặc định", "контакт не удалось прочитать: ответ по умолчанию")
	case BundleDefault:
		return in("nie było reguł, według których można zdecydować: odpowiedź domyślna", "der var ingen regler at afgøre efter: standardsvaret", "không có bộ quy tắc nào để quyết định: câu trả lời mặc định", "не было правил, по которым можно решать: ответ по умолчанию")
	default:
		return moduleTexts(code, in)
	}
}

func moduleTexts(code Code, in translate) map[string]string {
	switch code {
	case ModuleVerdict:
		return in("moduł mówi, dlaczego tak odpowiedział", "et modul siger, hvorfor det svarede sådan", "mô-đun cho biết vì sao nó trả lời như vậy", "модуль говорит, почему он так ответил")
	case ModuleFuel:
		return in("moduł zużył swoje instrukcje; co go czyta, jest w błędzie", "et modul brugte sine instruktioner op; det, der læser det, er i fejl", "mô-đun đã dùng hết số lệnh; quy tắc đọc nó bị lỗi", "модуль исчерпал свои инструкции; то, что его читает, в ошибке")
	case ModuleMemory:
		return in("moduł potrzebował więcej pamięci, niż mu wolno; co go czyta, jest w błędzie", "et modul krævede mere hukommelse, end det må; det, der læser det, er i fejl", "mô-đun cần nhiều bộ nhớ hơn mức cho phép; quy tắc đọc nó bị lỗi", "модулю понадобилось больше памяти, чем разрешено; то, что его читает, в ошибке")
	case ModuleDepth:
		return in("moduł zbyt głęboko zagnieździł wywołania; co go czyta, jest w błędzie", "et modul indlejrede sine kald for dybt; det, der læser det, er i fejl", "mô-đun lồng lời gọi quá sâu; quy tắc đọc nó bị lỗi", "модуль вложил вызовы слишком глубоко; то, что его читает, в ошибке")
	case ModuleTrap:
		return in("moduł się załamał; co go czyta, jest w błędzie", "et modul brød sammen; det, der læser det, er i fejl", "mô-đun bị hỏng khi chạy; quy tắc đọc nó bị lỗi", "модуль аварийно остановился; то, что его читает, в ошибке")
	case ModuleBadOutput:
		return in("moduł dał wynik niezadeklarowany lub za długi; co go czyta, jest w błędzie", "et modul gav et resultat, der ikke er erklæret eller er for langt; det, der læser det, er i fejl", "mô-đun cho kết quả không khai báo hoặc quá dài; quy tắc đọc nó bị lỗi", "модуль дал необъявленный или слишком длинный результат; то, что его читает, в ошибке")
	case ModuleBusy:
		return in("żadna instancja modułu nie zwolniła się na czas; co go czyta, jest w błędzie", "ingen instans af et modul blev ledig i tide; det, der læser det, er i fejl", "không có bản chạy nào của mô-đun rảnh kịp; quy tắc đọc nó bị lỗi", "ни один экземпляр модуля не освободился вовремя; то, что его читает, в ошибке")
	case ModuleError:
		return in("moduł zgłosił niepowodzenie; co go czyta, jest w błędzie", "et modul meldte en fejl; det, der læser det, er i fejl", "mô-đun báo thất bại; quy tắc đọc nó bị lỗi", "модуль сообщил о сбое; то, что его читает, в ошибке")
	default:
		return nil
	}
}
