/**
 * `strowger simulate`: walks through a call of a script without a switch and without a phone. In a terminal it asks what
 * happens next; with flags that say so, or without a terminal, it asks nothing.
 */
import { createInterface } from "node:readline";
import type { Command } from "commander";
import type { SimulatedCall } from "../../simulator/call.ts";
import type { SimulationOptions } from "../../simulator/options.ts";
import type { Moment } from "../../simulator/timeline.ts";
import type { Guide, WalkPlan, walkByChoice } from "../../simulator/walk.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { Output, paint } from "../output.ts";
import { printable } from "../table.ts";

interface SimulateOptions {
  readonly to: string;
  readonly from?: string;
  readonly name?: string;
  readonly users?: string;
  readonly now?: string;
  readonly timeZone?: string;
  readonly kv: readonly string[];
  readonly env: readonly string[];
  readonly secret: readonly string[];
  readonly keys?: string;
  readonly answer?: string | true;
  readonly reject?: string | true;
  readonly code?: number;
  readonly after?: number;
  readonly noAnswer?: number;
  readonly speak?: number;
  readonly talk?: number;
  readonly hangUp?: string | true;
}

export function defineSimulate(program: Command): void {
  program
    .command("simulate")
    .description("walk through a call of a script: no switch, no phone, no waiting")
    .argument("<file>", "a .ts or .js file")
    .requiredOption("--to <number>", "what is dialled: a number, a user or a URI")
    .option("--from <who>", "who calls: a user, a number or a URI (default: somebody from outside)")
    .option("--name <name>", "display name of the caller")
    .option("--users <list>", "users of the switch: alice:100,bob (default: alice, bob, carol, dave from 100)")
    .option("--now <time>", 'when it begins: "2026-11-26 18:30"')
    .option("--time-zone <zone>", "where --now is local (default: UTC)")
    .option("--kv <key=value>", "a key that the script finds; may be repeated", collect, [])
    .option("--env <NAME=value>", "a variable of the script; may be repeated", collect, [])
    .option("--secret <NAME=value>", "a secret of the script; may be repeated", collect, [])
    .option("--keys <keys>", "the caller presses keys")
    .option("--answer [user]", "a phone that rings is answered")
    .option("--reject [user]", "a phone that rings refuses the call")
    .option("--code <status>", "with --reject: the status (default: 486)", toNumber)
    .option("--after <seconds>", "how long it rings before that", toNumber)
    .option("--no-answer <seconds>", "nobody answers for so long", toNumber)
    .option("--speak <seconds>", "the caller speaks once he is recorded", toNumber)
    .option("--talk <seconds>", "how long the parties talk (default: 10)", toNumber)
    .option("--hang-up [who]", "who hangs up then (default: caller)")
    .action(async (file: string, options: SimulateOptions, command: Command) => {
      const out = new Output(command.optsWithGlobals<{ json?: boolean }>().json === true);
      await simulateFile(file, options, out);
    });
}

async function simulateFile(file: string, options: SimulateOptions, out: Output): Promise<void> {
  // The simulator is large, and no other command needs it.
  const { simulate, SimulationError } = await import("../../simulator/index.ts");
  const { loadScript } = await import("../../simulator/load-script.ts");
  const { formatMoment } = await import("../../simulator/timeline.ts");
  const walk = await import("../../simulator/walk.ts");
  const script = await loadScript(file).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`${file} cannot be loaded: ${why}`, exitCodes.doesNotCompile);
  });
  try {
    const simulation = simulate(script, toSimulation(options));
    if (!out.json) simulation.timeline.watch((moment) => out.line(moment, () => colored(moment, formatMoment(moment))));
    const { to, from, name } = options;
    const call = simulation.invite({
      to,
      ...(from === undefined ? {} : { from }),
      ...(name === undefined ? {} : { name }),
    });
    const plan = toPlan(options);
    if (plan !== null || out.json || !process.stdin.isTTY) await walk.walkByPlan(call, plan ?? {});
    else await walkInTerminal(call, walk.walkByChoice);
    await report(call, out);
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    throw new CommandFailure(out.json ? error.message : (error.message.split("\n", 1)[0] ?? ""));
  }
}

async function walkInTerminal(call: SimulatedCall, walk: typeof walkByChoice): Promise<void> {
  const guide = terminalGuide();
  try {
    await walk(call, guide);
  } finally {
    guide.leave();
  }
}

async function report(call: SimulatedCall, out: Output): Promise<void> {
  const { simulation, response, cdr, decisions, events, faults, logs, heard, rung, tags, state } = call;
  const kv = await simulation.kv();
  const timeline = simulation.timeline.moments;
  const code = response?.code ?? null;
  const result = { code, cdr: cdr ?? null, events, decisions, faults, logs, heard, rung, tags, state, kv, timeline };
  out.result(result, () => summaryOf(call));
  if (faults.length > 0) throw new CommandFailure(`the script has failed ${faults.length} times`);
}

function summaryOf({ cdr, response, isOver }: SimulatedCall): string {
  if (!isOver) return "\nThe call is still up.";
  if (cdr === undefined) return `\nThe switch refused the call: ${response?.code} ${response?.reason}.`;
  const { result, code, reason, seconds, endedBy, legs } = cdr;
  const attempts = legs.map((leg) => `${leg.target} ${leg.code}`).join(", ");
  const tried = attempts === "" ? "" : `; tried: ${attempts}`;
  return `\nThe call is over: ${result} (${code} ${reason}), ${seconds.toFixed(1)} s, ended by ${endedBy}${tried}.`;
}

function terminalGuide(): Guide & { leave(): void } {
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: "> " });
  // Whoever types ahead, or pastes, loses nothing.
  const lines = terminal[Symbol.asyncIterator]();
  return {
    async ask(where, choices) {
      const width = Math.max(...choices.map(({ usage }) => usage.length));
      const rows = choices.map(({ usage, text }) => `  ${paint("bold", usage.padEnd(width))}  ${text}`);
      process.stdout.write(`\nNow ${printable(where)}. What happens?\n${rows.join("\n")}\n`);
      terminal.prompt();
      const { value, done } = await lines.next();
      return done === true ? null : value;
    },
    refuse: (why) => void process.stdout.write(`${paint("red", printable(why))}\n`),
    leave: () => terminal.close(),
  };
}

function colored(moment: Moment, line: string): string {
  const text = printable(line);
  switch (moment.type) {
    case "sip":
      return paint("dim", text);
    case "fault":
    case "problem":
      return paint("red", text);
    case "event":
      return paint("cyan", text);
    case "decision":
      return paint("green", text);
    case "act":
      return paint("bold", text);
    default:
      return text;
  }
}

/** `null`: no flag says what happens. */
function toPlan(options: SimulateOptions): WalkPlan | null {
  const { keys, answer, reject, code, after, noAnswer, speak, talk, hangUp } = options;
  const plan: WalkPlan = {
    ...(keys === undefined ? {} : { keys }),
    ...(answer === undefined ? {} : { answer: answer === true ? "" : answer }),
    ...(reject === undefined ? {} : { reject: reject === true ? "" : reject }),
    ...(code === undefined ? {} : { rejectCode: code }),
    ...(after === undefined ? {} : { after }),
    ...(typeof noAnswer === "number" ? { noAnswer } : {}),
    ...(speak === undefined ? {} : { speak }),
    ...(talk === undefined ? {} : { talk }),
    ...(hangUp === undefined ? {} : { hangUp: hangUp === true ? "" : hangUp }),
  };
  return Object.keys(plan).length === 0 ? null : plan;
}

function toSimulation({ users, now, timeZone, kv, env, secret }: SimulateOptions): SimulationOptions {
  return {
    ...(users === undefined ? {} : { users: toUsers(users) }),
    ...(now === undefined ? {} : { now }),
    ...(timeZone === undefined ? {} : { timeZone }),
    kv: Object.fromEntries(kv.map((text) => toPair("--kv", text)).map(([key, value]) => [key, toJson(value)])),
    env: Object.fromEntries(env.map((text) => toPair("--env", text))),
    secrets: Object.fromEntries(secret.map((text) => toPair("--secret", text))),
  };
}

function toUsers(list: string): NonNullable<SimulationOptions["users"]> {
  return Object.fromEntries(
    list.split(",").map((entry) => {
      const [name = "", extension] = entry.trim().split(":");
      return [name, extension === undefined ? {} : { extension }];
    }),
  );
}

function toPair(flag: string, text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new CommandFailure(`${flag} ${text}: expected name=value`, exitCodes.usage);
}

/** JSON where it is JSON, else the text itself. */
function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function toNumber(text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number >= 0) return number;
  throw new CommandFailure(`expected a number, found ${JSON.stringify(text)}`, exitCodes.usage);
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}
