/** PINs of boxes. What is stored is salted and slow to compute (scrypt, RFC 7914), since a PIN is short. */
import { createHash, randomBytes, scrypt, timingSafeEqual } from "node:crypto";

const COST = 16_384;
const SALT_BYTES = 16;
const KEY_BYTES = 32;

export async function hashPin(pin: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(pin, salt, COST);
  return ["scrypt", COST, salt.toString("base64url"), key.toString("base64url")].join("$");
}

/** Whether the PIN is the one that was hashed; how long that takes tells nothing of it. */
export async function matchesHash(pin: string, stored: string): Promise<boolean> {
  const [scheme, cost, salt, key] = stored.split("$");
  if (scheme !== "scrypt" || salt === undefined || key === undefined) return false;
  const wanted = Buffer.from(key, "base64url");
  const derived = await derive(pin, Buffer.from(salt, "base64url"), Number(cost));
  return wanted.length === derived.length && timingSafeEqual(wanted, derived);
}

/** The same for a PIN that the configuration declares in plain text. */
export function isSame(pin: string, declared: string): boolean {
  return timingSafeEqual(digest(pin), digest(declared));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function derive(pin: string, salt: Buffer, cost: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, KEY_BYTES, { N: cost }, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
