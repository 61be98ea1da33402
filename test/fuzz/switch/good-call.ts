/** A call between two phones that do all as they should. */

import { Side } from "../../../runtime/simulator/network/phone.ts";
import type { SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { sdp, sdpFields } from "../../helpers/sdp.ts";
import type { LampPhone } from "../../unit/switch/presence/lamp-phone.ts";
import { DOMAIN, type Office } from "../../unit/switch/presence/office.ts";
import { holds } from "../runner/target.ts";
import type { Requests } from "./requests.ts";

const OK = 200;
const FIRST_PORT = 20_000;

export class GoodCall {
  readonly caller: Side;
  readonly callee: Side;
  readonly #office: Office;

  private constructor(office: Office, caller: Side, callee: Side) {
    this.#office = office;
    this.caller = caller;
    this.callee = callee;
  }

  /** Is up, with audio, once this returns. */
  static begin(
    office: Office,
    requests: Requests,
    { caller, callee, number }: { caller: LampPhone; callee: LampPhone; number: string },
  ): GoodCall {
    // Nobody else's description has this port: the call is known by it on its other side.
    const port = FIRST_PORT + 2 * requests.count;
    const invite = caller.sendText(requests.known(caller, "INVITE", `sip:${number}@${DOMAIN}`, sdp(port)));
    office.run(50);
    const offered = callee.received.find(
      ({ method, body }) => method === "INVITE" && body.includes(`m=audio ${port} `),
    );
    holds(offered !== undefined, `A call of ${caller.name} does not reach ${callee.name}.`);
    const tag = `good-${port}`;
    callee.answer(offered, OK, { body: sdp(port + 1), fields: sdpFields, toTag: tag });
    office.run(50);
    const callId = invite.header("Call-ID");
    const answered = caller.received.findLast(
      (message) => message.status === OK && message.header("Call-ID") === callId,
    );
    holds(answered?.method === "INVITE", `The call of ${caller.name} is not answered.`);
    const side = Side.ofCaller(caller, invite, answered);
    side.ack(invite);
    office.run(50);
    return new GoodCall(office, side, Side.ofCallee(callee, offered, tag));
  }

  /** Whether a text names its dialogs: whoever knows them can end it. */
  isNamedIn(text: string): boolean {
    return [this.caller, this.callee].some(({ callId }) => text.includes(callId));
  }

  /** A request arrives, each way. */
  works(): void {
    this.#passes(this.caller, this.callee);
    this.#passes(this.callee, this.caller);
  }

  end(): void {
    this.#expectOk(this.callee, this.callee.request("BYE"));
  }

  #passes(from: Side, to: Side): void {
    const before = to.phone.received.length;
    const fields = [["Content-Type", "text/plain"]] as const;
    const info = from.request("INFO", { fields, body: "still there" });
    this.#office.run(50);
    const arrived = to.phone.received
      .slice(before)
      .find(({ method, body }) => method === "INFO" && body === "still there");
    holds(arrived !== undefined, `Nothing of ${from.phone.name} reaches ${to.phone.name} in the good call.`);
    to.phone.answer(arrived, OK);
    this.#expectOk(from, info);
  }

  #expectOk({ phone }: Side, request: SipText): void {
    this.#office.run(50);
    const branch = request.param("Via", "branch");
    const answer = phone.received.findLast(
      (message) => message.status >= OK && message.param("Via", "branch") === branch,
    );
    holds(answer?.status === OK, `${request.method} in the good call is answered by ${answer?.status ?? "nobody"}.`);
  }
}
