package lint

import "strings"

// The word lists are our own, written for this purpose: each was gone through
// for meanings that are no insult (a Polish mohair, Russian brakes, a Danish
// “loses” are left out), which is why they are short. The neutral words follow
// one idea: say what was seen, not what somebody is.

// insults are words that nobody should find their name beside.
func insults() []label {
	var out []label
	add := func(lang, instead string, words ...string) {
		for _, w := range words {
			out = append(out, label{lang, w, instead, strings.Fields(w)})
		}
	}
	add("en", "“uses what is free”", "freeloader*", "sponger*", "moocher*", "parasite*", "leech*", "scrounger*")
	add("en", "“buys at a discount”", "cheapskate*", "tightwad*", "miser", "misers", "skinflint*", "scrooge*", "bottom feeder*", "penny pincher*")
	add("en", "“compares for long”", "time waster*", "timewaster*", "tyre kicker*", "tire kicker*", "looky loo*")
	add("en", "“reports problems often”", "whiner*", "moaner*", "crybaby", "crybabies", "nuisance*", "drama queen*")
	add("en", "“a payment was disputed”", "crook", "crooks", "thief", "thieves", "scammer*", "swindler*", "fraudster*", "liar", "liars", "cheater*", "con artist*")
	add("en", "“has open invoices”", "deadbeat*", "beggar*")
	add("en", "what they do", "idiot*", "moron*", "stupid*", "imbecile*", "loser*", "lunatic*", "psycho", "psychos", "nutcase*", "weirdo*", "scum", "worthless", "hopeless", "bastard*", "asshole*", "jerk", "jerks", "bitch*", "retard*", "troll", "trolls", "creep", "creeps", "bad customer*", "problem customer*")
	add("pl", "„korzysta z tego, co bezpłatne”", "darmozjad*", "pasożyt*")
	add("pl", "„kupuje w promocji”", "skąpiec", "skąpca", "skąpcy", "skąpców", "sknera*", "skner*", "dusigrosz*", "cebulak*", "kutwa", "kutwy")
	add("pl", "„zgłasza dużo problemów”", "maruda*", "marudy", "pieniacz*", "awanturnik*", "zrzęd*")
	add("pl", "„płatność jest sporna”", "oszust*", "złodziej*", "naciągacz*", "krętacz*", "kłamca", "kłamcy", "cwaniak*", "kombinator*")
	add("pl", "to, co ludzie robią", "idiot*", "debil*", "kretyn*", "głupek", "głupki", "głupców", "głupiec", "frajer*", "nieudacznik*", "przegryw*", "nierób", "nieroby", "obibok*", "menel*", "żebrak*", "babsztyl*", "wariat*", "trudny klient", "trudni klienci", "zły klient", "źli klienci")
	add("da", "»bruger det gratis«", "snylter*", "nasserøv*", "parasit*", "blodsuger*")
	add("da", "»køber på tilbud«", "fedterøv*", "gnier*", "nærigpind*")
	add("da", "»har ofte spørgsmål«", "brokkehoved*", "brokkerøv*", "brokkehoveder", "kværulant*", "tidsrøver*")
	add("da", "»betalingen er omtvistet«", "svindler*", "bedrager*", "tyveknægt*", "løgner*", "fupmager*")
	add("da", "det, folk gør", "idiot*", "fjols*", "tåbe", "tåber", "tumpe", "tumper", "dovenlars*", "dovenkrop*", "dårlig kunde", "dårlige kunder", "røvhul*")
	add("vi", "“dùng phần miễn phí”", "ăn bám", "ký sinh", "xài chùa")
	add("vi", "“mua khi có khuyến mãi”", "keo kiệt", "bủn xỉn", "hà tiện", "ki bo")
	add("vi", "“hay phản hồi vấn đề”", "phiền phức", "lắm chuyện", "rách việc", "kẻ phá hoại")
	add("vi", "“thanh toán đang tranh chấp”", "lừa đảo", "kẻ cắp", "kẻ trộm", "kẻ gian", "dối trá")
	add("vi", "điều họ làm", "ngu ngốc", "ngu dốt", "đồ ngu", "đần độn", "vô dụng", "kẻ thất bại", "rác rưởi", "điên khùng", "khách hàng xấu")
	add("ru", "«пользуется бесплатным»", "халявщи*", "нахлебни*", "паразит*", "дармоед*")
	add("ru", "«покупает со скидкой»", "жмот*", "скряг*", "скупердя*", "жадин*", "крохобор*")
	add("ru", "«часто сообщает о проблемах»", "нытик*", "склочни*", "скандалист*", "истерич*", "жалобщи*")
	add("ru", "«платёж оспорен»", "мошенни*", "жулик*", "вор", "воры", "воров", "лжец*", "обманщи*", "аферист*")
	add("ru", "что люди делают", "идиот*", "дурак*", "дурач*", "кретин*", "дебил*", "придур*", "лох", "лохи", "лохов", "неудачни*", "бездельни*", "тунеяд*", "попрошай*", "бомж*", "тупица", "тупицы", "тупые", "плохой клиент", "плохие клиенты")
	return out
}

// characters are words that judge people where a card should say what was seen.
func characters() []label {
	var out []label
	add := func(lang, instead string, words ...string) {
		for _, w := range words {
			out = append(out, label{lang, w, instead, strings.Fields(w)})
		}
	}
	add("en", "what they do: “asks twice before buying”, “returns most orders”", "lazy", "stingy", "greedy", "impatient", "arrogant", "rude", "hysterical", "naive", "picky", "moody", "stubborn", "selfish", "gullible", "difficult customer*", "demanding customer*")
	add("pl", "co robią: „pyta, zanim kupi”", "leniw*", "skąpy", "skąpa", "skąpi", "chciw*", "arogan*", "niegrzeczn*", "naiwn*", "niecierpliw*", "roszczeniow*", "wybredn*", "kapryśn*", "egoist*")
	add("da", "hvad de gør: »spørger, før de køber«", "doven", "dovne", "nærig", "nærige", "gerrig*", "grådig*", "arrogant*", "uforskammet*", "naiv*", "utålmodig*", "kræsen*", "besværlig*", "egoist*")
	add("vi", "điều họ làm: “hỏi kỹ trước khi mua”", "lười biếng", "tham lam", "kiêu ngạo", "thô lỗ", "khó tính", "nóng nảy", "ngây thơ", "ích kỷ", "hay đòi hỏi")
	add("ru", "что они делают: «спрашивает перед покупкой»", "ленив*", "жадн*", "скупой", "скупые", "скупая", "высокомерн*", "грубиян*", "наивн*", "нетерпелив*", "капризн*", "придирчив*", "эгоист*", "проблемный", "проблемные")
	return out
}

// proxies are words that give away what the law protects; instead is what.
func proxies() []label {
	var out []label
	add := func(what string, words ...string) {
		for _, w := range words {
			out = append(out, label{"", w, what, strings.Fields(w)})
		}
	}
	add("religion", "religion", "religious", "kosher", "halal", "ramadan", "prayer*", "church*", "mosque*", "synagogue*", "hajj", "bible*", "quran", "koran",
		"koszern*", "modlit*", "meczet*", "synagog*", "moské*", "kirke*", "nhà thờ", "hồi giáo", "кошерн*", "халяль*", "молитв*", "мечет*", "церков*")
	add("health", "disease*", "disab*", "pregnan*", "maternity", "fertility", "ivf", "diabet*", "insulin*", "oncolog*", "cancer", "hiv", "depression", "antidepress*", "wheelchair*", "incontinence", "pharmacy", "medication*",
		"ciąż*", "ciężarn*", "cukrzyc*", "aptek*", "niepełnospr*", "gravid*", "apotek*", "mang thai", "tiểu đường", "nhà thuốc", "беремен*", "диабет*", "аптек*", "инвалид*")
	add("sexual orientation", "lgbt*", "gay", "lesbian*", "transgender", "sexual orientation")
	add("origin", "ethnic*", "ethnicity", "nationality", "migrant*", "narodowoś*", "национальност*")
	add("opinions", "political", "political party", "trade union*", "union member*", "związki zawodowe", "fagforening*", "профсоюз*")
	return out
}
