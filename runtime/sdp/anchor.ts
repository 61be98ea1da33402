/**
 * Whether the audio of a call must pass through us, decided when the offer comes. Direct is only what is known to work:
 * phones that are where their addresses say, share a network, and protect their audio alike.
 */
import { isIP } from "node:net";
import { type AddressKind, addressKind, isNowhere } from "./address.ts";
import { parseDescription } from "./description.ts";
import { type Security, securityOf } from "./profile.ts";

/** The first that is true, for the log. */
export type AnchorReason = "audio" | "trunk" | "address" | "families" | "nat" | "networks" | "security";

/** Somebody in the call, as far as it is known. */
export interface Party {
  /** The address that its signalling comes from, or goes to. */
  readonly source: string;
  /** The host of the Contact that it has registered, or called with; `null`: none. */
  readonly contact: string | null;
}

export interface AnchorQuestion {
  /** The caller's offer; `null` where the callee will make it. */
  readonly offer: string | null;
  readonly caller: Party & { readonly security?: Security | null };
  /** All that are called at once: whoever answers must be able to. `security` is `null` where it is not known. */
  readonly callees: readonly (Party & { readonly security: Security | null })[];
  readonly hasTrunk: boolean;
  /** Whether a decision plays, records, or listens for keys. */
  readonly needsAudio: boolean;
}

/** From the narrowest to the widest. */
const REACH: readonly AddressKind[] = ["loopback", "link-local", "private", "shared", "public"];

/** `null`: the phones can talk directly. */
export function needsAnchor(question: AnchorQuestion): AnchorReason | null {
  const { offer, caller, callees } = question;
  if (question.needsAudio) return "audio";
  if (question.hasTrunk) return "trunk";
  const audio = audioOf(offer);
  const isBrowser = audio === null ? question.caller.security === "dtls" : audio.isBrowser;
  // ICE finds the way between two browsers, wherever they are; nobody else understands them.
  if (isBrowser && callees.every(({ security }) => security === "dtls")) return null;
  if (isBrowser || callees.some(({ security }) => security === "dtls")) return "security";
  if (audio?.address && isNarrower(audio.address, caller.source)) return "address";
  const heardAt = audio?.address && !isNowhere(audio.address) ? audio.address : caller.source;
  if (callees.some(({ source }) => isOtherFamily(source, caller.source) || isOtherFamily(source, heardAt)))
    return "families";
  if ([caller, ...callees].some(isBehindNat)) return "nat";
  if (callees.some(({ source }) => addressKind(source) !== addressKind(caller.source))) return "networks";
  const offered = audio?.security ?? null;
  const differs = ({ security }: { security: Security | null }) => security !== null && security !== offered;
  return offered !== null && callees.some(differs) ? "security" : null;
}

/** RFC 1918, 4193, 6598: an address that means something else, or nothing, where the other side is. */
function isNarrower(address: string, source: string): boolean {
  const reach = REACH.indexOf(addressKind(address));
  return reach !== -1 && reach < REACH.indexOf(addressKind(source));
}

/** IPv4 and IPv6 do not hear each other. Of a name it is not known. */
function isOtherFamily(one: string, other: string): boolean {
  const [first, second] = [isIP(one), isIP(other)];
  return first !== 0 && second !== 0 && first !== second;
}

/** A name in a Contact is no address either: browsers make theirs up (RFC 7118 §5). */
function isBehindNat({ source, contact }: Party): boolean {
  return contact !== null && contact.toLowerCase() !== source.toLowerCase();
}

interface OfferedAudio {
  readonly address: string | null;
  readonly security: Security | null;
  readonly isBrowser: boolean;
}

function audioOf(offer: string | null): OfferedAudio | null {
  const description = offer === null ? null : parseDescription(offer);
  const media = description?.ok ? description.value.media : [];
  const audio = media.find((section) => section.media === "audio" && section.port !== 0);
  if (audio === undefined) return null;
  const security = securityOf(audio);
  return { address: audio.address, security, isBrowser: security === "dtls" && audio.ice !== null };
}
