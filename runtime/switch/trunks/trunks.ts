/**
 * Trunks of the configuration file and of the store, in this order, and their administration (`TrunkAdmin`). What the file
 * declares can only be changed there; a stored trunk of the same name stands aside for it. A call or a registration that
 * has a trunk keeps it as it was.
 */
import { RequestError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { parseWith } from "../../contract/issue.ts";
import { NetworkSet } from "../../contract/network.ts";
import { matchesNumber } from "../../contract/number-pattern.ts";
import { type TrunkDeclaration, trunkNameSchema, trunkSchema } from "../../contract/trunk.ts";
import type { Sealing } from "../../port/sealing.ts";
import type { TrunkAdmin, TrunkStatus, TrunkView } from "../../port/trunk.ts";
import type { TrunkRow, TrunkStore } from "../../port/trunk-store.ts";
import { type Trunk, toTrunk } from "./trunk.ts";

/** Each number may be tried against all of them. */
const MAX_STORED_TRUNKS = 1000;

export interface ConfiguredTrunk {
  readonly name: string;
  readonly trunk: TrunkDeclaration;
}

export interface TrunksOptions {
  readonly store: TrunkStore;
  readonly sealing: Sealing;
  readonly log: Log;
  /** The tenant of trunks that name none. */
  readonly domain: string;
  /** The trunks of the configuration file, in its order. */
  readonly configured: readonly ConfiguredTrunk[];
  status(trunk: Trunk): TrunkStatus;
  /** Calls that hold a line of it. */
  callsOf(trunk: string): number;
}

/** `before`: it was not there; `after`: it is gone. Both: it was declared anew. */
export interface TrunkChange {
  readonly before: Trunk | null;
  readonly after: Trunk | null;
}

interface StoredTrunk {
  readonly position: number;
  readonly trunk: Trunk;
}

/** Reads the stored trunks and puts them behind those of the configuration. */
export async function createTrunks(options: TrunksOptions): Promise<Trunks> {
  const stored: StoredTrunk[] = [];
  for (const row of await options.store.all()) {
    const trunk = readRow(row, options);
    if (trunk !== undefined) stored.push({ position: row.position, trunk });
  }
  return new Trunks(options, stored);
}

export class Trunks implements TrunkAdmin {
  readonly #options: TrunksOptions;
  #configured: readonly Trunk[];
  #stored: readonly StoredTrunk[];
  #inOrder: readonly Trunk[] = [];
  #byName: ReadonlyMap<string, Trunk> = new Map();
  /** Of all trunks: most calls come from none, and are asked about once. */
  #sources: NetworkSet | null = null;
  #byContactUser: ReadonlyMap<string, Trunk> = new Map();
  #listener: ((change: TrunkChange) => void) | null = null;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(options: TrunksOptions, stored: readonly StoredTrunk[]) {
    this.#options = options;
    this.#configured = options.configured.map((declared) => this.#toConfigured(declared));
    this.#stored = [...stored].sort((a, b) => a.position - b.position);
    this.#apply();
  }

  /** All that are in force, in the order in which they are tried. */
  get all(): readonly Trunk[] {
    return this.#inOrder;
  }

  byName(name: string): Trunk | undefined {
    return this.#byName.get(name);
  }

  /** The trunk that requests from this address belong to. */
  bySource(address: string): Trunk | undefined {
    if (this.#sources?.has(address) !== true) return undefined;
    return this.#inOrder.find(({ sources }) => sources.has(address));
  }

  /** The trunk that is registered with this user in its Contact. */
  byContactUser(user: string): Trunk | undefined {
    return this.#byContactUser.get(user);
  }

  /** Those by which a number may leave, in order. */
  forNumber(number: string): readonly Trunk[] {
    return this.#inOrder.filter(
      ({ gateways, numbers }) => gateways.length > 0 && numbers.some((pattern) => matchesNumber(pattern, number)),
    );
  }

  /** Hears of each trunk that comes, goes, or is declared anew from now on. One listener alone. */
  watch(listener: (change: TrunkChange) => void): void {
    this.#listener = listener;
  }

  /** Puts the trunks of a configuration that was read anew in force. */
  replaceConfigured(configured: readonly ConfiguredTrunk[]): void {
    this.#configured = configured.map((declared) => this.#toConfigured(declared));
    this.#apply();
  }

  list(): readonly TrunkView[] {
    return this.#inOrder.map((trunk, index) => this.#view(trunk, index + 1));
  }

  get(name: string): TrunkView | undefined {
    const index = this.#inOrder.findIndex((trunk) => trunk.name === name);
    const trunk = this.#inOrder[index];
    return trunk === undefined ? undefined : this.#view(trunk, index + 1);
  }

  put(name: string, value: unknown): Promise<{ trunk: TrunkView; created: boolean }> {
    return this.#inTurn(() => this.#put(name, value));
  }

  remove(name: string): Promise<void> {
    return this.#inTurn(() => this.#remove(name));
  }

  /** Writes go one after the other, or two new trunks could get the same position. */
  #inTurn<Result>(write: () => Promise<Result>): Promise<Result> {
    const result = this.#lastWrite.then(write);
    this.#lastWrite = result.catch(() => {});
    return result;
  }

  async #put(name: string, value: unknown): Promise<{ trunk: TrunkView; created: boolean }> {
    this.#refuseManaged(name);
    const { store, sealing, domain: home } = this.#options;
    const old = this.#stored.find(({ trunk }) => trunk.name === name);
    if (old === undefined && this.#stored.length >= MAX_STORED_TRUNKS) {
      throw new RequestError("invalid-request", `There may be at most ${MAX_STORED_TRUNKS} stored trunks`);
    }
    const declaration = readInput(name, value, old?.trunk.declaration);
    const { password, ...rest } = declaration;
    const position = old?.position ?? (this.#stored.at(-1)?.position ?? 0) + 1;
    const sealed = password === undefined ? null : sealing.sealText(home, sealedAs(name), password);
    await store.put({ domain: home, name, position, json: JSON.stringify(rest), password: sealed });
    const trunk = toTrunk(name, declaration, { home, managed: false });
    const others = this.#stored.filter((stored) => stored.trunk.name !== name);
    this.#stored = [...others, { position, trunk }].sort((a, b) => a.position - b.position);
    this.#apply();
    return { trunk: this.get(name) ?? this.#view(trunk, 0), created: old === undefined };
  }

  async #remove(name: string): Promise<void> {
    this.#refuseManaged(name);
    const removed = await this.#options.store.remove(this.#options.domain, name);
    this.#stored = this.#stored.filter(({ trunk }) => trunk.name !== name);
    this.#apply();
    if (!removed) throw new RequestError("not-found", `There is no trunk ${JSON.stringify(name)}`);
  }

  /** A trunk that is declared as before stays the same object: whoever watches it is not disturbed. */
  #toConfigured({ name, trunk: declaration }: ConfiguredTrunk): Trunk {
    const old = this.#byName.get(name);
    if (old?.managed === true && JSON.stringify(old.declaration) === JSON.stringify(declaration)) return old;
    return toTrunk(name, declaration, { home: this.#options.domain, managed: true });
  }

  #apply(): void {
    const before = this.#byName;
    const declared = new Set(this.#configured.map(({ name }) => name));
    const stored = this.#stored.map(({ trunk }) => trunk).filter(({ name }) => !declared.has(name));
    this.#inOrder = [...this.#configured, ...stored];
    this.#byName = new Map(this.#inOrder.map((trunk) => [trunk.name, trunk]));
    const networks = this.#inOrder.flatMap((trunk) => trunk.networks);
    this.#sources = networks.length === 0 ? null : new NetworkSet(networks);
    this.#byContactUser = new Map(
      this.#inOrder.flatMap((trunk) =>
        trunk.registration === null ? [] : [[trunk.registration.contactUser, trunk] as const],
      ),
    );
    if (this.#listener === null) return;
    for (const [name, trunk] of before) {
      if (!this.#byName.has(name)) this.#listener({ before: trunk, after: null });
    }
    for (const [name, trunk] of this.#byName) {
      const old = before.get(name);
      if (old !== trunk) this.#listener({ before: old ?? null, after: trunk });
    }
  }

  #refuseManaged(name: string): void {
    if (!this.#configured.some((trunk) => trunk.name === name)) return;
    throw new RequestError(
      "managed-by-config",
      `The trunk ${JSON.stringify(name)} is declared in the configuration file; change it there`,
    );
  }

  #view(trunk: Trunk, position: number): TrunkView {
    const { name, domain, managed, declaration } = trunk;
    const { password, ...shown } = declaration;
    const { status, callsOf } = this.#options;
    return {
      name,
      domain,
      position,
      managed,
      declaration: shown,
      hasPassword: password !== undefined,
      calls: callsOf(name),
      ...status(trunk),
    };
  }
}

/** What the password of a trunk is sealed as. */
function sealedAs(name: string): string {
  return `trunk:${name}`;
}

function readRow(row: TrunkRow, { sealing, log, domain: home }: TrunksOptions): Trunk | undefined {
  const { name } = row;
  const parsed = parseWith(trunkSchema, parseJson(row.json));
  if (!parsed.ok) {
    log.error("A stored trunk cannot be read and is passed over", { trunk: name });
    return undefined;
  }
  if (row.password === null) return toTrunk(name, parsed.value, { home, managed: false });
  const password = sealing.openText(row.domain, sealedAs(name), row.password);
  if (password === undefined) {
    log.error("The password of a trunk cannot be opened: it was sealed with another key. Set it again", {
      trunk: name,
    });
    return toTrunk(name, parsed.value, { home, managed: false });
  }
  return toTrunk(name, { ...parsed.value, password }, { home, managed: false });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A trunk as the API takes it. A password that is left out stays, as long as the account does. */
function readInput(name: string, value: unknown, old: TrunkDeclaration | undefined): TrunkDeclaration {
  const named = parseWith(trunkNameSchema, name);
  if (!named.ok) throw new RequestError("invalid-request", problemsOf(named.problem));
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RequestError("invalid-request", 'A trunk is an object such as { "uri": "sip:gw.example.net" }');
  }
  const parsed = parseWith(trunkSchema, value);
  if (!parsed.ok) throw new RequestError("invalid-request", problemsOf(parsed.problem));
  const { username, password } = parsed.value;
  if (password !== undefined || old?.password === undefined || username !== old.username) return parsed.value;
  return { ...parsed.value, password: old.password };
}

function problemsOf(problems: readonly { readonly path: string; readonly message: string }[]): string {
  return problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ");
}
