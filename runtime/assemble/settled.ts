/**
 * Waits until the switch has done what it has begun, as far as that takes no time: another process can go on with a call
 * that is up or that rings, and is slower with one that is between two messages.
 */
import type { Clock } from "../base/clock.ts";
import type { SipStack } from "../sip/stack.ts";
import type { Call } from "../switch/call/call.ts";
import { phaseOf } from "../switch/call/call-state.ts";
import type { CallIndex } from "../switch/call-index.ts";

const LOOK_EVERY_MS = 5;
/** New requests wait meanwhile: they must be served before they are sent again (RFC 3261 §17.1.1.2, T1). */
const LONGEST_MS = 250;
/** Whoever answers by himself does so within this time. */
const RINGING_MS = 100;

export interface Unsettled {
  readonly clock: Clock;
  readonly stack: Pick<SipStack, "transactions" | "isBusy">;
  readonly index: CallIndex;
  readonly scripts: { readonly pending: number };
}

export async function settled(parts: Unsettled): Promise<void> {
  const { clock } = parts;
  const startedAt = clock.now();
  for (let ms = 0; ms < LONGEST_MS && !isSettled(parts, ms); ms = clock.now() - startedAt) {
    await new Promise<void>((resolve) => clock.startTimer(LOOK_EVERY_MS, { expire: () => resolve() }, "settled"));
  }
}

function isSettled({ stack, index, scripts }: Unsettled, ms: number): boolean {
  if (stack.isBusy || scripts.pending > 0) return false;
  let ringing = 0;
  for (const call of index.calls) {
    if (call.caller.awaitsAck) return false;
    if (rings(call)) ringing++;
  }
  return stack.transactions.unanswered <= ringing && (ringing === 0 || ms >= RINGING_MS);
}

function rings({ state }: Call): boolean {
  return state.direction === "inbound" && phaseOf(state) === "ringing";
}
