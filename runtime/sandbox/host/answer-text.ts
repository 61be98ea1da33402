/** What the realm said of an event that has ended: `r`, the decision, a line feed, the state; or `f` and a fault. */
import { toAscii } from "../frame.ts";
import type { HostFault } from "../protocol.ts";
import type { EntryResult } from "./isolate.ts";

/** The answer in ASCII without its mark, within the limit of a decision. */
export function readAnswer(text: string, decisionBytes: number): EntryResult {
  if (text.startsWith("f")) return { fault: JSON.parse(text.slice(1)) as HostFault }; // The realm wrote it.
  const answer = toAscii(text.slice(1));
  const length = answer.indexOf("\n");
  if (length <= decisionBytes) return { answer };
  const message = `The decision has ${length} bytes of JSON; the limit is ${decisionBytes}`;
  return { fault: { reason: "invalid-decision", message } };
}
