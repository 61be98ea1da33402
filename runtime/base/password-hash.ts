/**
 * Hashes of passwords by scrypt (RFC 7914) in the PHC string format: `$scrypt$ln=15,r=8,p=3$SALT$HASH`. There is one cost
 * for all, so that the time of a check tells nothing about whose hash it is. Each takes 32 MB while it runs.
 */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 } as const;
const PARAMETERS = "ln=15,r=8,p=3";
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const FORMAT = /^\$scrypt\$ln=15,r=8,p=3\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** Whether this is a hash as `hashPassword` makes them. */
export function isPasswordHash(text: string): boolean {
  return FORMAT.test(text);
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return format(salt, await derive(password, salt));
}

/** A hash that no password has, to be checked in the place of one that is not there. */
export function unmatchedHash(): string {
  return format(randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
}

/** Whether the password is that of the hash. A text that is no hash is nobody's. */
export async function isPasswordOf(hash: string, password: string): Promise<boolean> {
  const [, salt, expected] = FORMAT.exec(hash) ?? [];
  if (salt === undefined || expected === undefined) return false;
  return timingSafeEqual(await derive(password, Buffer.from(salt, "base64")), Buffer.from(expected, "base64"));
}

/** The same password typed on another keyboard is the same (RFC 8265 §4.2.2: NFC). */
function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFC"), salt, HASH_BYTES, COST, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}

function format(salt: Buffer, hash: Buffer): string {
  return `$scrypt$${PARAMETERS}$${plain(salt)}$${plain(hash)}`;
}

/** Base64 without the padding. */
function plain(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
