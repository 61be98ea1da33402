/** The routes that are in force, made ready to be asked for each request: the first that fits takes it. */
import { InvariantError } from "../../base/errors.ts";
import { NetworkSet, parseNetwork } from "../../contract/network.ts";
import { matchesNumber, type NumberPattern, parseNumberPattern } from "../../contract/number-pattern.ts";
import type { Route } from "../../contract/route.ts";

/** What a route is chosen by. */
export interface RouteRequest {
  readonly method: string;
  /** User part of the Request-URI, its escapes undone. */
  readonly to: string;
  /** User part of From, its escapes undone. */
  readonly from: string;
  /** Host of the Request-URI, in lower case. */
  readonly domain: string;
  /** IP address that the request came from. */
  readonly source: string;
  /** The trunk that the request came from, where it came from one. */
  readonly trunk?: string;
}

/** The fields of a route that say which requests it takes. */
export type MatchField = keyof RouteRequest;

interface Rule {
  readonly route: Route;
  readonly domain: string | undefined;
  readonly to: NumberPattern | undefined;
  readonly from: NumberPattern | undefined;
  readonly source: NetworkSet | undefined;
}

export class RouteTable {
  readonly #rules: readonly Rule[];

  /** `routes` have passed the schema. */
  constructor(routes: readonly Route[]) {
    this.#rules = routes.map(toRule);
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  match(request: RouteRequest): Route | undefined {
    return this.#rules.find((rule) => misfitOf(rule, request) === undefined)?.route;
  }

  /** The routes that are tried before the one that takes the request, each with the first field that does not fit. */
  passedBy(request: RouteRequest): readonly { readonly name: string; readonly field: MatchField }[] {
    const passed: { readonly name: string; readonly field: MatchField }[] = [];
    for (const rule of this.#rules) {
      const field = misfitOf(rule, request);
      if (field === undefined) return passed;
      passed.push({ name: rule.route.name, field });
    }
    return passed;
  }
}

/** The first field of the route that does not fit; `undefined`: it takes the request. */
function misfitOf({ route, domain, to, from, source }: Rule, request: RouteRequest): MatchField | undefined {
  if (route.method !== undefined && route.method !== request.method) return "method";
  if (domain !== undefined && domain !== request.domain) return "domain";
  if (route.trunk !== undefined && route.trunk !== request.trunk) return "trunk";
  if (to !== undefined && !matchesNumber(to, request.to)) return "to";
  if (from !== undefined && !matchesNumber(from, request.from)) return "from";
  if (source !== undefined && !source.has(request.source)) return "source";
  return undefined;
}

function toRule(route: Route): Rule {
  return {
    route,
    domain: route.domain?.toLowerCase(),
    to: route.to === undefined ? undefined : toPattern(route.to),
    from: route.from === undefined ? undefined : toPattern(route.from),
    source: route.source === undefined ? undefined : toNetworks(route.source),
  };
}

function toPattern(text: string): NumberPattern {
  const parsed = parseNumberPattern(text);
  if (!parsed.ok)
    throw new InvariantError(`The pattern ${JSON.stringify(text)} has passed the schema: ${parsed.problem}`);
  return parsed.value;
}

function toNetworks(text: string): NetworkSet {
  const network = parseNetwork(text);
  if (network === undefined) throw new InvariantError(`The network ${JSON.stringify(text)} has passed the schema`);
  return new NetworkSet([network]);
}
