/**
 * `/x/{script}/…`: requests that the switch does not answer itself but a script. Nobody needs a token of the API here, so
 * all that comes is bounded before a script hears of it, and nothing that a script answers can touch what else lives at
 * this address: no cookies, a content policy that shuts a page in, and none but known headers.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../base/clock.ts";
import { KeyedBuckets } from "../../base/keyed-buckets.ts";
import { networkOf } from "../../base/network-of.ts";
import { randomText } from "../../base/random.ts";
import type { Pace } from "../../base/token-bucket.ts";
import { type CheckedResponse, parseHttpResponse } from "../../contract/http-response.ts";
import type { ScriptFault } from "../../port/script.ts";
import type { Api } from "../api.ts";
import { readBody } from "../body.ts";
import { answerError } from "../dispatch.ts";
import { RequestProblem } from "../problem.ts";
import { send } from "../render.ts";
import { FailureThrottle } from "../throttle.ts";
import { MAX_EVENT_CHARACTERS, parseTarget, type ScriptTarget, sourceOf, toEvent } from "./event.ts";

/** From one source, all scripts together. */
const OF_SOURCE: Pace = { perSecond: 20, burst: 60 };
/** How many seconds' worth may come at once. */
const BURST_SECONDS = 2;

/** A page may have forms and styles of its own; it runs no script, and to the browser it is of no origin. */
const CONTENT_POLICY =
  "sandbox allow-forms; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; " +
  "frame-ancestors 'none'";

/** In place of those of the API: what a script answers may be shown by pages of others. */
const OF_SCRIPTS = {
  "Content-Security-Policy": CONTENT_POLICY,
  "Cross-Origin-Resource-Policy": "cross-origin",
} as const;

/** What a page loads and runs, or shows as a part of itself. */
const CODE: ReadonlySet<string> = new Set([
  "script",
  "worker",
  "sharedworker",
  "serviceworker",
  "style",
  "object",
  "embed",
]);

/** What the endpoint uses of the API. */
type EndpointParts = Pick<Api, "scriptRequests" | "log">;

export class ScriptEndpoint {
  readonly #api: EndpointParts;
  readonly #sources: KeyedBuckets;
  readonly #scripts: KeyedBuckets;
  readonly #wrongTokens: FailureThrottle;

  constructor(api: EndpointParts, clock: Clock) {
    this.#api = api;
    this.#sources = new KeyedBuckets(clock);
    this.#scripts = new KeyedBuckets(clock);
    this.#wrongTokens = new FailureThrottle(clock);
  }

  async serve(request: IncomingMessage, response: ServerResponse, url: string): Promise<void> {
    const id = randomText(16);
    try {
      const { status, headers, body } = await this.#answer(request, parseTarget(url), id);
      send(response, { status, headers: { ...OF_SCRIPTS, ...headers }, body });
    } catch (error) {
      answerError(error, response, this.#api.log, `urn:strowger:request:${id}`);
    }
  }

  async #answer(request: IncomingMessage, target: ScriptTarget | null, id: string): Promise<CheckedResponse> {
    const { events, rules, isExempt } = this.#api.scriptRequests;
    refuseAsCode(request);
    const source = sourceOf(request);
    if (!isExempt(source)) hold(this.#sources.take(networkOf(source), OF_SOURCE));
    if (target === null || !events.isHandled(target.script, "http")) throw nothingHere();
    const { script } = target;
    const { token, perSecond } = rules(script);
    if (token !== null) this.#authenticate(request, token, source);
    hold(this.#scripts.take(script, { perSecond, burst: perSecond * BURST_SECONDS }));
    const bytes = await readBody(request, MAX_EVENT_CHARACTERS);
    const event = toEvent(request, target, { id, bytes, hidesAuthorization: token !== null });
    const outcome = await events.run({ script, id, event, parse: parseHttpResponse });
    switch (outcome.type) {
      case "returned":
        return outcome.value;
      case "unhandled":
        throw nothingHere();
      case "fault":
        throw toProblem(outcome.fault);
    }
  }

  #authenticate(request: IncomingMessage, token: string, source: string): void {
    hold(this.#wrongTokens.waitSeconds(source));
    const sent = /^Bearer +([\x21-\x7e]+) *$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (timingSafeEqual(hashOf(sent), hashOf(token))) return;
    if (sent !== "") this.#wrongTokens.fail(source);
    throw new RequestProblem("unauthorized", "Send the token of this script: Authorization: Bearer TOKEN.", {
      headers: { "WWW-Authenticate": 'Bearer realm="strowger-script"' },
    });
  }
}

/** The console's page is at the same address, and its policy lets it run what comes from there: not from a script of calls. */
function refuseAsCode({ headers }: IncomingMessage): void {
  const isOwnPage = headers["sec-fetch-site"] === "same-origin";
  if (!isOwnPage || !CODE.has(String(headers["sec-fetch-dest"]))) return;
  throw new RequestProblem("forbidden", "What a script answers is data: no page of this switch may run it.");
}

/** The same where there is no script, none that is live, or none that takes requests. */
function nothingHere(): RequestProblem {
  return new RequestProblem("not-found", "There is nothing here.");
}

function hold(waitMs: number): void {
  if (waitMs === 0) return;
  const waitSeconds = Math.ceil(waitMs / 1000);
  throw new RequestProblem("too-many-requests", `Too many requests. Try again in ${waitSeconds} s.`, {
    headers: { "Retry-After": String(waitSeconds) },
  });
}

/** Whoever asks learns that it failed; why, is in the tail of the script, under the id that `instance` names. */
function toProblem({ reason }: ScriptFault): RequestProblem {
  switch (reason) {
    case "timeout":
      return new RequestProblem("script-timeout", "The script took too long over this request.");
    case "overloaded":
    case "quarantined":
    case "missing":
      return new RequestProblem("script-unavailable", "The script cannot take requests now. Try again later.");
    default:
      return new RequestProblem("script-failed", "The script failed at this request; its tail says why.");
  }
}

function hashOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
