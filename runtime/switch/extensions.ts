/**
 * The extensions of SIP by their option tags (RFC 3261 §19.2): which of them the switch speaks, and in which requests.
 * Require, Supported and Unsupported go by this table alone. Tags without a row belong to the phones: in Supported they
 * pass across, and nobody may require them of the switch.
 */
import type { SipRequest } from "../sip/message/message.ts";

/** What a request is about. `call`: INVITE, OPTIONS, and whatever goes on within a call. */
export type Business = "call" | "registration" | "subscription" | "other";

interface Extension {
  readonly tag: string;
  /** Where the switch speaks it. */
  readonly spokenIn: readonly Business[];
  /** It holds between the phones, too: its tag passes across in Supported. Others end at the switch, leg by leg. */
  readonly passes?: boolean;
}

const EXTENSIONS: readonly Extension[] = [
  { tag: "100rel", spokenIn: ["call"] },
  { tag: "timer", spokenIn: ["call"] },
  { tag: "replaces", spokenIn: ["call"] },
  { tag: "norefersub", spokenIn: ["call"] },
  { tag: "gruu", spokenIn: ["registration"] },
  { tag: "outbound", spokenIn: ["registration"] },
  { tag: "path", spokenIn: ["registration"] },
];

const BY_TAG: ReadonlyMap<string, Extension> = new Map(EXTENSIONS.map((extension) => [extension.tag, extension]));

const BUSINESS_OF: ReadonlyMap<string, Business> = new Map<string, Business>([
  ["INVITE", "call"],
  ["OPTIONS", "call"],
  ["UPDATE", "call"],
  ["PRACK", "call"],
  ["INFO", "call"],
  ["BYE", "call"],
  ["REFER", "call"],
  ["REGISTER", "registration"],
  ["SUBSCRIBE", "subscription"],
  ["NOTIFY", "subscription"],
  ["PUBLISH", "subscription"],
]);

const SPOKEN: Readonly<Record<Business, string>> = {
  call: spokenIn("call"),
  registration: spokenIn("registration"),
  subscription: spokenIn("subscription"),
  other: spokenIn("other"),
};

/** Supported of an answer to OPTIONS (RFC 3261 §11.2): whatever the switch speaks anywhere. */
export const ALL_SPOKEN = tagsWhere(({ spokenIn }) => spokenIn.length > 0);

const NONE: readonly string[] = [];

/** The required options that the switch does not speak there, as they are written (RFC 3261 §8.2.2.3). */
export function unspokenOptions({ method, headers }: SipRequest): readonly string[] {
  if (!headers.has("require") && !headers.has("proxy-require")) return NONE;
  const business = BUSINESS_OF.get(method) ?? "other";
  const required = [...headers.list("require"), ...headers.list("proxy-require")];
  return required.filter((tag) => BY_TAG.get(tag.toLowerCase())?.spokenIn.includes(business) !== true);
}

/** Whether a tag in Supported is for the far side. */
export function passesAcross(tag: string): boolean {
  const extension = BY_TAG.get(tag.toLowerCase());
  return extension === undefined || extension.passes === true;
}

/** The tags that the switch puts into Supported there, ready for the wire; empty where it speaks none. */
export function spokenOptions(business: Business): string {
  return SPOKEN[business];
}

/** Such a list without one tag. */
export function withoutOption(options: string, tag: string): string {
  return options
    .split(", ")
    .filter((option) => option !== tag)
    .join(", ");
}

function spokenIn(business: Business): string {
  return tagsWhere((extension) => extension.spokenIn.includes(business));
}

function tagsWhere(isMeant: (extension: Extension) => boolean): string {
  return EXTENSIONS.filter(isMeant)
    .map(({ tag }) => tag)
    .join(", ");
}
