/** Runs `redirect`: a 3xx with the contacts, best first (RFC 3261 §21.3). */
import type { Redirect } from "../../../sdk/decisions.ts";
import { toWire } from "../../base/text.ts";
import type { HeaderField } from "../../sip/message/message.ts";
import { localResponse } from "../call/best-response.ts";
import type { Call } from "../call/call.ts";
import type { StepResult } from "../call/plan-run.ts";
import { decidedFields } from "./decided-fields.ts";

const DEFAULT_CODE = 302;

export function runRedirect(call: Call, decision: Redirect): StepResult {
  const contacts = decision.contacts.map(
    (contact, index): HeaderField => ["Contact", `<${toWire(contact)}>;q=${(1 - index * 0.01).toFixed(2)}`],
  );
  const fields = [...contacts, ...decidedFields(decision.headers)];
  call.refuse({ ...localResponse(decision.code ?? DEFAULT_CODE), fields }, "switch");
  return "taken";
}
