/** Who calls: a user of the switch, who proves it, or somebody from outside. */
import { isIP } from "node:net";
import type { Call } from "../switch/call/call.ts";
import type { SimPhone } from "./network/sim-phone.ts";
import type { Field } from "./network/sip-text.ts";
import { DOMAIN } from "./options.ts";
import type { Simulation } from "./simulation.ts";

export interface CallerParts {
  /** What is dialled: a number or a user (`"100"`), or a whole URI. */
  readonly to: string;
  /**
   * Who calls: a user of the switch (`"bob"`), a number (`"+4930123456"`), or a whole URI.
   * @default somebody from outside who withholds his number
   */
  readonly from?: string;
  /** The trunk that the call comes from: it is a call of the telephone network. @default none */
  readonly trunk?: string;
  /** The display name of the caller. */
  readonly name?: string;
  /** Further header fields of the INVITE: `{ "X-Customer": "gold" }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The session description that the caller offers. @default audio with PCMA and keys */
  readonly sdp?: string;
}

const ANONYMOUS = "sip:anonymous@anonymous.invalid";
const OUTSIDE = "outside.example";

export interface Caller {
  readonly phone: SimPhone;
  readonly callId: string;
  dial(): void;
}

/** Somebody who is about to call. */
export function callerOf(simulation: Simulation, parts: CallerParts): Caller {
  const { from, name = "" } = parts;
  const user =
    from === undefined || parts.trunk !== undefined ? undefined : simulation.switch.directory.findUser(DOMAIN, from);
  const uri = user === undefined ? outsideUri(from) : `sip:${user}@${DOMAIN}`;
  const callId = `simulated-call-${simulation.calls.length + 1}`;
  const phone = phoneOf(simulation, { ...parts, user, callId });
  const to = dialledUri(parts.to);
  const fields = Object.entries(parts.headers ?? {}).map(([field, value]): Field => [field, value]);
  if (user !== undefined) {
    const request = { method: "INVITE", uri: to, body: "" };
    fields.push(["Proxy-Authorization", simulation.switch.credentials(user, request)]);
  }
  const display = name === "" ? "" : `"${name.replaceAll(/["\\]/g, "")}" `;
  return {
    phone,
    callId,
    dial: () =>
      void phone.call(to, {
        callId,
        tag: `${callId}-tag`,
        branch: `z9hG4bK-${callId}`,
        from: `${display}<${uri}>`,
        fields,
        ...(parts.sdp === undefined ? {} : { body: parts.sdp }),
      }),
  };
}

function phoneOf(
  simulation: Simulation,
  { trunk, from, user, callId }: CallerParts & { readonly user: string | undefined; readonly callId: string },
): SimPhone {
  if (trunk !== undefined) return simulation.gatewayOf(trunk).phoneOf(callId);
  if (user === undefined) return simulation.phones.addStranger(from ?? "caller");
  return simulation.phones.ofUser(user)[0] ?? simulation.phones.addUser(user);
}

/** Whose phone the switch calls first in a call that it begins itself. */
export function calledFirst({ phones }: Simulation, { state: { user, invite } }: Call): SimPhone {
  if (user !== null) return phones.ofUser(user)[0] ?? phones.addUser(user);
  const host = /@([^>:;]+)/.exec(invite.from)?.[1] ?? OUTSIDE;
  return phones.addStranger(host, isIP(host) === 0 ? phones.addressOf(host) : host);
}

/** What a phone of ours calls where this is dialled: a user, a number, or a whole URI. */
export function dialledUri(text: string): string {
  if (/^(?:sips?|tel):/.test(text)) return text;
  return `sip:${encodeURIComponent(text).replaceAll("%2B", "+")}@${DOMAIN}`;
}

function outsideUri(from: string | undefined): string {
  if (from === undefined) return ANONYMOUS;
  return /^(?:sips?|tel):/.test(from) ? from : `sip:${encodeURIComponent(from).replaceAll("%2B", "+")}@${OUTSIDE}`;
}
