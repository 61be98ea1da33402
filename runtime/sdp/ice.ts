/**
 * ICE and DTLS in a description (RFC 8839, RFC 8122, RFC 8842), as browsers write them: read whole or not at all, since half
 * of it protects nobody. Candidates are what a stranger wants us to send packets to: few are taken, and unicast addresses
 * alone; a browser that hides its addresses behind names (`….local`) reaches us all the same.
 */
import type { DtlsSetup, Fingerprint, IceCandidate, IceDtls } from "../port/webrtc.ts";
import { addressKind } from "./address.ts";
import type { Attributes } from "./line.ts";

/** More addresses than a machine has as a rule. */
export const MAX_CANDIDATES = 16;

// RFC 8839 §5.4: lengths and characters of both.
const UFRAG = /^[A-Za-z0-9+/]{4,256}$/;
const PWD = /^[A-Za-z0-9+/]{22,256}$/;
const CANDIDATE =
  /^([A-Za-z0-9+/]{1,32}) 1 udp (\d{1,10}) ([0-9A-Fa-f.:]{2,45}) (\d{1,5}) typ (host|srflx|prflx|relay)(?: |$)/i;
const FINGERPRINT = /^(sha-256|sha-384|sha-512) ([0-9A-F]{2}(?::[0-9A-F]{2})*)$/i;
const DIGEST_OCTETS: Readonly<Record<string, number>> = { "sha-256": 32, "sha-384": 48, "sha-512": 64 };
const SETUPS: readonly DtlsSetup[] = ["active", "passive", "actpass"];

/** Of a media line, with what the session level says for all; `null`: something is missing, or is not what it should be. */
export function readIceDtls(own: Attributes, session: Attributes): IceDtls | null {
  const textOf = (name: string) => (own.get(name) ?? session.get(name))?.[0]?.trim() ?? "";
  const [ufrag, pwd] = [textOf("ice-ufrag"), textOf("ice-pwd")];
  const fingerprint = readFingerprint(own.get("fingerprint") ?? session.get("fingerprint") ?? []);
  // RFC 4145 §4: who says nothing is active.
  const setup = SETUPS.find((name) => name === (textOf("setup") || "active"));
  if (!UFRAG.test(ufrag) || !PWD.test(pwd) || fingerprint === null || setup === undefined) return null;
  return { ufrag, pwd, fingerprint, setup, candidates: readCandidates(own.get("candidate") ?? []) };
}

export function formatIceDtls({ ufrag, pwd, fingerprint, setup, candidates }: IceDtls): string[] {
  return [
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    `a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`,
    `a=setup:${setup}`,
    ...candidates.map(formatCandidate),
    "a=end-of-candidates",
  ];
}

/** RFC 8839 §5.1: what is not the address of the machine itself says which one it is related to; that is nobody's concern. */
function formatCandidate({ foundation, priority, address, port, type }: IceCandidate): string {
  const related = type === "host" ? "" : ` raddr ${address.includes(":") ? "::" : "0.0.0.0"} rport 0`;
  return `a=candidate:${foundation} 1 udp ${priority} ${address} ${port} typ ${type}${related}`;
}

function readFingerprint(values: readonly string[]): Fingerprint | null {
  for (const value of values) {
    const [, algorithm = "", octets = ""] = FINGERPRINT.exec(value.trim()) ?? [];
    const name = algorithm.toLowerCase();
    if (octets.length + 1 === 3 * (DIGEST_OCTETS[name] ?? 0)) {
      return { algorithm: name as Fingerprint["algorithm"], value: octets.toUpperCase() };
    }
  }
  return null;
}

function readCandidates(values: readonly string[]): IceCandidate[] {
  const candidates: IceCandidate[] = [];
  for (const value of values) {
    const candidate = readCandidate(value.trim());
    if (candidate !== null) candidates.push(candidate);
    if (candidates.length === MAX_CANDIDATES) break;
  }
  return candidates;
}

function readCandidate(value: string): IceCandidate | null {
  const [, foundation = "", priority, address = "", portText, typeText = ""] = CANDIDATE.exec(value) ?? [];
  const port = Number(portText);
  const kind = addressKind(address);
  if (foundation === "" || port === 0 || port > 65_535 || Number(priority) > 0xffff_ffff) return null;
  if (kind === "name" || kind === "unspecified" || kind === "multicast" || kind === "reserved") return null;
  const type = typeText.toLowerCase() as IceCandidate["type"];
  return { foundation, priority: Number(priority), address, port, type };
}
