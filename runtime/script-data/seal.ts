/**
 * Secrets at rest: AES-256-GCM with a nonce of its own for each value. Whose secret it is goes into the seal, so that one
 * row of the store cannot be put in the place of another.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import type { ScriptOwner } from "../port/script-data.ts";

export const KEY_BYTES = 32;
const ALGORITHM = "aes-256-gcm";
/** As NIST SP 800-38D §8.2 recommends for random ones. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ID_CHARACTERS = 12;

export interface Sealed {
  /** Base64. */
  readonly nonce: string;
  /** The encrypted value and its tag, in base64. */
  readonly sealed: string;
}

export function seal(key: Buffer, of: ScriptOwner, name: string, value: string): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(placeOf(of, name));
  const sealed = Buffer.concat([cipher.update(value, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return { nonce: nonce.toString("base64"), sealed: sealed.toString("base64") };
}

/** `undefined` where it was sealed with another key, for something else, or was changed. */
export function unseal(key: Buffer, of: ScriptOwner, name: string, { nonce, sealed }: Sealed): string | undefined {
  const bytes = Buffer.from(sealed, "base64");
  try {
    const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(nonce, "base64"), { authTagLength: TAG_BYTES });
    decipher.setAAD(placeOf(of, name)).setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

/** Names a key without telling anything of it. */
export function keyIdOf(key: Buffer): string {
  return createHmac("sha256", key).update("strowger secret key").digest("hex").slice(0, ID_CHARACTERS);
}

/** None of the three can hold a slash. */
function placeOf({ domain, script }: ScriptOwner, name: string): Buffer {
  return Buffer.from(`${domain}/${script}/${name}`);
}
