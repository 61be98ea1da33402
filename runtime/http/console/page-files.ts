/**
 * The files of the console's page, as they were built. Only what is found in the folder is served, by its name there: a
 * path of a request is looked up and never joined to a folder. A page that is built anew is noticed.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { etagOf } from "../etag.ts";

const INDEX = "index.html";
const MAX_FILES = 1000;
const MAX_FILE_BYTES = 20 * 1024 * 1024;
/** How often the folder is read again for a file that is not there. */
const MISSED_MS = 1000;
/** Everything in this folder has a hash of its content in its name. */
const HASHED = /^\/assets\//;

/** What a page is made of; another kind of file is not served. */
const MEDIA: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".mp3": "audio/mpeg",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".wav": "audio/wav",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};
/** Made when the page is built, the smaller first. */
const ENCODINGS = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

export interface PageFile {
  readonly media: string;
  /** It never changes under this name. */
  readonly isImmutable: boolean;
  /** By encoding, the best first; `identity` is always there. */
  readonly variants: ReadonlyMap<string, Variant>;
}

interface Variant {
  readonly path: string;
  readonly etag: string;
}

export interface PageContent {
  readonly bytes: Buffer;
  readonly encoding: string;
  readonly etag: string;
}

export class PageFiles {
  readonly #folder: string;
  #files: ReadonlyMap<string, PageFile> = new Map();
  /** What `index.html` was like when the folder was read, and when that was. */
  #state = "";
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The file of a path such as `/assets/main-4f2a.js`. */
  async find(path: string): Promise<PageFile | undefined> {
    await this.#readAgain();
    if (path === `/${INDEX}`) return undefined;
    // A build that is under way may have written the page before its files.
    const isMissed = HASHED.test(path) && !this.#files.has(path);
    if (isMissed && performance.now() - this.#readAt > MISSED_MS) await this.#read();
    return this.#files.get(path);
  }

  /** The text of the page; `undefined` where it was not built. */
  async index(): Promise<string | undefined> {
    await this.#readAgain();
    const variant = this.#files.get(`/${INDEX}`)?.variants.get("identity");
    return variant === undefined ? undefined : await orGone(readFile(variant.path, "utf8"));
  }

  /** In the best encoding that `Accept-Encoding` names; `undefined` where it has gone meanwhile. */
  async read({ variants }: PageFile, accepted: string): Promise<PageContent | undefined> {
    for (const [encoding, { path, etag }] of variants) {
      if (encoding !== "identity" && !accepts(accepted, encoding)) continue;
      const bytes = await orGone(readFile(path));
      return bytes === undefined ? undefined : { bytes, encoding, etag };
    }
    return undefined;
  }

  async #readAgain(): Promise<void> {
    const state = await orGone(stat(join(this.#folder, INDEX)));
    const seen = state === undefined ? "" : `${state.ino} ${state.size} ${state.mtimeMs}`;
    if (seen === this.#state) return;
    this.#state = seen;
    await this.#read();
  }

  async #read(): Promise<void> {
    this.#readAt = performance.now();
    this.#files = (await orGone(readFolder(this.#folder))) ?? new Map();
  }
}

/** Of a file that a build has just removed. */
const GONE = { size: Number.POSITIVE_INFINITY, mtimeMs: 0 };

async function readFolder(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const known = new Set(paths);
  const files = new Map<string, PageFile>();
  for (const path of paths) {
    const media = MEDIA[extname(path)];
    if (media === undefined || files.size >= MAX_FILES) continue;
    const own = ENCODINGS.filter(([, ending]) => known.has(path + ending));
    const variants = new Map<string, Variant>();
    for (const [encoding, ending] of [...own, ["identity", ""] as const]) {
      const { size, mtimeMs } = (await orGone(stat(path + ending))) ?? GONE;
      if (size <= MAX_FILE_BYTES)
        variants.set(encoding, { path: path + ending, etag: etagOf(`${encoding} ${size} ${mtimeMs}`) });
    }
    const name = `/${relative(folder, path).split(sep).join("/")}`;
    if (variants.has("identity")) files.set(name, { media, isImmutable: HASHED.test(name), variants });
  }
  return files;
}

/** RFC 9110 §12.5.3, as browsers write it; what is weighed 0 is not wanted. */
function accepts(header: string, encoding: string): boolean {
  return header.split(",").some((part) => {
    const [name = "", weight = ""] = part.split(";").map((piece) => piece.trim().toLowerCase());
    return name === encoding && !/^q=0(\.0*)?$/.test(weight);
  });
}

async function orGone<Value>(read: Promise<Value>): Promise<Value | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
