// Write winnow modules in AssemblyScript.
//
// Texts cross to the host as UTF-8. A Text is encoded once, when the module
// starts, so that using it in a rule costs no conversion and no allocation:
//
//   const orders = new Field("orders.count");
//   const regular = new Text("regular");
//
//   export { winnow_abi_v1 } from "../assembly";
//   export function winnow_evaluate(): i32 {
//     if (orders.int(0) >= 5) yes(regular);
//     return 0;
//   }
import * as host from "./host";

// Kinds. A value is unknown when its kind is below BOOL.
export const ABSENT: i32 = 0;
export const NULL: i32 = 1;
export const WRONG_TYPE: i32 = 2;
export const OUT_OF_RANGE: i32 = 3;
export const STALE: i32 = 4;
export const BOOL: i32 = 8;
export const INT: i32 = 9;
export const FLOAT: i32 = 10;
export const STRING: i32 = 11;
export const TIME: i32 = 12;
export const LIST: i32 = 13;

/** The marker that every module exports: no features wanted. */
export function winnow_abi_v1(): i32 { return 0; }

/** A text, encoded once. Keep it in a constant of the module. */
export class Text {
  readonly bytes: ArrayBuffer;
  constructor(text: string) { this.bytes = String.UTF8.encode(text); }
  @inline get ptr(): usize { return changetype<usize>(this.bytes); }
  @inline get len(): u32 { return this.bytes.byteLength; }
}

/** A declared field, looked up by its dotted path. */
export class Field {
  readonly handle: i32;
  constructor(path: string) {
    const t = new Text(path);
    this.handle = host.field(t.ptr, t.len);
  }
  /** The kind of the value, or why it is unknown. */
  @inline get kind(): i32 { return host.kind(this.handle); }
  /** Whether the value may be used. */
  @inline get known(): bool { return host.kind(this.handle) >= BOOL; }
  /** 1, 0, or -1 when it is unknown. */
  @inline bool(): i32 { return host.get_bool(this.handle); }
  /** The whole number, or dflt when it is unknown. */
  @inline int(dflt: i64): i64 { return host.get_i64(this.handle, dflt); }
  /** The number, or dflt when it is unknown. */
  @inline float(dflt: f64): f64 { return host.get_f64(this.handle, dflt); }
  /** The instant in Unix milliseconds, or dflt. */
  @inline time(dflt: i64): i64 { return host.get_time(this.handle, dflt); }
  /** The items of a list, -1 when it is unknown. */
  @inline count(): i32 { return host.count(this.handle); }
  /** Number i of a list, or dflt. */
  @inline itemFloat(i: u32, dflt: f64): f64 { return host.item_f64(this.handle, i, dflt); }
  /** Whole number i of a list, or dflt. */
  @inline itemInt(i: u32, dflt: i64): i64 { return host.item_i64(this.handle, i, dflt); }
  /** Whether a list of texts is known and holds the text. */
  @inline contains(t: Text): bool { return host.contains(this.handle, t.ptr, t.len) == 1; }
  /** Whether the text is known and equal, without allocating. */
  is(t: Text): bool {
    const n = host.get_str(this.handle, scratch, SCRATCH);
    if (n < 0 || <u32>n != t.len) return false;
    if (n <= SCRATCH) return memory.compare(scratch, t.ptr, n) == 0;
    return this.text() == String.UTF8.decode(t.bytes);
  }
  /** The text, or null when it is unknown. Allocates. */
  text(): string | null {
    const n = host.get_str(this.handle, scratch, SCRATCH);
    if (n < 0) return null;
    if (n <= SCRATCH) return String.UTF8.decodeUnsafe(scratch, n);
    const b = new ArrayBuffer(n);
    host.get_str(this.handle, changetype<usize>(b), n);
    return String.UTF8.decode(b);
  }
}

const SCRATCH: i32 = 256;
const scratch: usize = heap.alloc(SCRATCH);

/** A declared output. It stays unknown until it is set. */
export class Output {
  readonly handle: i32;
  constructor(name: string) {
    const t = new Text(name);
    this.handle = host.output(t.ptr, t.len);
  }
  @inline bool(v: bool): void { host.output_bool(this.handle, v ? 1 : 0); }
  @inline int(v: i64): void { host.output_i64(this.handle, v); }
  /** v must be finite. */
  @inline float(v: f64): void { host.output_f64(this.handle, v); }
  @inline text(t: Text): void { host.output_str(this.handle, t.ptr, t.len); }
}

/** A declared slot. */
export class Slot {
  readonly handle: i32;
  constructor(name: string) {
    const t = new Text(name);
    this.handle = host.slot(t.ptr, t.len);
  }
  /** Chooses a declared variant. */
  @inline choose(variant: Text): void { host.variant(this.handle, variant.ptr, variant.len); }
}

/** Answers yes; the last answer counts. */
export function yes(reason: Text): void { host.verdict(1, reason.ptr, reason.len); }
/** Answers no. */
export function no(reason: Text): void { host.verdict(0, reason.ptr, reason.len); }
/** Answers that the rule cannot tell. */
export function unknown(reason: Text): void { host.verdict(2, reason.ptr, reason.len); }

/** The evaluation time in Unix milliseconds: the only clock there is. */
export function now(): i64 { return host.now(); }
/** The contact's bucket, 0 to 99,999, or -1 without a contact id. */
export function bucket(salt: Text): i32 { return host.bucket(salt.ptr, salt.len); }
/** Writes a line; 0 debug, 1 info, 2 warning, 3 error. */
export function log(level: i32, t: Text): void { host.log(level, t.ptr, t.len); }

/** The module's configuration. */
export function config(): string {
  const n = host.config(scratch, SCRATCH);
  if (n <= SCRATCH) return String.UTF8.decodeUnsafe(scratch, n);
  const b = new ArrayBuffer(n);
  host.config(changetype<usize>(b), n);
  return String.UTF8.decode(b);
}

/** The whole input document, or null. Declared fields are far cheaper. */
export function inputJSON(): string | null {
  const n = host.input_json(0, 0);
  if (n < 0) return null;
  const b = new ArrayBuffer(n);
  host.input_json(changetype<usize>(b), n);
  return String.UTF8.decode(b);
}
