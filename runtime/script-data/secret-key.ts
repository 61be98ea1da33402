/**
 * The key that secrets are sealed with: from the configuration, or from a file that the first start makes. Where secrets
 * are stored already, no new key is made: it could not open them. A key that is missing or no key never keeps the switch
 * from starting; whoever needs it is told.
 */
import { randomBytes } from "node:crypto";
import { chmod, open, readFile, rename } from "node:fs/promises";
import { parseSecretKey } from "../contract/secret-key.ts";
import { KEY_BYTES, keyIdOf } from "./seal.ts";

const OWNER_ONLY = 0o600;

export type SecretKey =
  | { readonly type: "ready"; readonly key: Buffer; readonly id: string }
  /** `problem`: what is wrong and what to do, for the operator. */
  | { readonly type: "unusable"; readonly problem: string };

export interface KeySource {
  /** Of the configuration: what `parseSecretKey` takes; `null`: the file counts. */
  readonly configured: string | null;
  readonly file: string;
  /** Whether secrets are stored that an earlier key has sealed. */
  hasSecrets(): Promise<boolean>;
}

export async function loadSecretKey({ configured, file, hasSecrets }: KeySource): Promise<SecretKey> {
  if (configured !== null) return toKey(configured, "secretKey in the configuration");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (!isMissing(error)) return unusable(`${file} cannot be read (${reasonOf(error)}): this user must be able to`);
    if (await hasSecrets()) {
      const advice = "put it back from a backup, or remove the secrets, start again and set them anew";
      return unusable(`${file}, the key that the secrets are encrypted with, is missing: ${advice}`);
    }
    return makeKey(file);
  }
  return toKey(text.trim(), file);
}

function toKey(text: string, where: string): SecretKey {
  const key = parseSecretKey(text);
  if (key !== undefined) return { type: "ready", key, id: keyIdOf(key) };
  return unusable(`${where} holds no key (${KEY_BYTES} bytes in base64 or hex): put it back from a backup`);
}

/** Complete and on disk before it has its name: a key that is lost later takes all secrets with it. */
async function makeKey(file: string): Promise<SecretKey> {
  const key = randomBytes(KEY_BYTES);
  try {
    const unfinished = `${file}.new`;
    const handle = await open(unfinished, "w", OWNER_ONLY);
    try {
      await handle.writeFile(`${key.toString("base64")}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(unfinished, OWNER_ONLY);
    await rename(unfinished, file);
  } catch (error) {
    return unusable(`${file} cannot be written (${reasonOf(error)}): this user must be able to, with room on the disk`);
  }
  return { type: "ready", key, id: keyIdOf(key) };
}

function unusable(problem: string): SecretKey {
  return { type: "unusable", problem };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
