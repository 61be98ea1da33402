/**
 * Whom a call that leaves by a trunk shows: From by the caller ids that the carrier takes, P-Asserted-Identity to those we
 * trust (RFC 3325 §5), P-Preferred-Identity where From names the account (§6), and Privacy (RFC 3323 §4.2).
 */
import { toWire } from "../../base/text.ts";
import { matchesNumber } from "../../contract/number-pattern.ts";
import { formatNameAddr, parseNameAddr } from "../../sip/message/header/name-addr.ts";
import type { HeaderField } from "../../sip/message/message.ts";
import { escapeUser, formatHost, parseUri } from "../../sip/message/uri.ts";
import { nameOf } from "../name-of.ts";
import { dialledNumber, type NumberPlan, writeNumber } from "./number-form.ts";
import type { Trunk } from "./trunk.ts";

/** What RFC 3323 §4.1.1.3 has From say. */
export const ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>';

export interface OutgoingIdentity {
  readonly from: string;
  readonly fields: readonly HeaderField[];
}

export interface IdentityQuestion {
  readonly trunk: Trunk;
  /** The URI of the gateway. */
  readonly gateway: string;
  /** The caller, as the decision shows him: a name-addr. */
  readonly from: string;
  /** Who he is, as somebody we trust asserts it; `null`: what `from` says. */
  readonly asserted: string | null;
  readonly isPrivate: boolean;
  readonly plan: NumberPlan;
}

export function outgoingIdentity({
  trunk,
  gateway,
  from,
  asserted,
  isPrivate,
  plan,
}: IdentityQuestion): OutgoingIdentity {
  const host = trunk.outgoing.host ?? hostOf(gateway);
  const shown = partyOf(trunk, from, host, plan);
  const account = trunk.outgoing.from === "account" ? accountParty(trunk, shown, host) : undefined;
  const fields: HeaderField[] = [];
  const known = asserted === null ? shown : partyOf(trunk, asserted, host, plan);
  if (known !== undefined) {
    // RFC 3325 §9.1: asserted to those we trust alone; §9.2: preferred by a user agent of the carrier.
    if (trunk.trust) fields.push(["P-Asserted-Identity", known]);
    else if (account !== undefined) fields.push(["P-Preferred-Identity", known]);
  }
  if (isPrivate) fields.push(["Privacy", "id"]);
  return { from: isPrivate ? ANONYMOUS : (account ?? shown ?? ANONYMOUS), fields };
}

/** `undefined`: nobody is known. */
function partyOf(trunk: Trunk, nameAddr: string, host: string, plan: NumberPlan): string | undefined {
  const { allowedCallers, defaultCaller, callerForm } = trunk.outgoing;
  const parsed = parseNameAddr(nameAddr);
  const user = nameOf(parseUri(parsed?.uri ?? ""));
  const isAnonymous = parsed === undefined || /@anonymous\.invalid/i.test(parsed.uri) || user === "";
  if (isAnonymous && defaultCaller === null) return undefined;
  const isAllowed = !isAnonymous && allowedCallers.some((pattern) => matchesNumber(pattern, user));
  const caller = isAllowed || defaultCaller === null ? user : defaultCaller;
  const written = writeNumber(dialledNumber(caller) ?? caller, callerForm, trunk.country, plan);
  return formatNameAddr({ name: parsed?.name ?? "", uri: `sip:${escapeUser(toWire(written))}@${host}` });
}

function accountParty({ account }: Trunk, shown: string | undefined, host: string): string | undefined {
  if (account === null) return undefined;
  const name = shown === undefined ? "" : (parseNameAddr(shown)?.name ?? "");
  return formatNameAddr({ name, uri: `sip:${escapeUser(toWire(account.username))}@${host}` });
}

/** As it stands in a URI. */
function hostOf(uri: string): string {
  const parsed = parseUri(uri);
  return parsed?.kind === "sip" ? formatHost(parsed.host) : "";
}
