/** What the realm said of an event that has ended: `r`, the decision, a line feed, the state; or `f` and a fault. */
import { toAscii } from "../frame.ts";
import type { HostFault } from "../protocol.ts";
import type { Answers } from "./answers.ts";

/** Passes it on, within the limit of a decision. `version` knows its files. */
export function passOn(
  answers: Answers,
  version: { locate(fault: HostFault): HostFault },
  id: number,
  text: string,
  cpuMs: number,
  decisionBytes: number,
): void {
  if (text.startsWith("f")) {
    // The realm wrote it.
    answers.fault(id, version.locate(JSON.parse(text.slice(1)) as HostFault), cpuMs);
    return;
  }
  const answer = toAscii(text.slice(1));
  const length = answer.indexOf("\n");
  if (length > decisionBytes) {
    const message = `The decision has ${length} bytes of JSON; the limit is ${decisionBytes}`;
    answers.fault(id, { reason: "invalid-decision", message }, cpuMs);
    return;
  }
  answers.returned(id, answer, cpuMs);
}
