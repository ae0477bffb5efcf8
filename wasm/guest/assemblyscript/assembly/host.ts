// The host functions as they are. Use index.ts instead, unless you count nanoseconds.

// @ts-ignore: decorator
@external("winnow_v1", "field") export declare function field(path: usize, len: u32): i32;
// @ts-ignore: decorator
@external("winnow_v1", "output") export declare function output(name: usize, len: u32): i32;
// @ts-ignore: decorator
@external("winnow_v1", "slot") export declare function slot(name: usize, len: u32): i32;
// @ts-ignore: decorator
@external("winnow_v1", "config") export declare function config(buf: usize, limit: u32): i32;
// @ts-ignore: decorator
@external("winnow_v1", "kind") export declare function kind(field: i32): i32;
// @ts-ignore: decorator
@external("winnow_v1", "get_bool") export declare function get_bool(field: i32): i32;
// @ts-ignore: decorator
@external("winnow_v1", "get_i64") export declare function get_i64(field: i32, dflt: i64): i64;
// @ts-ignore: decorator
@external("winnow_v1", "get_f64") export declare function get_f64(field: i32, dflt: f64): f64;
// @ts-ignore: decorator
@external("winnow_v1", "get_str") export declare function get_str(field: i32, buf: usize, limit: u32): i32;
// @ts-ignore: decorator
@external("winnow_v1", "get_time") export declare function get_time(field: i32, dflt: i64): i64;
// @ts-ignore: decorator
@external("winnow_v1", "count") export declare function count(field: i32): i32;
// @ts-ignore: decorator
@external("winnow_v1", "item_i64") export declare function item_i64(field: i32, i: u32, dflt: i64): i64;
// @ts-ignore: decorator
@external("winnow_v1", "item_f64") export declare function item_f64(field: i32, i: u32, dflt: f64): f64;
// @ts-ignore: decorator
@external("winnow_v1", "item_str") export declare function item_str(field: i32, i: u32, buf: usize, limit: u32): i32;
// @ts-ignore: decorator
@external("winnow_v1", "contains") export declare function contains(field: i32, text: usize, len: u32): i32;
// @ts-ignore: decorator
@external("winnow_v1", "input_json") export declare function input_json(buf: usize, limit: u32): i32;
// @ts-ignore: decorator
@external("winnow_v1", "now") export declare function now(): i64;
// @ts-ignore: decorator
@external("winnow_v1", "bucket") export declare function bucket(salt: usize, len: u32): i32;
// @ts-ignore: decorator
@external("winnow_v1", "output_bool") export declare function output_bool(output: i32, value: i32): void;
// @ts-ignore: decorator
@external("winnow_v1", "output_i64") export declare function output_i64(output: i32, value: i64): void;
// @ts-ignore: decorator
@external("winnow_v1", "output_f64") export declare function output_f64(output: i32, value: f64): void;
// @ts-ignore: decorator
@external("winnow_v1", "output_str") export declare function output_str(output: i32, text: usize, len: u32): void;
// @ts-ignore: decorator
@external("winnow_v1", "verdict") export declare function verdict(verdict: i32, reason: usize, len: u32): void;
// @ts-ignore: decorator
@external("winnow_v1", "variant") export declare function variant(slot: i32, name: usize, len: u32): void;
// @ts-ignore: decorator
@external("winnow_v1", "log") export declare function log(level: i32, text: usize, len: u32): void;
