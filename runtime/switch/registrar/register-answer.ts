/** The answer to REGISTER, and the fields of a 200 (RFC 3261 §10.3 step 8, RFC 3327 §5.3, RFC 5626 §6, RFC 5627 §5.2). */
import type { BindingRow } from "../../port/store.ts";
import { formatNameAddr } from "../../sip/message/header/name-addr.ts";
import type { HeaderField, SipRequest } from "../../sip/message/message.ts";
import { formatHost, parseUri } from "../../sip/message/uri.ts";
import { type Flow, isReliable } from "../../sip/transport/flow.ts";
import type { Gruus } from "./gruu.ts";
import type { RegistrarLimits } from "./limits.ts";
import { speaks } from "./path.ts";
import type { BindingChange } from "./update.ts";

/** RFC 5626 §4.4: a phone sends something at least this often: a NAT forgets datagrams sooner than connections. */
const FLOW_TIMER_SECONDS = { datagrams: "25", connection: "120" } as const;
const REQUIRE_OUTBOUND: HeaderField = ["Require", "outbound"];

/** How a REGISTER is to be answered, and what it changed. */
export interface RegisterResult {
  readonly status: 200 | 400 | 403 | 420 | 423 | 439 | 500;
  /** The reason phrase where the usual one says too little. */
  readonly reason?: string;
  readonly fields: readonly HeaderField[];
  readonly changes: readonly BindingChange[];
}

export interface RegisterAnswer {
  readonly request: SipRequest;
  readonly flow: Flow;
  readonly now: number;
  /** All that the user has. */
  readonly bindings: readonly BindingRow[];
  readonly usesOutbound: boolean;
  readonly gruus: Gruus;
  /** The value of Service-Route (RFC 3608): where the phone is to send its requests. */
  readonly serviceRoute?: string | undefined;
}

export function registerFields(answer: RegisterAnswer): HeaderField[] {
  const { request, bindings, now, gruus } = answer;
  const gruuHost = speaks(request, "gruu") ? hostOf(request) : undefined;
  const fields: HeaderField[] = [];
  for (const row of bindings) {
    const params: [string, string][] = [["expires", String(Math.ceil((row.expiresAt - now) / 1000))]];
    if (row.q !== 1) params.push(["q", String(row.q)]);
    if (row.instance !== null) {
      params.push(["+sip.instance", row.instance]);
      if (row.regId !== null) params.push(["reg-id", String(row.regId)]);
      if (gruuHost !== undefined) {
        params.push(["pub-gruu", gruus.publicOf(row, gruuHost, row.instance)]);
        params.push(["temp-gruu", gruus.temporaryOf(row, gruuHost, row.instance)]);
      }
    }
    fields.push(["Contact", formatNameAddr({ uri: row.contact, params })]);
  }
  const path = request.headers.list("path");
  if (path.length > 0) fields.push(["Path", path.join(", ")]);
  if (answer.usesOutbound) {
    fields.push(REQUIRE_OUTBOUND);
    // A proxy next to the phone says itself how long it waits.
    if (path.length === 0) {
      const seconds = isReliable(answer.flow) ? FLOW_TIMER_SECONDS.connection : FLOW_TIMER_SECONDS.datagrams;
      fields.push(["Flow-Timer", seconds]);
    }
  }
  if (answer.serviceRoute !== undefined) fields.push(["Service-Route", answer.serviceRoute]);
  // For phones without a clock.
  fields.push(["Date", new Date(now).toUTCString()]);
  return fields;
}

/** Our domain as the phone names it: the host of its address-of-record. */
function hostOf(request: SipRequest): string | undefined {
  const aor = parseUri(request.to.uri);
  if (aor?.kind !== "sip") return undefined;
  return aor.port === undefined ? formatHost(aor.host) : `${formatHost(aor.host)}:${aor.port}`;
}

/** A REGISTER that changes nothing. */
export function refusal(
  status: Exclude<RegisterResult["status"], 200>,
  reason: string,
  { minSeconds }: RegistrarLimits,
): RegisterResult {
  const fields: HeaderField[] = [];
  if (status === 423) fields.push(["Min-Expires", String(minSeconds)]);
  if (status === 420) fields.push(["Unsupported", "path"]);
  return { status, reason, fields, changes: [] };
}
