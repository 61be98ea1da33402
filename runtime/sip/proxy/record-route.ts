/**
 * Record-Route of ours (RFC 3261 §16.6 step 4) for dialogs between others. Its user part is sealed and holds whose flows
 * the dialog joins: what comes within the dialog goes from one end to the other and nowhere else, and behind NAT the
 * flow is the only way (RFC 5626 §5.3). It is bound to the Call-ID, so that nobody can use it for anything else, and
 * nothing is kept here for it.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { type SipUri, unescapeUser } from "../message/uri.ts";
import type { Flow, TransportName } from "../transport/flow.ts";
import { CONTACT_PARAMETERS } from "../transport/transport-name.ts";

const CIPHER = "aes-128-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Two flows with IPv6 addresses stay below it. */
const LONGEST_TOKEN = 640;
const TOKEN = /^[\w-]+$/;

/** Both ends of a dialog that goes through us. */
export interface RelayedDialog {
  /** From tag of the request that began it: tells the ends apart. */
  readonly callerTag: string;
  /** Where the user of ours at this end is; `null`: by the Route or the Request-URI. */
  readonly caller: Flow | null;
  readonly callee: Flow | null;
}

const TRANSPORTS: readonly TransportName[] = ["udp", "tcp", "tls", "ws", "wss"];

export class RecordRoutes {
  readonly #key: Buffer;
  /** Connections are numbered anew in each process. */
  readonly #epoch: string;

  /** `key`: kept over restarts, so that dialogs go on. `epoch`: another one in each process. */
  constructor(key: string, epoch: string) {
    this.#key = createHash("sha256").update(`record-route\n${key}`).digest().subarray(0, 16);
    this.#epoch = epoch;
  }

  seal(dialog: RelayedDialog, callId: string): string {
    const content = [dialog.callerTag, pack(dialog.caller), pack(dialog.callee), this.#epoch];
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, iv).setAAD(Buffer.from(callId, "latin1"));
    const sealed = Buffer.concat([iv, cipher.update(JSON.stringify(content), "latin1"), cipher.final()]);
    return Buffer.concat([sealed, cipher.getAuthTag()]).toString("base64url");
  }

  /** What a URI of ours holds; `undefined`: we have not written it, or for another dialog. */
  open(uri: SipUri, callId: string): RelayedDialog | undefined {
    const token = unescapeUser(uri.user ?? "");
    if (!uri.params.has("lr") || token.length > LONGEST_TOKEN || !TOKEN.test(token)) return undefined;
    const bytes = Buffer.from(token, "base64url");
    if (bytes.length <= IV_BYTES + TAG_BYTES) return undefined;
    try {
      const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, IV_BYTES));
      decipher.setAAD(Buffer.from(callId, "latin1")).setAuthTag(bytes.subarray(-TAG_BYTES));
      const text =
        decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, "latin1") + decipher.final("latin1");
      return this.#read(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  /** What was sealed is ours: its form is known. */
  #read([callerTag, caller, callee, epoch]: [string, Packed, Packed, string]): RelayedDialog {
    const isOfThisProcess = epoch === this.#epoch;
    return { callerTag, caller: unpack(caller, isOfThisProcess), callee: unpack(callee, isOfThisProcess) };
  }
}

/** A URI for Record-Route; `sentBy`: `host:port` by which that side reaches us. */
export function recordRouteValue(token: string, sentBy: string, transport: TransportName, isSecure: boolean): string {
  const param = isSecure && transport !== "wss" ? "" : CONTACT_PARAMETERS[transport];
  return `<${isSecure ? "sips" : "sip"}:${token}@${sentBy}${param};lr>`;
}

type Packed = readonly [number, string, number, string, number, number] | null;

function pack(flow: Flow | null): Packed {
  if (flow === null) return null;
  const { transport, localAddress, localPort, remoteAddress, remotePort, connection } = flow;
  return [TRANSPORTS.indexOf(transport), localAddress, localPort, remoteAddress, remotePort, connection];
}

/** A connection of an earlier process is gone: its number is one that no connection has. */
function unpack(packed: Packed, isOfThisProcess: boolean): Flow | null {
  if (packed === null) return null;
  const [transport, localAddress, localPort, remoteAddress, remotePort, connection] = packed;
  const name = TRANSPORTS[transport] ?? "udp";
  const isKnown = name === "udp" || isOfThisProcess;
  return { transport: name, localAddress, localPort, remoteAddress, remotePort, connection: isKnown ? connection : -1 };
}
