//! The sample rule of every kit, see ../../SAMPLE.md.
#![no_std]
use winnow_guest::{self as winnow, Field, Output, Slot};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

struct Rule {
    country: Field,
    tags: Field,
    created_at: Field,
    orders_count: Field,
    orders_total: Field,
    consent: Field,
    amounts: Field,
    score: Output,
    tier: Output,
    orders_left: Output,
    eligible: Output,
    hero: Slot,
    threshold: i64,
}

static mut RULE: Option<Rule> = None;

#[no_mangle]
pub extern "C" fn winnow_init() -> u32 {
    let mut buf = [0u8; 16];
    let mut threshold = 0i64;
    for d in winnow::config(&mut buf).unwrap_or(&[]) {
        threshold = threshold * 10 + (*d as i64 - b'0' as i64);
    }
    unsafe {
        RULE = Some(Rule {
            country: Field::named("contact.country"),
            tags: Field::named("contact.tags"),
            created_at: Field::named("contact.created_at"),
            orders_count: Field::named("orders.count"),
            orders_total: Field::named("orders.total"),
            consent: Field::named("consent.marketing"),
            amounts: Field::named("orders.amounts"),
            score: Output::named("score"),
            tier: Output::named("tier"),
            orders_left: Output::named("orders_left"),
            eligible: Output::named("eligible"),
            hero: Slot::named("hero"),
            threshold,
        });
    }
    (threshold == 0) as u32
}

fn spent(r: &Rule) -> f64 {
    match r.amounts.count() {
        None => r.orders_total.float(0.0),
        Some(n) => {
            let mut sum = 0.0;
            for i in 0..n {
                sum += r.amounts.item_float(i, 0.0);
            }
            sum
        }
    }
}

#[no_mangle]
pub extern "C" fn winnow_evaluate() -> u32 {
    let r = match unsafe { RULE.as_ref() } {
        Some(r) => r,
        None => return 1,
    };
    match r.consent.bool() {
        None => {
            winnow::unknown("consent unknown");
            return 0;
        }
        Some(false) => {
            winnow::no("no consent");
            return 0;
        }
        Some(true) => {}
    }
    if !r.orders_count.known() {
        winnow::unknown("orders unknown");
        return 0;
    }
    let count = r.orders_count.int(0);
    let now = winnow::now();
    let days = core::cmp::max((now - r.created_at.time(now)) / 86_400_000, 0);
    r.score.float(spent(r) / (count + 1) as f64 + days as f64 * 0.01);
    rank(r, count);

    let b = winnow::bucket("propensity-v1");
    winnow::log(1, if b >= 0 && b < 50_000 { "treated" } else { "control" });
    let member = r.tags.contains("member");
    r.eligible.bool(member);
    if member {
        winnow::yes("member")
    } else {
        winnow::no("not a member")
    }
    0
}

fn rank(r: &Rule, count: i64) {
    if count >= r.threshold {
        r.tier.text("gold");
        r.orders_left.int(0);
        r.hero.choose("vip");
        return;
    }
    r.tier.text(if count >= 1 { "silver" } else { "bronze" });
    r.orders_left.int(r.threshold - count);
    let mut buf = [0u8; 8];
    if r.country.text(&mut buf) == Some(&b"DE"[..]) {
        r.hero.choose("win-back");
    } else if r.country.known() {
        r.hero.choose("generic");
    }
}

/// A second rule of the same module: somebody who buys often.
#[no_mangle]
pub extern "C" fn winnow_evaluate_regular() -> u32 {
    let r = match unsafe { RULE.as_ref() } {
        Some(r) => r,
        None => return 1,
    };
    match r.consent.bool() {
        None => winnow::unknown("consent unknown"),
        Some(true) if r.orders_count.int(0) >= 2 && r.orders_total.float(0.0) >= 50.0 && r.country.known() => winnow::yes("regular"),
        Some(_) => winnow::no("regular"),
    }
    0
}
