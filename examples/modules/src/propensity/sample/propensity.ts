// How likely a contact is to buy in the next 30 days: a logistic model over
// what they did, trained elsewhere and written down here as numbers.
//
// A project of `winnow wasm new --lang as` has the kit beside it, as ../assembly.
import { Field, Output, Slot, Text, log, unknown } from "../../../../../wasm/guest/assemblyscript/assembly/index";
export { winnow_abi_v1 } from "../../../../../wasm/guest/assemblyscript/assembly/index";

const clicks = new Field("engagement.clicks_90d");
const sessions = new Field("web.sessions_30d");
const pricing = new Field("web.pricing_views_90d");
const orders = new Field("orders.count");
const value = new Field("orders.value_12m");

const score = new Output("score");
const band = new Output("band");
const hero = new Slot("hero");

const HOT = new Text("hot");
const WARM = new Text("warm");
const COLD = new Text("cold");
const DEMO = new Text("demo");
const CASE_STUDY = new Text("case-study");
const NOTHING_SEEN = new Text("no behaviour is known");
const SCORED = new Text("scored");

// part is a weight times the logarithm of a count; a count that is not known
// adds nothing, as in the training data.
function part(f: Field, weight: f64): f64 {
  const n = f.float(0);
  return n > 0 ? weight * Math.log(1 + n) : 0;
}

export function winnow_evaluate(): i32 {
  if (!clicks.known && !sessions.known && !pricing.known) {
    unknown(NOTHING_SEEN);
    return 0; // outputs that are not set are unknown: no number is made up
  }
  const x = -3.2 + part(clicks, 0.9) + part(sessions, 0.6) + part(pricing, 1.4) + part(orders, 0.5) + part(value, 0.08);
  const p = 1 / (1 + Math.exp(-x));
  score.float(p);
  if (p >= 0.7) {
    band.text(HOT);
    hero.choose(DEMO);
  } else if (p >= 0.3) {
    band.text(WARM);
    hero.choose(CASE_STUDY);
  } else {
    band.text(COLD); // and no choice: the next rule of the slot is asked
  }
  log(0, SCORED);
  return 0;
}
