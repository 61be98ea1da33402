/**
 * Loops (RFC 3261 §16.3 step 4, RFC 5393 §4.2): our branch ends with a keyed mark of all that decides where a request
 * goes. A request that comes back with the same mark goes round in a circle; one whose Request-URI or Route has changed is
 * a spiral, and goes on.
 */
import { createHmac } from "node:crypto";
import type { Via } from "../message/header/via.ts";
import { parseVia } from "../message/header/via.ts";
import type { SipRequest } from "../message/message.ts";

const MARK_LENGTH = 16;
const SEPARATOR = "-";

export class LoopMark {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  /** What our branch for this request ends with. The method is left out: a CANCEL has the branch of its request. */
  of(request: SipRequest): string {
    const { headers } = request;
    const inputs = [
      request.uri,
      request.callId,
      request.fromTag ?? "",
      request.toTag ?? "",
      request.cseq.number,
      ...headers.all("route"),
      "",
      ...headers.all("proxy-require"),
    ];
    const hmac = createHmac("sha256", this.#key).update(inputs.join("\n"), "latin1");
    return SEPARATOR + hmac.digest("hex").slice(0, MARK_LENGTH);
  }

  /** Whether one of the Vias is ours and bears this mark. */
  isIn(request: SipRequest, mark: string, isOurs: (host: string, port: number | undefined) => boolean): boolean {
    for (const element of request.headers.list("via")) {
      // Nearly every Via of others is told apart by its text alone.
      if (!element.includes(mark)) continue;
      const via: Via | undefined = parseVia(element);
      if (via?.branch?.endsWith(mark) === true && isOurs(via.host, via.port)) return true;
    }
    return false;
  }
}
