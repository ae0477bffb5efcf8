/* winnow.h: write winnow modules in C. One header, no library, no libc needed.
 *
 * Build:  clang --target=wasm32 -O2 -nostdlib -ffreestanding \
 *           -Wl,--no-entry -Wl,--strip-debug -Wl,-zstack-size=8192 rule.c -o rule.wasm
 *
 * A module defines at least WINNOW_RULE(evaluate). Field, output and slot
 * handles are looked up once, in WINNOW_INIT. See ../../ABI.md.
 */
#ifndef WINNOW_H
#define WINNOW_H

typedef int winnow_i32;
typedef unsigned int winnow_u32;
typedef long long winnow_i64;

#define WINNOW_IMPORT(name) \
  __attribute__((import_module("winnow_v1"), import_name(#name))) extern
#define WINNOW_EXPORT(name) __attribute__((export_name(name), used))

/* The marker that every module has: no features wanted. */
WINNOW_EXPORT("winnow_abi_v1") winnow_i32 winnow__abi(void) { return 0; }

/* WINNOW_INIT { ... return 0; }  runs once; non-zero refuses the module. */
#define WINNOW_INIT WINNOW_EXPORT("winnow_init") winnow_i32 winnow__init(void)
/* WINNOW_RULE(evaluate) { ... return 0; }  1 to 255 reports a failure. */
#define WINNOW_RULE(fn) WINNOW_EXPORT("winnow_evaluate") winnow_i32 fn(void)
/* WINNOW_NAMED_RULE(name) { ... }  a further rule of the same module. */
#define WINNOW_NAMED_RULE(name) \
  WINNOW_EXPORT("winnow_evaluate_" #name) winnow_i32 winnow__rule_##name(void)

/* Kinds. A value is unknown when its kind is below WINNOW_BOOL. */
enum {
  WINNOW_ABSENT = 0, WINNOW_NULL = 1, WINNOW_WRONG_TYPE = 2, WINNOW_OUT_OF_RANGE = 3, WINNOW_STALE = 4,
  WINNOW_BOOL = 8, WINNOW_INT = 9, WINNOW_FLOAT = 10, WINNOW_STRING = 11, WINNOW_TIME = 12, WINNOW_LIST = 13
};
/* Verdicts. */
enum { WINNOW_NO = 0, WINNOW_YES = 1, WINNOW_UNKNOWN = 2 };

/* Imports as they are. Readers of text write nothing when the text is longer
 * than limit, and return its length, or -1 when there is none. */
WINNOW_IMPORT(field) winnow_i32 winnow_field(const char *path, winnow_u32 len);
WINNOW_IMPORT(output) winnow_i32 winnow_output(const char *name, winnow_u32 len);
WINNOW_IMPORT(slot) winnow_i32 winnow_slot(const char *name, winnow_u32 len);
WINNOW_IMPORT(config) winnow_i32 winnow_config(char *buf, winnow_u32 limit);
WINNOW_IMPORT(kind) winnow_i32 winnow_kind(winnow_i32 field);
WINNOW_IMPORT(get_bool) winnow_i32 winnow_get_bool(winnow_i32 field); /* -1 unknown */
WINNOW_IMPORT(get_i64) winnow_i64 winnow_get_i64(winnow_i32 field, winnow_i64 dflt);
WINNOW_IMPORT(get_f64) double winnow_get_f64(winnow_i32 field, double dflt);
WINNOW_IMPORT(get_str) winnow_i32 winnow_get_str(winnow_i32 field, char *buf, winnow_u32 limit);
WINNOW_IMPORT(get_time) winnow_i64 winnow_get_time(winnow_i32 field, winnow_i64 dflt);
WINNOW_IMPORT(count) winnow_i32 winnow_count(winnow_i32 field); /* -1 unknown */
WINNOW_IMPORT(item_i64) winnow_i64 winnow_item_i64(winnow_i32 field, winnow_u32 i, winnow_i64 dflt);
WINNOW_IMPORT(item_f64) double winnow_item_f64(winnow_i32 field, winnow_u32 i, double dflt);
WINNOW_IMPORT(item_str) winnow_i32 winnow_item_str(winnow_i32 field, winnow_u32 i, char *buf, winnow_u32 limit);
WINNOW_IMPORT(contains) winnow_i32 winnow_contains(winnow_i32 field, const char *text, winnow_u32 len);
WINNOW_IMPORT(input_json) winnow_i32 winnow_input_json(char *buf, winnow_u32 limit);
WINNOW_IMPORT(now) winnow_i64 winnow_now(void);
WINNOW_IMPORT(bucket) winnow_i32 winnow_bucket(const char *salt, winnow_u32 len); /* 0..99999, -1 */
WINNOW_IMPORT(output_bool) void winnow_output_bool(winnow_i32 output, winnow_i32 value);
WINNOW_IMPORT(output_i64) void winnow_output_i64(winnow_i32 output, winnow_i64 value);
WINNOW_IMPORT(output_f64) void winnow_output_f64(winnow_i32 output, double value);
WINNOW_IMPORT(output_str) void winnow_output_str(winnow_i32 output, const char *text, winnow_u32 len);
WINNOW_IMPORT(verdict) void winnow_verdict(winnow_i32 verdict, const char *reason, winnow_u32 len);
WINNOW_IMPORT(variant) void winnow_variant(winnow_i32 slot, const char *name, winnow_u32 len);
WINNOW_IMPORT(log) void winnow_log(winnow_i32 level, const char *text, winnow_u32 len);
WINNOW_IMPORT(log_enabled) winnow_i32 winnow_log_enabled(winnow_i32 level);

/* A literal as pointer and length: winnow_field(WINNOW_LIT("orders.count")). */
#define WINNOW_LIT(s) (s), (sizeof(s) - 1)

/* winnow_known says whether a field's value may be used. */
static inline int winnow_known(winnow_i32 field) { return winnow_kind(field) >= WINNOW_BOOL; }

/* winnow_is compares a text with a literal's pointer and length. */
static inline int winnow_is(const char *buf, winnow_i32 n, const char *lit, winnow_u32 len) {
  if (n != (winnow_i32)len) return 0;
  for (winnow_u32 i = 0; i < len; i++)
    if (buf[i] != lit[i]) return 0;
  return 1;
}

#endif
