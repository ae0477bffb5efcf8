package field

import (
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func canonical(t *testing.T) *Schema {
	t.Helper()
	s, err := New(Canonical())
	require.NoError(t, err)
	return s
}

func TestKindNames(t *testing.T) {
	for k := Bool; k <= Object; k++ {
		got, err := ParseKind(k.String())
		require.NoError(t, err)
		require.Equal(t, k, got)
	}
	require.Equal(t, "kind(200)", Kind(200).String())
	for _, bad := range []string{"", "invalid", "Int", "number", "list "} {
		_, err := ParseKind(bad)
		require.Error(t, err, bad)
	}
}

func TestTypeText(t *testing.T) {
	for text, typ := range map[string]Type{
		"int": Scalar(Int), "list of string": ListOf(String), "time": Scalar(Time),
	} {
		require.Equal(t, text, typ.String())
	}
	objects := ListOfObjects(Member{"at", Time}, Member{"total", Float})
	require.Equal(t, "list of object(at time, total float)", objects.String())
	require.False(t, objects.Equal(ListOfObjects(Member{"at", Time}, Member{"total", Int})))
}

func TestSensitivityNames(t *testing.T) {
	for s, name := range map[Sensitivity]string{Keep: "keep", Hash: "hash", Drop: "drop", 9: "sensitivity(9)"} {
		require.Equal(t, name, s.String())
	}
}

func TestValidPath(t *testing.T) {
	for _, good := range []string{"a.b", "orders.count", "_x.Y_9", "a.b.c.d.e.f"} {
		require.NoError(t, ValidPath(good))
	}
	for _, bad := range []string{
		"", "a", ".", "a.", ".b", "a..b", "a.9b", "a.b-c", "a. b", "a.ż", "a.b.c.d.e.f.g",
		"a." + strings.Repeat("b", MaxPathBytes-1),
	} {
		require.Error(t, ValidPath(bad), bad)
	}
}

func TestCanonicalIsSound(t *testing.T) {
	s := canonical(t)
	require.True(t, len(s.Paths()) > 150)
	require.IsIncreasing(t, s.Paths())
	groups := map[string]bool{}
	for _, f := range s.Fields() {
		require.NotEmpty(t, f.Doc, f.Path)
		groups[f.Path[:strings.IndexByte(f.Path, '.')]] = true
	}
	for g := range groups {
		f, ok := s.Lookup(g + ".updated_at")
		require.True(t, ok, g)
		require.Equal(t, Time, f.Type.Kind)
	}
	for path, want := range map[string]Sensitivity{
		"contact.id": Keep, "contact.email": Hash, "contact.phone": Hash, "contact.name.full": Drop,
		"contact.address.street": Drop, "contact.address.postal_code": Drop, "orders.count": Keep,
	} {
		f, ok := s.Lookup(path)
		require.True(t, ok, path)
		require.Equal(t, want, f.Sensitivity, path)
	}
	for _, path := range []string{"contact.birth_year", "contact.birth_date", "contact.gender", "contact.marital_status"} {
		f, ok := s.Lookup(path)
		require.True(t, ok, path)
		require.True(t, f.Protected, path)
	}
	require.True(t, s.Group("contact.name"))
	require.False(t, s.Group("contact.email"))
}

// libraryPaths are the fields that the starter library of personas reads.
const libraryPaths = `
abcxyz.abc abcxyz.profit_percentile abcxyz.xyz cart.abandoned_90d cart.updated_at cart.value consent.newsletter
consent.objects_marketing contact.accounts_at_address contact.birth_year contact.busy_months contact.city_population
contact.company_size contact.country contact.created_at contact.department contact.email contact.industry
contact.language contact.market contact.store_km contact.tags crm.acquisition_cost crm.buying_role
crm.cost_to_serve_12m crm.deal_value crm.lost_no_need crm.ltv crm.meetings_90d crm.negative_released_at
crm.partner_type crm.qualified crm.stage crm.stage_days engagement.clicks_90d engagement.last_click_at
engagement.sent_90d message.category message.class message.countries message.languages message.min_age message.price
message.tags orders.aov orders.aov_store orders.cancelled_count orders.categories orders.chargebacks orders.count
orders.count_online orders.count_store orders.cycle_years orders.days_overdue orders.discount_count orders.first_at
orders.full_price_count orders.gap_days_avg orders.gap_days_now orders.items_total orders.last_at
orders.last_category orders.last_store_at orders.margin_total orders.material_interest orders.new_season_count
orders.returns_count prefs.car_brand prefs.interests prefs.style rfm.f rfm.frequency rfm.m rfm.monetary rfm.r
support.bad_review_at support.cost_12m support.csat support.good_reviews support.nps support.open_complaint
support.refund_at support.tickets_90d web.browse_30d web.careers_views_30d web.demo_seen web.downloads_90d
web.last_seen_at web.pricing_views_90d web.product_views_90d web.search_30d web.sessions_30d web.spec_views_90d
web.trials web.wishlist contact.city contact.job_title contact.company consent.marketing consent.basis
consent.objects_profiling consent.preferred_channel consent.topics_out orders.total orders.value_12m
orders.only_gifts rfm.segment engagement.opens_90d engagement.hard_bounces engagement.complaints message.channel
trend.slipping`

func TestCanonicalHasWhatTheLibraryReads(t *testing.T) {
	s := canonical(t)
	paths := strings.Fields(libraryPaths)
	require.NotEmpty(t, paths)
	for _, p := range paths {
		_, ok := s.Lookup(p)
		require.True(t, ok, p)
	}
}

func TestCanonicalHasWhatTheLibraryFileReads(t *testing.T) {
	const env = "WINNOW_PERSONA_LIBRARY"
	file := os.Getenv(env)
	if file == "" {
		file = "../../../shared/reference/persona-library.yaml"
	}
	body, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("no persona library here: set %s to the path of persona-library.yaml to check its fields", env)
	}
	s := canonical(t)
	inText := regexp.MustCompile(`"[^"]*"`)
	path := regexp.MustCompile(`\b[a-z_]+(\.[a-z_0-9]+)+\b`)
	checked := 0
	for line := range strings.Lines(string(body)) {
		when, ok := strings.CutPrefix(strings.TrimSpace(line), "when:")
		if !ok {
			continue
		}
		for _, p := range path.FindAllString(inText.ReplaceAllString(when, ""), -1) {
			if strings.HasPrefix(p, "params.") {
				continue
			}
			_, ok := s.Lookup(p)
			require.True(t, ok, "%s in %s", p, when)
			checked++
		}
	}
	require.Greater(t, checked, 150, "no conditions found in %s", file)
}

func TestNewReportsEveryMistake(t *testing.T) {
	low, high, nan := 1.0, 0.0, math.NaN()
	bad := []Field{
		{Path: "nogroup", Type: Scalar(Int)},
		{Path: "a.none"},
		{Path: "a.object", Type: Type{Kind: Object}},
		{Path: "a.lists", Type: ListOf(List)},
		{Path: "a.elem", Type: Type{Kind: Int, Elem: Int}},
		{Path: "a.members", Type: ListOfObjects()},
		{Path: "a.member", Type: ListOfObjects(Member{"b.c", Int})},
		{Path: "a.memberlist", Type: ListOfObjects(Member{"b", List})},
		{Path: "a.membertwice", Type: ListOfObjects(Member{"b", Int}, Member{"b", Int})},
		{Path: "a.enum", Type: Scalar(Int), Enum: []string{"1"}},
		{Path: "a.min", Type: Scalar(String), Min: &low},
		{Path: "a.bounds", Type: Scalar(Int), Min: &low, Max: &high},
		{Path: "a.nan", Type: Scalar(Float), Min: &nan},
		{Path: "a.age", Type: Scalar(Int), MaxAge: -time.Hour},
		{Path: "a.undated", Type: Scalar(Int), MaxAge: time.Hour},
		{Path: "a.sens", Type: Scalar(Int), Sensitivity: 7},
		{Path: "a.asof", Type: Scalar(Int), AsOf: "a.missing"},
		{Path: "a.asofint", Type: Scalar(Int), AsOf: "a.asof"},
		{Path: "a.self", Type: Scalar(Time), AsOf: "a.self"},
		{Path: "a.both", Type: Scalar(Int)},
		{Path: "a.both.leaf", Type: Scalar(Int)},
		{Path: "a.twice", Type: Scalar(Int)},
		{Path: "a.twice", Type: Scalar(Int)},
	}
	_, err := New(bad)
	require.Error(t, err)
	found := map[string]bool{}
	for _, m := range Mistakes(err) {
		found[m.Path] = true
		require.NotEmpty(t, m.Msg)
	}
	for _, f := range bad {
		if f.Path != "a.both.leaf" {
			require.True(t, found[f.Path], f.Path)
		}
	}
	require.Nil(t, Mistakes(nil))
	require.ErrorContains(t, err, "field nogroup: ")
}

func TestAgeIsCountedFromTheNearestUpdate(t *testing.T) {
	s, err := New([]Field{
		{Path: "g.updated_at", Type: Scalar(Time)},
		{Path: "g.h.updated_at", Type: Scalar(Time)},
		{Path: "g.a", Type: Scalar(Int), MaxAge: time.Hour},
		{Path: "g.h.b", Type: Scalar(Int), MaxAge: time.Hour},
		{Path: "g.h.c", Type: Scalar(Int), MaxAge: time.Hour, AsOf: "g.updated_at"},
		{Path: "g.d", Type: Scalar(Int)},
	})
	require.NoError(t, err)
	for path, want := range map[string]string{
		"g.a": "g.updated_at", "g.h.b": "g.h.updated_at", "g.h.c": "g.updated_at", "g.d": "",
	} {
		f, ok := s.Lookup(path)
		require.True(t, ok)
		require.Equal(t, want, f.AsOf, path)
	}
}

func TestWithRefines(t *testing.T) {
	base := canonical(t)
	ceiling := 2010.0
	s, err := base.With([]Field{
		{Path: "contact.email", Type: Scalar(String), Doc: "ours"},
		{Path: "contact.birth_year", Type: Scalar(Int), Max: &ceiling},
		{Path: "orders.count", Type: Scalar(Int), MaxAge: time.Hour},
		{Path: "crm.stage", Type: Scalar(String), Enum: []string{"lead", "sql"}, AsOf: "crm.updated_at"},
		{Path: "loyalty.points", Type: Scalar(Int), Sensitivity: Drop},
	})
	require.NoError(t, err)
	email, _ := s.Lookup("contact.email")
	require.Equal(t, Hash, email.Sensitivity)
	require.Equal(t, "ours", email.Doc)
	year, _ := s.Lookup("contact.birth_year")
	require.True(t, year.Protected)
	require.InDelta(t, 1850, *year.Min, 0)
	require.InDelta(t, 2010, *year.Max, 0)
	count, _ := s.Lookup("orders.count")
	require.Equal(t, "orders.updated_at", count.AsOf)
	stage, _ := s.Lookup("crm.stage")
	require.Equal(t, []string{"lead", "sql"}, stage.Enum)
	_, had := base.Lookup("loyalty.points")
	require.False(t, had, "the receiver must not change")
	require.Len(t, s.Paths(), len(base.Paths())+1)
}

func TestWithRefuses(t *testing.T) {
	base := canonical(t)
	for name, extra := range map[string][]Field{
		"other type":      {{Path: "orders.count", Type: Scalar(String)}},
		"group":           {{Path: "contact.name", Type: Scalar(String)}},
		"below a field":   {{Path: "contact.email.domain", Type: Scalar(String)}},
		"twice":           {{Path: "x.y", Type: Scalar(Int)}, {Path: "x.y", Type: Scalar(Int)}},
		"twice, built in": {{Path: "orders.count", Type: Scalar(Int)}, {Path: "orders.count", Type: Scalar(Int)}},
	} {
		_, err := base.With(extra)
		require.Error(t, err, name)
		require.NotEmpty(t, Mistakes(err), name)
	}
}

func TestSuggest(t *testing.T) {
	s := canonical(t)
	for typed, want := range map[string]string{
		"order.count": "orders.count", "orders.cuont": "orders.count", "contact.e_mail": "contact.email",
		"Contact.Email": "contact.email", "country": "contact.country", "person.country": "contact.country",
		"engagement.click_90d": "engagement.clicks_90d", "qqqqqqqqqqqq.zzzzzzzzzzz": "",
		strings.Repeat("a", 1000): "",
	} {
		require.Equal(t, want, s.Suggest(typed), typed)
	}
}
