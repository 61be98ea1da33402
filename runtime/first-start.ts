/** What the first start makes: the folder, the token of the API, and two accounts to try the switch with. */
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StorageError } from "./base/errors.ts";
import { randomText } from "./base/random.ts";
import type { Config } from "./config/config.ts";
import type { Store } from "./port/store.ts";
import type { UserAdmin } from "./port/switch.ts";

const OWNER_ONLY = 0o600;
const TOKEN_CHARACTERS = 40;
const PASSWORD_CHARACTERS = 12;
const NONCE_KEY_CHARACTERS = 50;
/** What the API takes for a token (`config/schema.ts`). */
const TOKEN = /^[\x21-\x7e]{8,256}$/;
const REALM_WITHOUT_DOMAIN = "strowger";
const FIRST_ACCOUNTS = [
  { name: "alice", extension: "100" },
  { name: "bob", extension: "101" },
];

export interface Account {
  readonly name: string;
  readonly extension: string;
  readonly password: string;
}

export async function prepareFolder(data: string): Promise<void> {
  try {
    await mkdir(data, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const advice = "name a folder that this user may write as `data` in the configuration file";
    throw unusable(`cannot make the folder ${data}`, cause, advice);
  }
}

/** The token of this installation: generated once, for when the configuration declares none. */
export async function installationToken(data: string): Promise<{ readonly secret: string; readonly file: string }> {
  const file = join(data, "token");
  const known = (await readText(file))?.trim() ?? "";
  if (TOKEN.test(known)) return { secret: known, file };
  // An empty file is what a full disk has left of an earlier start.
  if (known !== "") {
    const form = "8 to 256 printable characters without a blank";
    throw new StorageError("store-unavailable", `${file} holds no token (${form}): remove it, and a new one is made`);
  }
  const secret = `stw_${randomText(TOKEN_CHARACTERS)}`;
  await writePrivate(file, `${secret}\n`);
  return { secret, file };
}

/** The realm and the key of the nonces: fixed at the first start, since phones keep passwords by realm. */
export async function fixedSettings(
  settings: Store["settings"],
  domains: readonly string[],
): Promise<{ readonly realm: string; readonly nonceKey: string }> {
  const realm = await settingOf(settings, "realm", () => domains[0] ?? REALM_WITHOUT_DOMAIN);
  const nonceKey = await settingOf(settings, "nonce-key", () => randomText(NONCE_KEY_CHARACTERS));
  return { realm, nonceKey };
}

/**
 * Two accounts where there is no user at all; also those of an earlier first start, to be shown again. The file gets its
 * name once the users are stored: a start that is broken off is finished by the next one, with the same passwords.
 */
export async function firstAccounts(config: Config, users: UserAdmin): Promise<readonly Account[]> {
  const file = join(config.data, "accounts.json");
  const known = await readText(file);
  if (known !== undefined) return parseAccounts(known).filter(({ name }) => users.get(name) !== undefined);
  const unfinished = `${file}.new`;
  const begun = parseAccounts((await readText(unfinished)) ?? "");
  if (begun.length === 0 && users.list().length > 0) return [];
  const accounts = begun.length > 0 ? begun : makeAccounts();
  await writePrivate(unfinished, `${JSON.stringify(accounts, null, 2)}\n`);
  for (const account of accounts) await users.put(account);
  await rename(unfinished, file);
  return accounts;
}

function makeAccounts(): Account[] {
  return FIRST_ACCOUNTS.map((account) => ({ ...account, password: randomText(PASSWORD_CHARACTERS) }));
}

async function settingOf(settings: Store["settings"], name: string, make: () => string): Promise<string> {
  const known = await settings.get(name);
  if (known !== undefined) return known;
  const value = make();
  await settings.put(name, value);
  return value;
}

async function writePrivate(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: OWNER_ONLY });
    await chmod(file, OWNER_ONLY);
  } catch (cause) {
    throw unusable(`cannot write ${file}`, cause, "this user must be able to write it, and its disk must have room");
  }
}

/** `undefined` where there is no such file. */
async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw unusable(`cannot read ${file}`, cause, "this user must be able to read it; or move it away");
  }
}

function unusable(what: string, cause: unknown, advice: string): StorageError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StorageError("store-unavailable", `${what} (${reason}): ${advice}`, { cause });
}

function parseAccounts(text: string): Account[] {
  try {
    const accounts: unknown = JSON.parse(text);
    return Array.isArray(accounts) ? accounts.filter(isAccount) : [];
  } catch {
    return [];
  }
}

function isAccount(value: unknown): value is Account {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    "extension" in value &&
    "password" in value &&
    typeof value.name === "string"
  );
}
