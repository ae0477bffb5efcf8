/* The sample rule of every kit, see ../../SAMPLE.md. */
#include "../winnow.h"

static winnow_i32 country, tags, created_at, orders_count, orders_total, consent, amounts;
static winnow_i32 score, tier, orders_left, eligible, hero;
static winnow_i64 threshold;

WINNOW_INIT {
  country = winnow_field(WINNOW_LIT("contact.country"));
  tags = winnow_field(WINNOW_LIT("contact.tags"));
  created_at = winnow_field(WINNOW_LIT("contact.created_at"));
  orders_count = winnow_field(WINNOW_LIT("orders.count"));
  orders_total = winnow_field(WINNOW_LIT("orders.total"));
  consent = winnow_field(WINNOW_LIT("consent.marketing"));
  amounts = winnow_field(WINNOW_LIT("orders.amounts"));
  score = winnow_output(WINNOW_LIT("score"));
  tier = winnow_output(WINNOW_LIT("tier"));
  orders_left = winnow_output(WINNOW_LIT("orders_left"));
  eligible = winnow_output(WINNOW_LIT("eligible"));
  hero = winnow_slot(WINNOW_LIT("hero"));

  char buf[16];
  winnow_i32 n = winnow_config(buf, sizeof buf);
  for (winnow_i32 i = 0; i < n && n <= (winnow_i32)sizeof buf; i++) threshold = threshold * 10 + (buf[i] - '0');
  return threshold == 0; /* a rule without its threshold must not start */
}

static double spent(void) {
  winnow_i32 n = winnow_count(amounts);
  if (n < 0) return winnow_get_f64(orders_total, 0);
  double sum = 0;
  for (winnow_i32 i = 0; i < n; i++) sum += winnow_item_f64(amounts, i, 0);
  return sum;
}

static void choose(int gold) {
  char buf[8];
  winnow_i32 n = winnow_get_str(country, buf, sizeof buf);
  if (gold) winnow_variant(hero, WINNOW_LIT("vip"));
  else if (winnow_is(buf, n, WINNOW_LIT("DE"))) winnow_variant(hero, WINNOW_LIT("win-back"));
  else if (n >= 0) winnow_variant(hero, WINNOW_LIT("generic"));
}

WINNOW_RULE(evaluate) {
  winnow_i32 agreed = winnow_get_bool(consent);
  if (agreed < 0) return winnow_verdict(WINNOW_UNKNOWN, WINNOW_LIT("consent unknown")), 0;
  if (!agreed) return winnow_verdict(WINNOW_NO, WINNOW_LIT("no consent")), 0;
  if (!winnow_known(orders_count)) return winnow_verdict(WINNOW_UNKNOWN, WINNOW_LIT("orders unknown")), 0;

  winnow_i64 count = winnow_get_i64(orders_count, 0);
  winnow_i64 now = winnow_now();
  winnow_i64 days = (now - winnow_get_time(created_at, now)) / 86400000;
  if (days < 0) days = 0;
  winnow_output_f64(score, spent() / (double)(count + 1) + (double)days * 0.01);

  int gold = count >= threshold;
  if (gold) winnow_output_str(tier, WINNOW_LIT("gold"));
  else if (count >= 1) winnow_output_str(tier, WINNOW_LIT("silver"));
  else winnow_output_str(tier, WINNOW_LIT("bronze"));
  winnow_output_i64(orders_left, gold ? 0 : threshold - count);
  int member = winnow_contains(tags, WINNOW_LIT("member")) == 1;
  winnow_output_bool(eligible, member);
  choose(gold);

  winnow_i32 b = winnow_bucket(WINNOW_LIT("propensity-v1"));
  if (b >= 0 && b < 50000) winnow_log(1, WINNOW_LIT("treated"));
  else winnow_log(1, WINNOW_LIT("control"));
  if (member) winnow_verdict(WINNOW_YES, WINNOW_LIT("member"));
  else winnow_verdict(WINNOW_NO, WINNOW_LIT("not a member"));
  return 0;
}

/* A second rule of the same module: somebody who buys often. */
WINNOW_NAMED_RULE(regular) {
  winnow_i32 agreed = winnow_get_bool(consent);
  if (agreed < 0) return winnow_verdict(WINNOW_UNKNOWN, WINNOW_LIT("consent unknown")), 0;
  int regular = agreed && winnow_get_i64(orders_count, 0) >= 2 && winnow_get_f64(orders_total, 0) >= 50 && winnow_known(country);
  winnow_verdict(regular ? WINNOW_YES : WINNOW_NO, WINNOW_LIT("regular"));
  return 0;
}
