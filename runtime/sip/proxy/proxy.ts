/**
 * The proxy core (RFC 3261 §16): takes a request that is no INVITE, no ACK and no CANCEL, looks whether and by which Route
 * it goes on, and forwards it to its targets, keeping state until it is answered. Who may send what where is decided by
 * whoever calls; calls are no business of a proxy here, since the switch is a party to each (a B2BUA).
 */
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { parseNameAddr } from "../message/header/name-addr.ts";
import type { SipRequest } from "../message/message.ts";
import { parseUri, type SipUri } from "../message/uri.ts";
import type { SipStack } from "../stack.ts";
import type { ServerTransaction } from "../transaction/layer.ts";
import type { Flow } from "../transport/flow.ts";
import { type ProxyRefusal, refusalOf } from "./checks.ts";
import { Forwarding } from "./forwarding.ts";
import { LoopMark } from "./loop-mark.ts";
import type { ForwardOptions, TargetGroups } from "./order.ts";
import { RecordRoutes, type RelayedDialog } from "./record-route.ts";
import { type RoutedRequest, takeOwnRoutes } from "./routing.ts";

/** Each holds a request and its copies for at most half a minute. */
const MOST_FORWARDINGS = 20_000;
const BUSY: ProxyRefusal = { status: 503, fields: [["Retry-After", "5"]] };

export interface ProxyOptions {
  readonly stack: SipStack;
  readonly clock: Clock;
  readonly log: Log;
  /** Seals Record-Route and marks loops; kept over restarts. */
  readonly key: string;
  /** Requests on their way at once. @default 20000 */
  readonly mostForwardings?: number;
}

/** A request that may go on, as far as a proxy can tell. */
export interface Passage extends RoutedRequest {
  /** See `LoopMark`. */
  readonly loopMark: string;
  /** The dialog that the request belongs to, if it came through here when it began. */
  readonly dialog: RelayedDialog | null;
}

export class ProxyCore {
  readonly #stack: SipStack;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #most: number;
  readonly #loops: LoopMark;
  readonly #recordRoutes: RecordRoutes;
  /** By what all copies of one request share that upstream has sent by more than one way (RFC 3261 §8.2.2.2). */
  readonly #underWay = new Set<string>();

  constructor(options: ProxyOptions) {
    this.#stack = options.stack;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#most = options.mostForwardings ?? MOST_FORWARDINGS;
    this.#loops = new LoopMark(options.key);
    this.#recordRoutes = new RecordRoutes(options.key, options.stack.mint.tag());
  }

  /** RFC 3261 §16.3 and §16.4: whether a request can go on, and what of its Route is left. */
  passageOf(request: SipRequest): Result<Passage, ProxyRefusal> {
    const loopMark = this.#loops.of(request);
    const isOurs = (host: string, port: number | undefined) => this.#stack.transport.isOurs(host, port);
    const refusal = refusalOf(request, () => this.#loops.isIn(request, loopMark, isOurs));
    if (refusal !== undefined) return fail(refusal);
    if (this.#underWay.has(originOf(request))) return fail({ status: 482, reason: "Loop Detected (Merged Request)" });
    const routed = takeOwnRoutes(request, {
      isOurs,
      isRecordRoute: (uri) => this.#open(uri, request) !== undefined,
    });
    if (!routed.ok) return fail({ status: 400, reason: "Route Is No Address" });
    const first = routed.value.own[0];
    const dialog = first === undefined ? undefined : this.#open(first, request);
    return ok({ ...routed.value, loopMark, dialog: dialog ?? null });
  }

  /** Whether a request within a dialog came through here when the dialog began. Asks nothing where it has no Route. */
  isWithinRelayed(request: SipRequest): boolean {
    if (request.toTag === undefined || !request.headers.has("route")) return false;
    if (request.requestUri?.kind === "sip" && this.#open(request.requestUri, request) !== undefined) return true;
    const [first = ""] = request.headers.list("route");
    const uri = parseUri(parseNameAddr(first)?.uri ?? "");
    return uri?.kind === "sip" && this.#open(uri, request) !== undefined;
  }

  /**
   * Forwards a request to its targets and answers it. `passage`: see `passageOf`; where it has a Route left, that is where
   * every copy goes next. Refused with 503 where too much is under way.
   */
  forward(transaction: ServerTransaction, passage: Passage, groups: TargetGroups, options: ForwardOptions = {}): void {
    const { request } = transaction;
    if (this.#underWay.size >= this.#most) {
      this.refuse(transaction, BUSY);
      return;
    }
    const origin = originOf(request);
    this.#underWay.add(origin);
    const forwarding = new Forwarding(
      {
        stack: this.#stack,
        clock: this.#clock,
        log: this.#log,
        seal: (dialog) => this.#recordRoutes.seal(dialog, request.callId),
        onEnd: () => this.#underWay.delete(origin),
      },
      transaction,
      { passage, groups, options },
    );
    forwarding.start();
  }

  refuse(transaction: ServerTransaction, { status, reason, fields }: ProxyRefusal): void {
    this.#stack.reply(transaction, status, { reason, fields, toTag: this.#stack.mint.tag() });
  }

  #open(uri: SipUri, request: SipRequest): RelayedDialog | undefined {
    if (!this.#stack.transport.isOurs(uri.host, uri.port)) return undefined;
    return this.#recordRoutes.open(uri, request.callId);
  }
}

/** Where the user of ours is whom a request within a dialog is for, and where it must come from. */
export function endsOf(dialog: RelayedDialog, request: SipRequest): { sender: Flow | null; receiver: Flow | null } {
  return request.fromTag === dialog.callerTag
    ? { sender: dialog.caller, receiver: dialog.callee }
    : { sender: dialog.callee, receiver: dialog.caller };
}

function originOf(request: SipRequest): string {
  const { callId, fromTag = "", cseq, method, uri } = request;
  return `${method}\n${cseq.number}\n${fromTag}\n${callId}\n${uri}`;
}
