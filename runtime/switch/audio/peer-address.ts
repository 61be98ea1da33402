/**
 * Where the audio of a side that is about to be called is expected: at the address that its INVITE goes to. A name is looked
 * up before the offer is made, since the offer has to be of the same family of addresses.
 */
import { isIP } from "node:net";
import type { Call } from "../call/call.ts";
import type { LegState } from "../call/call-state.ts";
import { hostOf } from "./media-address.ts";

/** DNS that takes longer costs the call no more time: the offer is made in the family of the caller. */
const PATIENCE_MS = 1000;

/** `found`: at once where there is nothing to look up; `undefined`: nothing is known of it. */
export function peerAddress(call: Call, { hop }: LegState, found: (address: string | undefined) => void): void {
  const host = hop.type === "flow" ? undefined : hostOf(hop.uri);
  if (hop.type === "flow" || host === undefined || isIP(host) !== 0) {
    found(host);
    return;
  }
  let isOver = false;
  const settle = (address: string | undefined): void => {
    if (isOver) return;
    isOver = true;
    timer.cancel();
    call.guard(() => found(address));
  };
  const timer = call.startTimer(PATIENCE_MS, { expire: () => settle(undefined) }, "locate");
  call.exchange.stack.locate(hop.uri, ([first]) => settle(first?.address));
}
