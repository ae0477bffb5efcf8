package rules

// Code is a reason code. The list is closed: an answer holds no other.
type Code string

// The reason codes.
const (
	LegalSuppressed  Code = "legal_suppressed"
	GateClosed       Code = "gate_closed"
	GateUnknown      Code = "gate_unknown"
	GateUnknownOpen  Code = "gate_unknown_open"
	GateError        Code = "gate_error"
	GateErrorOpen    Code = "gate_error_open"
	FieldMissing     Code = "field_missing"
	PersonaMatch     Code = "persona_match"
	PersonaUnknown   Code = "persona_unknown"
	PersonaError     Code = "persona_error"
	PersonaExempt    Code = "persona_exempt"
	PersonaObserved  Code = "persona_observed"
	PersonaCanaryOut Code = "persona_canary_out"
	PersonaOverdue   Code = "persona_overdue"
	PersonaClass     Code = "persona_class"
	Holdout          Code = "holdout"
	CapReached       Code = "cap_reached"
	CapOpen          Code = "cap_open"
	CapUnknown       Code = "cap_unknown"
	RerouteHere      Code = "reroute_here"
	SlotPinned       Code = "slot_pinned"
	SlotRule         Code = "slot_rule"
	SlotSplit        Code = "slot_split"
	SlotModule       Code = "slot_module"
	SlotDefault      Code = "slot_default"
	SlotUnknown      Code = "slot_unknown"
	SlotError        Code = "slot_error"
	SlotObserved     Code = "slot_observed"
	SplitUnknown     Code = "split_unknown"
	ModuleFuel       Code = "module_fuel"
	ModuleMemory     Code = "module_memory"
	ModuleDepth      Code = "module_depth"
	ModuleTrap       Code = "module_trap"
	ModuleBadOutput  Code = "module_output"
	ModuleBusy       Code = "module_busy"
	ModuleError      Code = "module_error"
	ModuleVerdict    Code = "module_verdict"
	ClassUnknown     Code = "class_unknown"
	DeadlineDefault  Code = "deadline_default"
	StoreDefault     Code = "store_default"
	InputDefault     Code = "input_default"
	BundleDefault    Code = "bundle_default"
)

// ReasonInfo documents a reason code.
type ReasonInfo struct {
	Code Code   `json:"code"`
	Text string `json:"text"`
}

// Reasons lists every reason code with its meaning, in the order in which
// deciding meets them.
func Reasons() []ReasonInfo {
	return []ReasonInfo{
		{ClassUnknown, "the message has no known class; it is treated as marketing"},
		{LegalSuppressed, "the contact is on the legal suppression list"},
		{GateClosed, "a gate's condition is false"},
		{GateUnknown, "a gate could not be answered for want of data, and stays closed"},
		{GateUnknownOpen, "a gate could not be answered for want of data, and stays open for this class of message"},
		{GateError, "a gate's condition failed, and the gate stays closed"},
		{GateErrorOpen, "a gate's condition failed, and the gate stays open for this class of message"},
		{FieldMissing, "fields that a gate requires are missing"},
		{PersonaMatch, "the contact matches the persona"},
		{PersonaUnknown, "the persona could not be answered for want of data; its on_unknown applied"},
		{PersonaError, "the persona's condition failed; its on_error applied"},
		{PersonaExempt, "the contact would match the persona, but its exception protects them"},
		{PersonaObserved, "the persona matches and only observes"},
		{PersonaCanaryOut, "the persona matches; the contact is outside the share it is enforced for"},
		{PersonaOverdue, "the persona matches; its review is more than 30 days overdue, so it only observes"},
		{PersonaClass, "the persona matches; it does not hold back messages of this class"},
		{Holdout, "the persona matches; the contact is in the share that is sent to anyway"},
		{CapReached, "as many messages as the cap allows have been sent"},
		{CapOpen, "the cap leaves room for this message"},
		{CapUnknown, "earlier sends are not known, so the cap has no effect"},
		{RerouteHere, "the message is already on a channel that the persona leads to"},
		{SlotPinned, "a persona's action fixes the variant"},
		{SlotRule, "the slot rule's condition is true"},
		{SlotSplit, "the slot rule's condition is true and the split chose"},
		{SlotModule, "the slot rule's condition is true and the module chose"},
		{SlotDefault, "no slot rule applies"},
		{SlotUnknown, "the slot rule could not be answered for want of data and was passed over"},
		{SlotError, "the slot rule's condition failed and was passed over"},
		{SlotObserved, "the slot rule would apply, and only observes or is outside its canary share"},
		{SplitUnknown, "the field that the split goes by is missing, so the rule was passed over"},
		{ModuleVerdict, "a module says why it answered as it did"},
		{ModuleFuel, "a module used up its instructions; what reads it is in error"},
		{ModuleMemory, "a module needed more memory than it may have; what reads it is in error"},
		{ModuleDepth, "a module nested its calls too deeply; what reads it is in error"},
		{ModuleTrap, "a module broke down; what reads it is in error"},
		{ModuleBadOutput, "a module gave an output that is not declared or too long; what reads it is in error"},
		{ModuleBusy, "no instance of a module was free in time; what reads it is in error"},
		{ModuleError, "a module reported a failure; what reads it is in error"},
		{DeadlineDefault, "the deadline came first: the default answer"},
		{StoreDefault, "the decision could not be recorded: the default answer"},
		{InputDefault, "the contact could not be read: the default answer"},
		{BundleDefault, "there was no bundle to decide with: the default answer"},
	}
}
