/*
 * A module that tells what it sees, and fails on request: the tests of the
 * command hold what reaches a module against what was sent.
 *
 * winnow wasm build cmd/winnow/testdata/probe -o cmd/winnow/testdata/probe.wasm
 */
#include "../../../../wasm/guest/c/winnow.h"

static winnow_i32 flag, whole, number, text, id, at, tags, nums, floats, aged, mode;
static winnow_i32 seen, doc, bucket, now, half, big;
static winnow_i32 hero;
static char config[64];
static winnow_i32 config_len;

WINNOW_INIT {
  flag = winnow_field(WINNOW_LIT("t.flag"));
  whole = winnow_field(WINNOW_LIT("t.whole"));
  number = winnow_field(WINNOW_LIT("t.number"));
  text = winnow_field(WINNOW_LIT("t.text"));
  id = winnow_field(WINNOW_LIT("t.id"));
  at = winnow_field(WINNOW_LIT("t.at"));
  tags = winnow_field(WINNOW_LIT("t.tags"));
  nums = winnow_field(WINNOW_LIT("t.nums"));
  floats = winnow_field(WINNOW_LIT("t.floats"));
  aged = winnow_field(WINNOW_LIT("t.aged"));
  mode = winnow_field(WINNOW_LIT("t.mode"));
  seen = winnow_output(WINNOW_LIT("seen"));
  doc = winnow_output(WINNOW_LIT("doc"));
  bucket = winnow_output(WINNOW_LIT("bucket"));
  now = winnow_output(WINNOW_LIT("now"));
  half = winnow_output(WINNOW_LIT("half"));
  big = winnow_output(WINNOW_LIT("big"));
  hero = winnow_slot(WINNOW_LIT("hero"));
  config_len = winnow_config(config, sizeof config);
  return 0;
}

static char out[4000];
static winnow_u32 used;

static void put(const char *s, winnow_u32 n) {
  for (winnow_u32 i = 0; i < n && used < sizeof out; i++) out[used++] = s[i];
}

static void digits(winnow_i64 v) {
  char buf[24];
  int n = sizeof buf;
  if (v < 0) put("-", 1), v = -v;
  do buf[--n] = '0' + v % 10; while (v /= 10);
  put(buf + n, sizeof buf - n);
}

/* field writes " name=kind", and ":" before a value that is to follow. */
static int field(const char *name, winnow_u32 len, winnow_i32 f) {
  put(" ", 1), put(name, len), put("=", 1);
  digits(winnow_kind(f));
  if (!winnow_known(f)) return 0;
  put(":", 1);
  return 1;
}

static void string(winnow_i32 f) {
  char buf[200];
  winnow_i32 n = winnow_get_str(f, buf, sizeof buf);
  if (n >= 0 && n <= (winnow_i32)sizeof buf) put(buf, n);
}

static void lists(void) {
  char buf[200];
  if (field(WINNOW_LIT("tags"), tags))
    for (winnow_i32 i = 0; i < winnow_count(tags); i++) {
      winnow_i32 n = winnow_item_str(tags, i, buf, sizeof buf);
      put(buf, n), put(",", 1);
    }
  if (field(WINNOW_LIT("nums"), nums))
    for (winnow_i32 i = 0; i < winnow_count(nums); i++) digits(winnow_item_i64(nums, i, -1)), put(",", 1);
  if (field(WINNOW_LIT("floats"), floats))
    for (winnow_i32 i = 0; i < winnow_count(floats); i++) digits((winnow_i64)(winnow_item_f64(floats, i, -1) * 1000)), put(",", 1);
}

static void tell(void) {
  used = 0;
  put("config=", 7), put(config, config_len);
  if (field(WINNOW_LIT("flag"), flag)) digits(winnow_get_bool(flag));
  if (field(WINNOW_LIT("whole"), whole)) digits(winnow_get_i64(whole, -1));
  if (field(WINNOW_LIT("number"), number)) digits((winnow_i64)(winnow_get_f64(number, -1) * 1000));
  if (field(WINNOW_LIT("text"), text)) string(text);
  if (field(WINNOW_LIT("id"), id)) string(id);
  if (field(WINNOW_LIT("at"), at)) digits(winnow_get_time(at, -1));
  if (field(WINNOW_LIT("aged"), aged)) digits(winnow_get_i64(aged, -1));
  lists();
  winnow_output_str(seen, out, used);
  winnow_i32 n = winnow_input_json(out, sizeof out);
  if (n >= 0 && n <= (winnow_i32)sizeof out) winnow_output_str(doc, out, n);
}

static void numbers(void) {
  winnow_output_i64(now, winnow_now());
  winnow_i32 b = winnow_bucket(WINNOW_LIT("salt"));
  winnow_output_i64(bucket, b);
  if (winnow_known(number)) winnow_output_f64(half, winnow_get_f64(number, 0) / 2);
  if (winnow_known(whole)) winnow_output_bool(big, winnow_get_i64(whole, 0) > 50);
}

static volatile int sink;

/* deep needs no memory for its frames, so that call depth ends it, not the
 * shadow stack. */
__attribute__((noinline)) static int deep(int n) {
  sink = n;
  return n < 0 ? n : deep(n + 1) + sink;
}

static winnow_i32 asked(const char *m, winnow_i32 n) {
  if (winnow_is(m, n, WINNOW_LIT("fuel"))) while (1) sink++;
  if (winnow_is(m, n, WINNOW_LIT("memory"))) {
    while (__builtin_wasm_memory_grow(0, 16) != (unsigned long)-1) sink++;
    __builtin_trap();
  }
  if (winnow_is(m, n, WINNOW_LIT("depth"))) return deep(1);
  if (winnow_is(m, n, WINNOW_LIT("trap"))) __builtin_trap();
  if (winnow_is(m, n, WINNOW_LIT("output"))) winnow_output_f64(half, __builtin_inf());
  if (winnow_is(m, n, WINNOW_LIT("error"))) return 7;
  if (winnow_is(m, n, WINNOW_LIT("yes"))) winnow_verdict(WINNOW_YES, WINNOW_LIT("it said so"));
  if (winnow_is(m, n, WINNOW_LIT("no"))) winnow_verdict(WINNOW_NO, WINNOW_LIT(""));
  if (winnow_is(m, n, WINNOW_LIT("unknown"))) winnow_verdict(WINNOW_UNKNOWN, WINNOW_LIT("cannot tell"));
  if (winnow_is(m, n, WINNOW_LIT("choose"))) winnow_variant(hero, WINNOW_LIT("second"));
  return 0;
}

WINNOW_RULE(evaluate) {
  char m[16];
  winnow_i32 n = winnow_get_str(mode, m, sizeof m);
  tell();
  numbers();
  return n > 0 && n <= (winnow_i32)sizeof m ? asked(m, n) : 0;
}

/* A rule that gives numbers alone, and no. */
WINNOW_NAMED_RULE(numbers) {
  numbers();
  winnow_verdict(WINNOW_NO, WINNOW_LIT(""));
  return 0;
}
