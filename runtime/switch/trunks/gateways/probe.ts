/** Asks a gateway by OPTIONS whether it is there (RFC 3261 §11): any answer but 503 says so, whatever it says. */
import type { Clock, Timer, TimerOwner } from "../../../base/clock.ts";
import { toWire } from "../../../base/text.ts";
import type { ClientRequest, OutgoingRequest, RequestFailure, RequestUser } from "../../../sip/client-request.ts";
import type { SipResponse } from "../../../sip/message/message.ts";
import { escapeUser, formatHost, parseUri } from "../../../sip/message/uri.ts";
import type { SipStack } from "../../../sip/stack.ts";
import type { Gateway, Trunk } from "../trunk.ts";
import type { GatewaySign } from "./health.ts";

/** A gateway that takes longer is of no use to a caller. */
const PATIENCE_MS = 5_000;
const UNAVAILABLE = 503;

const REASONS: Readonly<Record<RequestFailure, string>> = {
  unreachable: "there is no way to it: its name cannot be looked up, or leads nowhere",
  timeout: "it does not answer OPTIONS",
  transport: "there is no connection to it",
};

/** What the probe has shown. */
type Seen = (sign: GatewaySign) => void;

export class Probe implements RequestUser, TimerOwner {
  readonly #clock: Clock;
  readonly #seen: Seen;
  readonly #startedAt: number;
  readonly #patience: Timer;
  #request: ClientRequest | null = null;
  #isOver = false;

  constructor(
    { clock, stack }: { readonly clock: Clock; readonly stack: SipStack },
    request: OutgoingRequest,
    seen: Seen,
  ) {
    this.#clock = clock;
    this.#seen = seen;
    this.#startedAt = clock.now();
    this.#patience = clock.startTimer(PATIENCE_MS, this, "probe");
    const sent = stack.send(request, this);
    // What cannot be sent at all fails before `send` returns.
    if (!this.#isOver) this.#request = sent;
  }

  /** Nobody wants to know any more. */
  cancel(): void {
    this.#isOver = true;
    this.#patience.cancel();
    this.#request?.release();
    this.#request = null;
  }

  onResponse(response: SipResponse): void {
    if (response.status < 200) return;
    const latencyMs = this.#clock.now() - this.#startedAt;
    this.#end(response.status === UNAVAILABLE ? unavailable(response) : { type: "answered", latencyMs });
  }

  onFailure(failure: RequestFailure): void {
    this.#end({ type: "silent", code: null, reason: REASONS[failure] });
  }

  expire(): void {
    this.#end({ type: "silent", code: null, reason: REASONS.timeout });
  }

  #end(sign: GatewaySign): void {
    if (this.#isOver) return;
    this.cancel();
    this.#seen(sign);
  }
}

/** One OPTIONS; each is a dialogue of its own. */
export function optionsTo({ uri }: Gateway, trunk: Trunk, mint: SipStack["mint"]): OutgoingRequest {
  const parsed = parseUri(uri);
  const host = parsed?.kind === "sip" ? formatHost(parsed.host) : "";
  const port = parsed?.kind === "sip" && parsed.port !== undefined ? `:${parsed.port}` : "";
  const target = `${parsed?.scheme ?? "sip"}:${host}${port}`;
  const username = toWire(trunk.account?.username ?? "");
  const isAddress = username.lastIndexOf("@") > 0;
  const from =
    username === "" || isAddress
      ? `strowger@${trunk.domain}`
      : `${escapeUser(username)}@${trunk.outgoing.host ?? host}`;
  return {
    method: "OPTIONS",
    uri: target,
    hop: { type: "uri", uri },
    fields: [
      ["From", `<sip:${from}>;tag=${mint.tag()}`],
      ["To", `<${target}>`],
      ["Call-ID", mint.callId()],
      ["CSeq", "1 OPTIONS"],
      ["Max-Forwards", "70"],
      ["Accept", "application/sdp"],
    ],
    contactUser: "strowger",
  };
}

/** RFC 3261 §21.5.4: without a time, it is as if it had not answered. */
function unavailable({ status, headers }: SipResponse): GatewaySign {
  const digits = /^\s*(\d{1,9})/.exec(headers.get("retry-after") ?? "")?.[1];
  if (digits !== undefined) return { type: "busy", code: status, retryAfterSeconds: Number(digits) };
  return { type: "silent", code: status, reason: `it answers ${status} to OPTIONS` };
}
