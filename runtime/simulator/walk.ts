/** A call that is walked through from outside: by a plan that was made before, or by one choice after the other. */
import type { SimulatedCall } from "./call.ts";
import { whereIs } from "./explain.ts";
import { SimulationError } from "./simulation-error.ts";

const TALK_SECONDS = 10;
const LONGEST_SECONDS = 3_600;
const WAIT_SECONDS = 20;
/** Until what was done has reached everybody. */
const SETTLE_SECONDS = 0.06;

/** What happens, in this order; what is left out does not. */
export interface WalkPlan {
  readonly keys?: string;
  /** Who answers, or refuses with which code; `""`: whoever rings. */
  readonly answer?: string;
  readonly reject?: string;
  readonly rejectCode?: number;
  /** Seconds until then, from when the phone rings. @default 0 */
  readonly after?: number;
  /** Seconds in which nobody answers. */
  readonly noAnswer?: number;
  /** Seconds that the caller speaks once the switch records. */
  readonly speak?: number;
  /** Seconds that the parties talk. @default 10 */
  readonly talk?: number;
  /** @default "caller" */
  readonly hangUp?: string;
}

/** Does what the plan says, and lets the call come to its end. Throws `SimulationError` for what cannot be done. */
export async function walkByPlan(call: SimulatedCall, plan: WalkPlan): Promise<void> {
  const { keys, answer, reject, rejectCode, after = 0, noAnswer, speak, talk = TALK_SECONDS, hangUp } = plan;
  await call.advance(SETTLE_SECONDS);
  if (keys !== undefined) await call.presses(keys);
  if (noAnswer !== undefined) await call.noAnswer(noAnswer);
  const who = reject ?? answer;
  if (who !== undefined) {
    if (who !== "") await call.rings(who);
    await call.advance(after);
    if (reject === undefined) await call.answers(who || undefined);
    else await call.rejects(who || undefined, rejectCode);
  }
  if (speak !== undefined) await call.speaks(speak);
  const isTalking = call.connectedTo !== undefined;
  if (isTalking) await call.advance(talk);
  if ((isTalking || hangUp !== undefined) && !call.isOver) await call.hangsUp(hangUp || "caller");
  await runOut(call);
}

/** A choice: its letter, what may follow it, and what it means. */
export interface Choice {
  readonly usage: string;
  readonly text: string;
}

export interface Guide {
  /** Shows what can be done, and gives what was typed; `null`: nobody is there any more. */
  ask(where: string, choices: readonly Choice[]): Promise<string | null>;
  /** What was typed could not be done. */
  refuse(why: string): void;
}

/** Asks what happens until the call is over, or until nobody answers. */
export async function walkByChoice(call: SimulatedCall, guide: Guide): Promise<void> {
  await call.advance(SETTLE_SECONDS);
  while (!call.isOver) {
    const typed = await guide.ask(whereIs(call), choicesOf(call));
    if (typed === null || typed.trim() === "q") return;
    try {
      await act(call, typed.trim());
    } catch (error) {
      if (!(error instanceof SimulationError)) throw error;
      guide.refuse(error.message.split("\n", 1)[0] ?? "");
    }
  }
  await call.advance(SETTLE_SECONDS);
}

function choicesOf(call: SimulatedCall): readonly Choice[] {
  const { facts, connectedTo } = call;
  const choices: Choice[] = [];
  for (const { name } of facts.ringing()) {
    choices.push({ usage: `a ${name}`, text: `${name} answers` });
    choices.push({ usage: `r ${name} 486`, text: `${name} rejects` });
  }
  const endpoint = facts.endpointOf("caller");
  if (endpoint !== undefined || connectedTo !== undefined) choices.push({ usage: "k 1#", text: "caller presses keys" });
  if (endpoint?.recording != null) choices.push({ usage: "s 4", text: "caller speaks for 4 s" });
  choices.push({ usage: `w ${WAIT_SECONDS}`, text: `${WAIT_SECONDS} s pass` });
  choices.push({ usage: "h", text: "caller hangs up" });
  if (connectedTo !== undefined) choices.push({ usage: `h ${connectedTo}`, text: `${connectedTo} hangs up` });
  return [...choices, { usage: "q", text: "quit" }];
}

async function act(call: SimulatedCall, typed: string): Promise<void> {
  const [letter = "", first, second] = typed.split(/\s+/);
  switch (letter) {
    case "a":
      await call.answers(first);
      break;
    case "r":
      await call.rejects(first, second === undefined ? undefined : Number(second));
      break;
    case "k":
      await call.presses(first ?? "");
      break;
    case "s":
      await call.speaks(secondsOf(first, 4), { within: 1 });
      break;
    case "w":
      await call.advance(secondsOf(first, WAIT_SECONDS));
      break;
    case "h":
      await call.hangsUp(first);
      break;
    default:
      throw new SimulationError(`"${typed}" is none of the choices`);
  }
}

function secondsOf(text: string | undefined, otherwise: number): number {
  const seconds = text === undefined ? otherwise : Number(text);
  if (seconds >= 0 && seconds <= LONGEST_SECONDS) return seconds;
  throw new SimulationError(`"${text}" is no number of seconds from 0 to ${LONGEST_SECONDS}`);
}

/** Nothing more is done from outside: the call ends by itself, or goes on for ever. */
async function runOut(call: SimulatedCall): Promise<void> {
  if (call.isOver) await call.advance(SETTLE_SECONDS);
  else await call.advanceToEnd(LONGEST_SECONDS);
}
