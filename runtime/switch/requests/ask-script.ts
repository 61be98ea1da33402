/**
 * Asks a script what is to become of a request outside of calls. The route of the request names the script; where there is
 * none, or it does not handle the event, nobody is asked and nothing waits. A script that fails is no way around itself: the
 * request is refused, as the fallback of its route says.
 */
import type { ScriptEvent, StandaloneEvent } from "../../../sdk/script-event.ts";
import type { Result } from "../../base/result.ts";
import type { Route } from "../../contract/route.ts";
import type { ScriptEvents } from "../../port/script-events.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { partyOf } from "../call/call-view.ts";
import type { Switch } from "../switch.ts";

/** As the sandbox has it: the whole event as JSON. */
const LARGEST_EVENT_CHARACTERS = 32_768;
const DEFAULT_FALLBACK_CODE = 500;

/** A script that handles the event of a request. */
export interface AskedScript {
  readonly events: ScriptEvents;
  readonly script: string;
  /** What the sender gets where the script fails. */
  readonly fallbackCode: number;
  /** Whether the route lets anybody leave for a foreign address. */
  readonly mayLeave: boolean;
}

export type Said<Value> =
  /** The script leaves it to the switch. */
  | { readonly type: "nothing" }
  | { readonly type: "said"; readonly value: Value }
  | { readonly type: "refused"; readonly code: number };

export interface Question<Value> {
  readonly asked: AskedScript;
  readonly event: StandaloneEvent & { readonly id: string };
  readonly parse: (value: unknown) => Result<Value | undefined, string>;
}

export function scriptFor(
  sw: Switch,
  { request, flow }: ServerTransaction,
  handler: ScriptEvent["type"],
  domain: string,
): AskedScript | undefined {
  const { events, routes } = sw.parts;
  if (events === undefined) return undefined;
  const route = routes.find({
    method: request.method,
    to: partyOf(request.uri, "").user,
    from: partyOf(request.from.uri, "").user,
    domain,
    source: flow.remoteAddress,
  });
  if (route === undefined || !events.isHandled(route.script, handler)) return undefined;
  return { events, script: route.script, fallbackCode: fallbackOf(route), mayLeave: route.public === true };
}

/** Asks, and goes on with what was said. A bug of ours in what follows costs this request, and no other. */
export function askScript<Value>(
  sw: Switch,
  transaction: ServerTransaction,
  { asked, event, parse }: Question<Value>,
  then: (said: Said<Value>) => void,
): void {
  const { method } = transaction.request;
  answerOf(asked, event, parse)
    .then(then)
    .catch((error: unknown) => {
      const { log, stack } = sw.parts;
      log.error("A request could not be handled", { error, method });
      const isOpen = transaction.state === "trying" || transaction.state === "proceeding";
      if (isOpen) stack.reply(transaction, 500, { toTag: stack.mint.tag() });
    });
}

async function answerOf<Value>(
  { events, script, fallbackCode }: AskedScript,
  event: Question<Value>["event"],
  parse: Question<Value>["parse"],
): Promise<Said<Value>> {
  // Refused, so that no script is bypassed by the size of a request.
  if (JSON.stringify({ event }).length > LARGEST_EVENT_CHARACTERS) return { type: "refused", code: 513 };
  const outcome = await events.run({ script, id: event.id, event, parse });
  if (outcome.type === "fault") return { type: "refused", code: fallbackCode };
  if (outcome.type === "unhandled" || outcome.value === undefined) return { type: "nothing" };
  return { type: "said", value: outcome.value };
}

/** Of a fallback, only a refusal can be done to such a request. */
function fallbackOf({ fallback = [] }: Route): number {
  const [first] = fallback;
  return first?.type === "reject" ? first.code : DEFAULT_FALLBACK_CODE;
}
