/**
 * GRUUs (RFC 5627): addresses of one device of a user. They are minted with a key and hold what is needed to read them
 * again, so that there is no table of those given out. The public one is `AOR;gr=ID.MAC`, the same as long as the device
 * keeps its instance; a temporary one names nobody to whoever sees it, is new each time, and holds until the device
 * registers under another Call-ID.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import { toText, toWire } from "../../base/text.ts";
import type { BindingRow } from "../../port/store.ts";
import { escapeUser, formatHost, type SipUri, unescapeUser } from "../../sip/message/uri.ts";

const ID_BYTES = 12;
const MAC_BYTES = 12;
const EPOCH_BYTES = 6;
const NONCE_BYTES = 12;
const TAG_BYTES = 12;
const TEMPORARY = "tgruu.";
/** Base64url of the parts above, and a user of at most 128 octets. */
const LONGEST_TEMPORARY = 256;

/** What a GRUU names. */
export interface GruuDevice {
  readonly user: string;
  /** Names the instance of the device. */
  readonly id: string;
  /** Names the Call-ID that a temporary GRUU was given out under; `null` in a public one. */
  readonly epoch: string | null;
}

export class Gruus {
  readonly #macKey: Buffer;
  readonly #cipherKey: Buffer;

  readonly #isHostName: (domain: string) => boolean;

  /**
   * `key`: kept over restarts, so that public GRUUs stay what they are. `isHostName`: whether a domain can stand in an
   * address; an address of ours stands there in place of one that is a mere name.
   */
  constructor(key: string, isHostName: (domain: string) => boolean = () => true) {
    this.#isHostName = isHostName;
    this.#macKey = Buffer.from(hkdfSync("sha256", key, "", "gruu mac", 32));
    this.#cipherKey = Buffer.from(hkdfSync("sha256", key, "", "gruu cipher", 32));
  }

  /** How the domain of a binding is written in an address. */
  hostOf({ domain, localAddress, localPort }: BindingRow): string {
    return this.#isHostName(domain) ? domain : `${formatHost(localAddress)}:${localPort}`;
  }

  /** The public GRUU of a device; `host`: as the phone names our domain. */
  publicOf(aor: { readonly domain: string; readonly user: string }, host: string, instance: string): string {
    const id = this.#idOf(instance);
    return `sip:${escapeUser(toWire(aor.user))}@${host};gr=${id}.${this.#macOf(aor.domain, aor.user, id)}`;
  }

  temporaryOf(row: Pick<BindingRow, "domain" | "user" | "callId">, host: string, instance: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#cipherKey, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(row.domain));
    const plain = Buffer.concat([
      Buffer.from(this.#idOf(instance), "base64url"),
      Buffer.from(this.#epochOf(row.callId), "base64url"),
      Buffer.from(row.user),
    ]);
    const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return `sip:${TEMPORARY}${sealed.toString("base64url")}@${host};gr`;
  }

  /** The device that a URI of our domain names: `undefined` where it is no GRUU, `null` for one that we have not made. */
  read(uri: SipUri, domain: string): GruuDevice | null | undefined {
    const gr = uri.params.get("gr");
    if (gr === undefined) return undefined;
    const user = toText(unescapeUser(uri.user ?? ""));
    return gr === true || gr === "" ? this.#readTemporary(user, domain) : this.#readPublic(user, gr, domain);
  }

  /** Of these bindings those that a GRUU leads to, the newest first. */
  bindingsOf<Row extends Pick<BindingRow, "instance" | "callId" | "registeredAt">>(
    device: GruuDevice,
    rows: readonly Row[],
  ): readonly Row[] {
    return rows
      .filter(({ instance }) => instance !== null && this.#idOf(instance) === device.id)
      .filter(({ callId }) => device.epoch === null || this.#epochOf(callId) === device.epoch)
      .sort((a, b) => b.registeredAt - a.registeredAt);
  }

  #readPublic(user: string, gr: string, domain: string): GruuDevice | null {
    const [id = "", mac = "", ...rest] = gr.split(".");
    const isOurs = rest.length === 0 && isSame(mac, this.#macOf(domain, user, id));
    return isOurs ? { user, id, epoch: null } : null;
  }

  #readTemporary(token: string, domain: string): GruuDevice | null {
    if (!token.startsWith(TEMPORARY) || token.length > LONGEST_TEMPORARY) return null;
    const sealed = Buffer.from(token.slice(TEMPORARY.length), "base64url");
    if (sealed.length <= NONCE_BYTES + TAG_BYTES + ID_BYTES + EPOCH_BYTES) return null;
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv("aes-256-gcm", this.#cipherKey, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(domain));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    let plain: Buffer;
    try {
      plain = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch {
      return null;
    }
    return {
      user: plain.toString("utf8", ID_BYTES + EPOCH_BYTES),
      id: plain.toString("base64url", 0, ID_BYTES),
      epoch: plain.toString("base64url", ID_BYTES, ID_BYTES + EPOCH_BYTES),
    };
  }

  /** An instance often names the hardware: others see a digest of it. */
  #idOf(instance: string): string {
    return this.#digest("instance", instance, ID_BYTES);
  }

  #epochOf(callId: string): string {
    return this.#digest("epoch", callId, EPOCH_BYTES);
  }

  #macOf(domain: string, user: string, id: string): string {
    return this.#digest("public", JSON.stringify([domain, user, id]), MAC_BYTES);
  }

  #digest(what: string, text: string, bytes: number): string {
    const digest = createHmac("sha256", this.#macKey).update(`${what} ${text}`).digest();
    return digest.toString("base64url", 0, bytes);
  }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
