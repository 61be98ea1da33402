/**
 * HTTP requests on behalf of scripts, whom nobody trusts: only to hosts that the operator lets them reach and to addresses
 * that are not of the networks around the switch. What a name stands for is looked up once, checked, and connected to;
 * each redirect is checked anew. Everything is bounded: time, sizes, redirects, how much runs at once.
 */
import type { Clock } from "../base/clock.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { Fetcher, FetchProblem, FetchRequest, FetchResponse } from "../port/fetch.ts";
import type { AddressPolicy } from "./address-policy.ts";
import type { AllowList } from "./allow-list.ts";
import { Budget } from "./budget.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import { exchange } from "./exchange.ts";
import { FetchFailure, networkProblem } from "./failure.ts";
import { Gate } from "./gate.ts";
import { Pool } from "./pool.ts";
import { MOST_BODY_BYTES, readBody } from "./read-body.ts";
import { type Hop, isRedirect, nextHop } from "./redirect.ts";
import { checkHeaders } from "./request-headers.ts";
import { parseTarget, type Target } from "./target.ts";

/** Of one name. More are not tried. */
const MOST_ADDRESSES = 8;
const LIMITS = { running: 64, runningOfOne: 16, waiting: 1024, waitingOfOne: 128 };

/** The addresses of a name; none where there is no such name. */
export type ResolveName = (name: string) => Promise<readonly string[]>;

export interface FetcherOptions {
  readonly clock: Clock;
  readonly resolve: ResolveName;
  readonly hosts: AllowList;
  readonly addresses: AddressPolicy;
  /** Certificates of authorities, as PEM. @default those that Node trusts */
  readonly ca?: string;
}

/** What the operator has set. */
export type FetchPolicy = Pick<FetcherOptions, "hosts" | "addresses">;

export class ScriptFetcher implements Fetcher {
  readonly #options: FetcherOptions;
  readonly #gate = new Gate(LIMITS);
  readonly #budget: Budget;
  #policy: FetchPolicy;
  #pool: Pool;

  constructor(options: FetcherOptions) {
    this.#options = options;
    this.#budget = new Budget(options.clock);
    this.#policy = options;
    this.#pool = new Pool(options.ca);
  }

  /** From the next request on. What runs goes on as it began. */
  configure(policy: FetchPolicy): void {
    this.#policy = policy;
    const before = this.#pool;
    this.#pool = new Pool(this.#options.ca);
    before.retire();
  }

  close(): void {
    this.#pool.close();
  }

  async fetch(request: FetchRequest): Promise<Result<FetchResponse, FetchProblem>> {
    const first = firstHop(request);
    if (!first.ok) return first;
    const { target } = first.value;
    const key = keyOf(request);
    if (!this.#budget.isOpen(key)) return fail(overloaded(target, "scripts have fetched too much in the last seconds"));
    const deadline = startDeadline(this.#options.clock, request, target);
    try {
      const turn = this.#gate.enter(key, deadline.signal);
      if (turn === null) return fail(overloaded(target, "too many requests wait for their turn already"));
      const leave = await turn;
      try {
        const response = await this.#follow(request, first.value, deadline);
        this.#budget.spend(key, response.body.length);
        return ok(response);
      } finally {
        leave();
      }
    } catch (error) {
      if (deadline.problem !== null) return fail(deadline.problem);
      if (!(error instanceof FetchFailure)) throw error;
      // As much as may be was read before that was known.
      if (error.problem.code === "too-large") this.#budget.spend(key, MOST_BODY_BYTES);
      return fail(error.problem);
    } finally {
      deadline.stop();
    }
  }

  async #follow(request: FetchRequest, first: Hop, deadline: Deadline): Promise<FetchResponse> {
    const { script, redirect } = request;
    const policy = this.#policy;
    const pool = this.#pool;
    let hop = first;
    for (;;) {
      const { target, method } = hop;
      deadline.at(target);
      this.#budget.begin(keyOf(request));
      const addresses = await this.#admit(policy, script, hop, deadline);
      try {
        const answer = await exchange(pool, hop, addresses, deadline.signal);
        const { statusCode = 0, headers } = answer;
        if (redirect === "manual" || !isRedirect(statusCode, headers.location)) {
          const body = await readBody(target, answer, method);
          return {
            url: target.url.href,
            redirected: hop.count > 0,
            status: statusCode,
            statusText: answer.statusMessage ?? "",
            headers: toPairs(answer.rawHeaders),
            body,
          };
        }
        answer.destroy();
        if (redirect === "error") throw new FetchFailure("network", `${target.label}: it redirects (${statusCode})`);
        hop = unwrap(nextHop(hop, statusCode, headers.location));
      } catch (error) {
        if (error instanceof FetchFailure) throw error;
        const { code, message } = networkProblem(target, error);
        throw new FetchFailure(code, message);
      }
    }
  }

  /** The addresses that a request may go to. */
  async #admit(policy: FetchPolicy, script: string, hop: Hop, deadline: Deadline): Promise<readonly string[]> {
    const { host, port, label, isAddress } = hop.target;
    const said = hop.count === 0 ? label : `${label} (a redirect)`;
    if (!policy.hosts.allows(script, hop.target.url.hostname, port)) {
      const message = `${said}: the configuration does not let "${script}" fetch from this host`;
      throw new FetchFailure("not-allowed", message);
    }
    const found = isAddress ? [host] : await deadline.race(this.#resolve(hop.target));
    if (found.length === 0) throw new FetchFailure("network", `${said}: there is no such host`);
    if (policy.addresses.allows(found)) return found;
    const what = isAddress ? "is not a public address" : "does not have a public address";
    const advice = "the operator may add its network to fetch.allowPrivate";
    throw new FetchFailure("not-allowed", `${said}: it ${what}; ${advice}`);
  }

  async #resolve({ host, label }: Target): Promise<readonly string[]> {
    // RFC 6761 §6.3: never asked of the DNS.
    if (host === "localhost" || host.endsWith(".localhost")) return ["127.0.0.1", "::1"];
    try {
      const found = await this.#options.resolve(host);
      return found.slice(0, MOST_ADDRESSES);
    } catch {
      throw new FetchFailure("network", `${label}: its address cannot be found out now`);
    }
  }
}

/** Scripts of one name may be there in several domains. */
function keyOf({ domain, script }: FetchRequest): string {
  return `${domain}/${script}`;
}

function firstHop({ url, method, headers, body }: FetchRequest): Result<Hop, FetchProblem> {
  const target = parseTarget(url);
  if (!target.ok) return target;
  const checked = checkHeaders(headers);
  if (!checked.ok) return checked;
  return ok({ target: target.value, method, headers: checked.value, body, count: 0 });
}

function unwrap<Value>(result: Result<Value, FetchProblem>): Value {
  if (result.ok) return result.value;
  throw new FetchFailure(result.problem.code, result.problem.message);
}

function overloaded({ label }: Target, why: string): FetchProblem {
  return { code: "overloaded", message: `${label}: ${why}; try again later` };
}

function toPairs(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    pairs.push([(raw[index] as string).toLowerCase(), raw[index + 1] as string]);
  }
  return pairs;
}
