/**
 * Routes of the configuration file and of the store, in this order, and their administration (`RouteAdmin`). What the
 * file declares can only be changed there; a stored route of the same name stands aside for it.
 */
import { isIP } from "node:net";
import { RequestError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { parseWith } from "../../contract/issue.ts";
import { type Route, routeSchema } from "../../contract/route.ts";
import type { RouteRow, Store } from "../../port/store.ts";
import type { PassedRoute, RouteAdmin, RouteView, TriedCall } from "../../port/switch.ts";
import { type RouteRequest, RouteTable } from "./table.ts";

/** What a call's route is named while there is no route at all. */
const NO_ROUTES = "default";
/** Each request may be tried against all of them. */
const MAX_STORED_ROUTES = 1000;

export interface RoutesOptions {
  readonly store: Store["routes"];
  readonly log: Log;
  /** Our domain, for questions that name none. */
  readonly domain: string;
  /** The routes of the configuration file, in its order. */
  readonly configured: readonly Route[];
  /** The script that gets every call while there is no route at all. */
  readonly scriptWithoutRoutes: () => string | undefined;
}

interface StoredRoute {
  readonly position: number;
  readonly route: Route;
}

/** Reads the stored routes and puts them behind those of the configuration. */
export async function createRoutes(options: RoutesOptions): Promise<Routes> {
  const stored: StoredRoute[] = [];
  for (const row of await options.store.all()) {
    const route = readRow(row);
    if (route !== undefined) stored.push({ position: row.position, route });
    else options.log.error("A stored route cannot be read and is passed over", { route: row.name });
  }
  return new Routes(options, stored);
}

export class Routes implements RouteAdmin {
  readonly #store: Store["routes"];
  readonly #domain: string;
  readonly #scriptWithoutRoutes: () => string | undefined;
  #configured: readonly Route[];
  #stored: readonly StoredRoute[];
  #table: RouteTable;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(options: RoutesOptions, stored: readonly StoredRoute[]) {
    this.#store = options.store;
    this.#domain = options.domain;
    this.#scriptWithoutRoutes = options.scriptWithoutRoutes;
    this.#configured = options.configured;
    this.#stored = [...stored].sort((a, b) => a.position - b.position);
    this.#table = new RouteTable(this.#inOrder());
  }

  /**
   * The first route that takes the request. As long as there is no route at all, every call goes to one script: a switch
   * with one script needs no routes.
   */
  find(request: RouteRequest): Route | undefined {
    if (!this.#table.isEmpty) return this.#table.match(request);
    const script = this.#scriptWithoutRoutes();
    return script === undefined ? undefined : { name: NO_ROUTES, script };
  }

  /** Puts the routes of a configuration that was read anew in force. */
  replaceConfigured(routes: readonly Route[]): void {
    this.#configured = routes;
    this.#table = new RouteTable(this.#inOrder());
  }

  list(): readonly RouteView[] {
    return this.#inOrder().map((route, index) => this.#view(route, index));
  }

  get(name: string): RouteView | undefined {
    return this.list().find((view) => view.name === name);
  }

  put(name: string, value: unknown): Promise<{ route: RouteView; created: boolean }> {
    return this.#inTurn(() => this.#put(name, value));
  }

  remove(name: string): Promise<void> {
    return this.#inTurn(() => this.#remove(name));
  }

  /** Those of the configuration stay in front of them. */
  reorder(names: readonly string[]): Promise<void> {
    return this.#inTurn(() => this.#reorder(names));
  }

  match(call: TriedCall): RouteView | undefined {
    const route = this.find(this.#requestOf(call));
    return route === undefined ? undefined : this.#viewNamed(route.name, route);
  }

  passedBy(call: TriedCall): readonly PassedRoute[] {
    return this.#table.passedBy(this.#requestOf(call));
  }

  #requestOf({ to, from = "", source = "", trunk }: TriedCall): RouteRequest {
    const request = { method: "INVITE", to, from, domain: this.#domain, source: withoutPort(source) };
    return trunk === undefined ? request : { ...request, trunk };
  }

  /** Writes go one after the other, or two new routes could get the same position. */
  #inTurn<Result>(write: () => Promise<Result>): Promise<Result> {
    const result = this.#lastWrite.then(write);
    this.#lastWrite = result.catch(() => {});
    return result;
  }

  async #put(name: string, value: unknown): Promise<{ route: RouteView; created: boolean }> {
    this.#refuseManaged(name);
    const route = readInput(name, value);
    const old = this.#stored.find((stored) => stored.route.name === name);
    if (old === undefined && this.#stored.length >= MAX_STORED_ROUTES) {
      throw new RequestError("invalid-request", `There may be at most ${MAX_STORED_ROUTES} stored routes`);
    }
    const position = old?.position ?? (this.#stored.at(-1)?.position ?? 0) + 1;
    await this.#store.put({ name, position, json: JSON.stringify(route), managed: false });
    const others = this.#stored.filter((stored) => stored.route.name !== name);
    this.#replaceStored([...others, { position, route }]);
    return { route: this.#viewNamed(name, route), created: old === undefined };
  }

  async #remove(name: string): Promise<void> {
    this.#refuseManaged(name);
    const removed = await this.#store.remove(name);
    this.#replaceStored(this.#stored.filter((stored) => stored.route.name !== name));
    if (!removed) throw new RequestError("not-found", `There is no route ${JSON.stringify(name)}`);
  }

  async #reorder(names: readonly string[]): Promise<void> {
    const shown = this.list().filter(({ managed }) => !managed);
    const isAll = names.length === shown.length && shown.every(({ name }) => names.includes(name));
    if (!isAll) {
      const all = shown.map(({ name }) => name).join(", ");
      throw new RequestError("conflict", `Name each route once that is not declared in the configuration: ${all}.`);
    }
    // One that stands aside for the configuration has no place of its own: it goes to the end.
    const placeOf = ({ route }: StoredRoute) => (names.includes(route.name) ? names.indexOf(route.name) : names.length);
    const ordered = this.#stored.toSorted((a, b) => placeOf(a) - placeOf(b));
    const stored = ordered.map(({ route }, index) => ({ position: index + 1, route }));
    const rows = stored.map(({ position, route }) => {
      return { name: route.name, position, json: JSON.stringify(route), managed: false };
    });
    await this.#store.put(...rows);
    this.#replaceStored(stored);
  }

  #inOrder(): readonly Route[] {
    const declared = new Set(this.#configured.map(({ name }) => name));
    return [...this.#configured, ...this.#stored.map(({ route }) => route).filter(({ name }) => !declared.has(name))];
  }

  #replaceStored(stored: readonly StoredRoute[]): void {
    this.#stored = [...stored].sort((a, b) => a.position - b.position);
    this.#table = new RouteTable(this.#inOrder());
  }

  #refuseManaged(name: string): void {
    if (!this.#configured.some((route) => route.name === name)) return;
    throw new RequestError(
      "managed-by-config",
      `The route ${JSON.stringify(name)} is declared in the configuration file; change it there`,
    );
  }

  #viewNamed(name: string, route: Route): RouteView {
    return this.get(name) ?? this.#view(route, 0);
  }

  #view(route: Route, index: number): RouteView {
    const { name, script, fallback, public: isPublic, ...match } = route;
    const managed = index < this.#configured.length;
    return { name, position: index + 1, managed, match, script, fallback: fallback ?? [], public: isPublic ?? false };
  }
}

function readRow(row: RouteRow): Route | undefined {
  try {
    const parsed = parseWith(routeSchema, JSON.parse(row.json));
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined;
  }
}

/** A route as the API takes it: without its name, which is in the address, or with the same one. */
function readInput(name: string, value: unknown): Route {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RequestError("invalid-request", 'A route is an object such as { "to": "100", "script": "front-desk" }');
  }
  const parsed = parseWith(routeSchema, { name, ...value });
  if (!parsed.ok) {
    const problems = parsed.problem.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
    throw new RequestError("invalid-request", problems.join("; "));
  }
  if (parsed.value.name === name) return parsed.value;
  throw new RequestError("invalid-request", `name: expected ${JSON.stringify(name)} as in the address, or none`);
}

/** `192.0.2.4:5060` and `[2001:db8::1]:5060` are how calls show their source. */
function withoutPort(source: string): string {
  if (isIP(source) !== 0) return source;
  return /^\[([^\]]*)\](?::\d+)?$/.exec(source)?.[1] ?? source.replace(/:\d+$/, "");
}
