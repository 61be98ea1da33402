/**
 * The process in which calls are simulated for the API: a long one costs the switch no time, and one that never ends, or
 * takes too much memory, costs this process alone. Code of scripts runs in hosts of its own, behind it.
 */
import { setPriority } from "node:os";
import { silentLog } from "../../base/log.ts";
import { TimerWheel } from "../../base/timer-wheel.ts";
import { createSandbox } from "../../sandbox/sandbox.ts";
import { ScriptBench } from "../script/script-bench.ts";
import { SimulationError } from "../simulation-error.ts";
import type { FromSimulator, ToSimulator } from "./protocol.ts";
import { Session } from "./session.ts";

const LEAST_PRIORITY = 19;
/** On the wall, behind all that is live; CPU time is bounded as ever. */
const EVENT_MS = 1_000;

const clock = new TimerWheel();
const bench = new ScriptBench((operations) =>
  createSandbox({
    operations,
    clock,
    log: silentLog,
    hosts: 1,
    isBackground: true,
    limits: { eventMs: EVENT_MS },
    listener: { invocation() {}, logLine() {} },
  }),
);
const sessions = new Map<string, Session>();

setPriority(LEAST_PRIORITY);
const started = bench.start();
process.on("message", (message: ToSimulator) => void answer(message));
// Nobody is there any more.
process.on("disconnect", () => void bench.stop().finally(() => process.exit(0)));

async function answer(message: ToSimulator): Promise<void> {
  if (message.type === "end") {
    sessions.get(message.session)?.end();
    sessions.delete(message.session);
    return;
  }
  const { request } = message;
  try {
    await started;
    tell({ type: "state", request, state: await perform(message) });
  } catch (error) {
    tell({ type: "refused", request, message: sentenceOf(error) });
  }
}

async function perform(message: Exclude<ToSimulator, { type: "end" }>) {
  if (message.type === "begin") {
    const session = await Session.begin(bench, message.start);
    sessions.set(message.session, session);
    return await session.state(-1);
  }
  const session = sessions.get(message.session);
  if (session === undefined) throw new SimulationError("this simulation is over");
  if (message.step !== null) await session.step(message.step);
  return await session.state(message.after);
}

function tell(reply: FromSimulator): void {
  process.send?.(reply);
}

/** Without the timeline, which whoever asks has. */
function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0] ?? message;
}
