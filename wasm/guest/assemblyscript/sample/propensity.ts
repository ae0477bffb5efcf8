// The sample rule of every kit, see ../../SAMPLE.md.
import { Field, Output, Slot, Text, bucket, config, log, no, now, unknown, yes } from "../assembly/index";
export { winnow_abi_v1 } from "../assembly/index";

const country = new Field("contact.country");
const tags = new Field("contact.tags");
const createdAt = new Field("contact.created_at");
const ordersCount = new Field("orders.count");
const ordersTotal = new Field("orders.total");
const consent = new Field("consent.marketing");
const amounts = new Field("orders.amounts");

const score = new Output("score");
const tier = new Output("tier");
const ordersLeft = new Output("orders_left");
const eligible = new Output("eligible");
const hero = new Slot("hero");

const threshold: i64 = I64.parseInt(config());

const GOLD = new Text("gold");
const SILVER = new Text("silver");
const BRONZE = new Text("bronze");
const VIP = new Text("vip");
const WIN_BACK = new Text("win-back");
const GENERIC = new Text("generic");
const DE = new Text("DE");
const MEMBER = new Text("member");
const NOT_A_MEMBER = new Text("not a member");
const NO_CONSENT = new Text("no consent");
const CONSENT_UNKNOWN = new Text("consent unknown");
const ORDERS_UNKNOWN = new Text("orders unknown");
const REGULAR = new Text("regular");
const SALT = new Text("propensity-v1");
const TREATED = new Text("treated");
const CONTROL = new Text("control");

export function winnow_init(): i32 {
  return threshold == 0 ? 1 : 0;
}

function spent(): f64 {
  const n = amounts.count();
  if (n < 0) return ordersTotal.float(0);
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) sum += amounts.itemFloat(i, 0);
  return sum;
}

export function winnow_evaluate(): i32 {
  const agreed = consent.bool();
  if (agreed < 0) { unknown(CONSENT_UNKNOWN); return 0; }
  if (agreed == 0) { no(NO_CONSENT); return 0; }
  if (!ordersCount.known) { unknown(ORDERS_UNKNOWN); return 0; }

  const count = ordersCount.int(0);
  const t = now();
  const days = max<i64>((t - createdAt.time(t)) / 86400000, 0);
  score.float(spent() / <f64>(count + 1) + <f64>days * 0.01);

  const gold = count >= threshold;
  tier.text(gold ? GOLD : count >= 1 ? SILVER : BRONZE);
  ordersLeft.int(gold ? 0 : threshold - count);
  if (gold) hero.choose(VIP);
  else if (country.is(DE)) hero.choose(WIN_BACK);
  else if (country.known) hero.choose(GENERIC);

  const b = bucket(SALT);
  log(1, b >= 0 && b < 50000 ? TREATED : CONTROL);
  const member = tags.contains(MEMBER);
  eligible.bool(member);
  if (member) yes(MEMBER); else no(NOT_A_MEMBER);
  return 0;
}

/** A second rule of the same module: somebody who buys often. */
export function winnow_evaluate_regular(): i32 {
  const agreed = consent.bool();
  if (agreed < 0) { unknown(CONSENT_UNKNOWN); return 0; }
  if (agreed == 1 && ordersCount.int(0) >= 2 && ordersTotal.float(0) >= 50 && country.known) yes(REGULAR);
  else no(REGULAR);
  return 0;
}
