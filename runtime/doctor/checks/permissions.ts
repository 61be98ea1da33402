/** Whether nobody but the owner can read what is secret: tokens, passwords, keys, the database. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Found, ok, problem, warning } from "../finding.ts";
import type { Subject } from "../subject.ts";

const OTHERS = 0o077;
const WORLD_READ = 0o004;
const SECRET_FILES = ["token", "accounts.json", "secret.key", "strowger.sqlite"];

export async function checkPermissions({ config }: Subject): Promise<readonly Found[]> {
  const files = SECRET_FILES.map((name) => join(config.data, name));
  const found = (await Promise.all(files.map(secretFound))).filter((one) => one !== undefined);
  const own = config.file === null ? undefined : await configFound(config.file);
  const all = own === undefined ? found : [...found, own];
  return all.length > 0 ? all : [ok(config.data, "only their owner may read the secrets in it")];
}

async function secretFound(file: string): Promise<Found | undefined> {
  const entry = await stat(file).catch(() => undefined);
  if (entry === undefined) return undefined;
  if ((entry.mode & OTHERS) !== 0) {
    const mode = (entry.mode & 0o777).toString(8);
    return problem(file, `others on this machine may use it (mode ${mode})`, `chmod 600 ${file}`);
  }
  const me = process.getuid?.();
  if (me === undefined || me === 0 || me === entry.uid) return undefined;
  return problem(
    file,
    `it belongs to another user (${entry.uid})`,
    "run the switch as its owner, or give it to this user",
  );
}

/** What is a secret and stands there itself, rather than by the name of a variable. */
const SECRET = /\b(password|token|secretKey|pin)["']?\s*:\s*["']?(?!\$\{)[^\s"'{[]/;
/** The examples in the file that ships are no secrets. */
const COMMENT = /^\s*#.*$/gm;

/** Who groups people for it knows what he does. */
async function configFound(file: string): Promise<Found | undefined> {
  const entry = await stat(file).catch(() => undefined);
  if (entry === undefined || (entry.mode & WORLD_READ) === 0) return undefined;
  const text = await readFile(file, "utf8").catch(() => "");
  if (!SECRET.test(text.replace(COMMENT, ""))) return undefined;
  const what = "everybody on this machine may read it, and there are secrets in it";
  return warning(file, what, `chmod 640 ${file}, or keep them in \${VARIABLES}`);
}
