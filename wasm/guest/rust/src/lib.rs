//! Write winnow modules in Rust. No std, no allocation, no dependencies.
//!
//! ```ignore
//! #![no_std]
//! use winnow_guest as winnow;
//!
//! #[no_mangle]
//! pub extern "C" fn winnow_evaluate() -> u32 {
//!     if winnow::Field::named("orders.count").int(0) >= 5 { winnow::yes("regular"); }
//!     0
//! }
//! ```
#![no_std]

mod host {
    #[link(wasm_import_module = "winnow_v1")]
    extern "C" {
        pub fn field(path: *const u8, len: u32) -> i32;
        pub fn output(name: *const u8, len: u32) -> i32;
        pub fn slot(name: *const u8, len: u32) -> i32;
        pub fn config(buf: *mut u8, limit: u32) -> i32;
        pub fn kind(field: i32) -> i32;
        pub fn get_bool(field: i32) -> i32;
        pub fn get_i64(field: i32, dflt: i64) -> i64;
        pub fn get_f64(field: i32, dflt: f64) -> f64;
        pub fn get_str(field: i32, buf: *mut u8, limit: u32) -> i32;
        pub fn get_time(field: i32, dflt: i64) -> i64;
        pub fn count(field: i32) -> i32;
        pub fn item_i64(field: i32, i: u32, dflt: i64) -> i64;
        pub fn item_f64(field: i32, i: u32, dflt: f64) -> f64;
        pub fn item_str(field: i32, i: u32, buf: *mut u8, limit: u32) -> i32;
        pub fn contains(field: i32, text: *const u8, len: u32) -> i32;
        pub fn input_json(buf: *mut u8, limit: u32) -> i32;
        pub fn now() -> i64;
        pub fn bucket(salt: *const u8, len: u32) -> i32;
        pub fn output_bool(output: i32, value: i32);
        pub fn output_i64(output: i32, value: i64);
        pub fn output_f64(output: i32, value: f64);
        pub fn output_str(output: i32, text: *const u8, len: u32);
        pub fn verdict(verdict: i32, reason: *const u8, len: u32);
        pub fn variant(slot: i32, name: *const u8, len: u32);
        pub fn log(level: i32, text: *const u8, len: u32);
    }
}

/// The marker that every module has: no features wanted.
#[no_mangle]
pub extern "C" fn winnow_abi_v1() -> u32 {
    0
}

/// Kinds. A value is unknown when its kind is below `BOOL`.
pub mod kind {
    pub const ABSENT: i32 = 0;
    pub const NULL: i32 = 1;
    pub const WRONG_TYPE: i32 = 2;
    pub const OUT_OF_RANGE: i32 = 3;
    pub const STALE: i32 = 4;
    pub const BOOL: i32 = 8;
    pub const INT: i32 = 9;
    pub const FLOAT: i32 = 10;
    pub const STRING: i32 = 11;
    pub const TIME: i32 = 12;
    pub const LIST: i32 = 13;
}

/// A declared field.
#[derive(Clone, Copy)]
pub struct Field(pub i32);

impl Field {
    /// Looks up a field by its dotted path; best done in `winnow_init`.
    pub fn named(path: &str) -> Field {
        Field(unsafe { host::field(path.as_ptr(), path.len() as u32) })
    }
    /// The kind of the value, or why it is unknown.
    pub fn kind(self) -> i32 {
        unsafe { host::kind(self.0) }
    }
    /// Whether the value may be used.
    pub fn known(self) -> bool {
        self.kind() >= kind::BOOL
    }
    /// A known bool.
    pub fn bool(self) -> Option<bool> {
        match unsafe { host::get_bool(self.0) } {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
    /// The whole number, or `dflt` when it is unknown.
    pub fn int(self, dflt: i64) -> i64 {
        unsafe { host::get_i64(self.0, dflt) }
    }
    /// The number, or `dflt` when it is unknown.
    pub fn float(self, dflt: f64) -> f64 {
        unsafe { host::get_f64(self.0, dflt) }
    }
    /// The instant in Unix milliseconds, or `dflt`.
    pub fn time(self, dflt: i64) -> i64 {
        unsafe { host::get_time(self.0, dflt) }
    }
    /// The bytes of a known text that fits into `buf`.
    pub fn text(self, buf: &mut [u8]) -> Option<&[u8]> {
        let n = unsafe { host::get_str(self.0, buf.as_mut_ptr(), buf.len() as u32) };
        if n < 0 {
            return None;
        }
        buf.get(..n as usize)
    }
    /// The items of a known list.
    pub fn count(self) -> Option<u32> {
        let n = unsafe { host::count(self.0) };
        if n < 0 {
            None
        } else {
            Some(n as u32)
        }
    }
    /// Number i of a list, or `dflt`.
    pub fn item_float(self, i: u32, dflt: f64) -> f64 {
        unsafe { host::item_f64(self.0, i, dflt) }
    }
    /// Whole number i of a list, or `dflt`.
    pub fn item_int(self, i: u32, dflt: i64) -> i64 {
        unsafe { host::item_i64(self.0, i, dflt) }
    }
    /// The bytes of text i of a list, when it fits into `buf`.
    pub fn item_text(self, i: u32, buf: &mut [u8]) -> Option<&[u8]> {
        let n = unsafe { host::item_str(self.0, i, buf.as_mut_ptr(), buf.len() as u32) };
        if n < 0 {
            return None;
        }
        buf.get(..n as usize)
    }
    /// Whether a list of texts is known and holds `text`.
    pub fn contains(self, text: &str) -> bool {
        unsafe { host::contains(self.0, text.as_ptr(), text.len() as u32) == 1 }
    }
}

/// A declared output. It stays unknown until it is set.
#[derive(Clone, Copy)]
pub struct Output(pub i32);

impl Output {
    /// Looks up an output; best done in `winnow_init`.
    pub fn named(name: &str) -> Output {
        Output(unsafe { host::output(name.as_ptr(), name.len() as u32) })
    }
    pub fn bool(self, v: bool) {
        unsafe { host::output_bool(self.0, v as i32) }
    }
    pub fn int(self, v: i64) {
        unsafe { host::output_i64(self.0, v) }
    }
    /// `v` must be finite.
    pub fn float(self, v: f64) {
        unsafe { host::output_f64(self.0, v) }
    }
    pub fn text(self, v: &str) {
        unsafe { host::output_str(self.0, v.as_ptr(), v.len() as u32) }
    }
}

/// A declared slot.
#[derive(Clone, Copy)]
pub struct Slot(pub i32);

impl Slot {
    /// Looks up a slot; best done in `winnow_init`.
    pub fn named(name: &str) -> Slot {
        Slot(unsafe { host::slot(name.as_ptr(), name.len() as u32) })
    }
    /// Chooses a declared variant.
    pub fn choose(self, variant: &str) {
        unsafe { host::variant(self.0, variant.as_ptr(), variant.len() as u32) }
    }
}

fn verdict(v: i32, reason: &str) {
    unsafe { host::verdict(v, reason.as_ptr(), reason.len() as u32) }
}
/// Answers yes; the last answer counts.
pub fn yes(reason: &str) {
    verdict(1, reason)
}
/// Answers no.
pub fn no(reason: &str) {
    verdict(0, reason)
}
/// Answers that the rule cannot tell.
pub fn unknown(reason: &str) {
    verdict(2, reason)
}
/// The evaluation time in Unix milliseconds: the only clock there is.
pub fn now() -> i64 {
    unsafe { host::now() }
}
/// The contact's bucket, 0 to 99,999, or -1 without a contact id.
pub fn bucket(salt: &str) -> i32 {
    unsafe { host::bucket(salt.as_ptr(), salt.len() as u32) }
}
/// Writes a line; 0 debug, 1 info, 2 warning, 3 error.
pub fn log(level: i32, text: &str) {
    unsafe { host::log(level, text.as_ptr(), text.len() as u32) }
}
/// The configuration, when it fits into `buf`.
pub fn config(buf: &mut [u8]) -> Option<&[u8]> {
    let n = unsafe { host::config(buf.as_mut_ptr(), buf.len() as u32) };
    buf.get(..n as usize)
}
/// The whole input document, when there is one and it fits into `buf`.
pub fn input_json(buf: &mut [u8]) -> Option<&[u8]> {
    let n = unsafe { host::input_json(buf.as_mut_ptr(), buf.len() as u32) };
    if n < 0 {
        return None;
    }
    buf.get(..n as usize)
}
