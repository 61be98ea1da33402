import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import type { ScriptOutcome } from "../../../runtime/port/script.ts";
import { Entry } from "../../../runtime/sandbox/entry.ts";
import { Host, type LostHost } from "../../../runtime/sandbox/host.ts";
import { DEFAULT_LIMITS } from "../../../runtime/sandbox/limits.ts";
import { OperationDesk } from "../../../runtime/sandbox/operation-desk.ts";
import type { AskedOperation } from "../../../runtime/sandbox/parse.ts";
import { ManualOperations } from "./manual-operations.ts";

const program = join(import.meta.dirname, "taken-over-host.ts");
const hosts: Host[] = [];

afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
});

interface Seen {
  readonly asked: AskedOperation[];
  readonly outcomes: ScriptOutcome[];
  readonly lost: LostHost[];
  readonly operations: ManualOperations;
  readonly entry: Entry;
}

/** Gives one event to a host that answers it with these frames. */
function takeOver(frames: readonly string[]): Seen {
  const operations = new ManualOperations();
  const desk = new OperationDesk(operations, DEFAULT_LIMITS, silentLog);
  const ref = { script: "evil", version: 1 };
  const version = { slot: 1, ref, handlers: new Map(), code: "{}", env: "{}", isWarm: false };
  const run = { ref, handler: "invite", callId: "call-1", json: "{}", state: "null" } as const;
  const entry = new Entry(1, version, { run, owner: { scriptOutcome() {} }, handler: 0 }, 0);
  const seen: Seen = { asked: [], outcomes: [], lost: [], operations, entry };
  const command = { file: process.execPath, args: ["--no-warnings", program, JSON.stringify(frames)] };
  const host = new Host(command, "{}", DEFAULT_LIMITS, new TimerWheel(), {
    hostReady: () => {},
    hostLost: (_host, lost) => seen.lost.push(lost),
    outcome: (_entry, outcome) => seen.outcomes.push(outcome),
    logLine: () => {},
    operation(of, asked) {
      seen.asked.push(asked);
      desk.start(of, asked);
    },
    overdue: () => {},
  });
  hosts.push(host);
  host.send(entry, performance.now());
  return seen;
}

const hex = (text: string) => Buffer.from(text, "latin1").toString("hex");
/** An `operation` with this number, in hexadecimal, and this text. */
const operation = (text: string, number = "01000000") => `09IIIIIIII${number}${hex(text)}`;
const RETURNED = `02IIIIIIII00000000${hex("1\n")}`;

describe("a host process that a script has taken over", () => {
  it.each([
    ["without a number", `09IIIIIIII`],
    ["cut within its number", `09IIIIIIII0100`],
    ["without a text", operation("")],
    ["without a name", operation("\n{}")],
    ["without arguments", operation("kv.get")],
    ["with a name as long as a book", operation(`${"x".repeat(65)}\n{}`)],
    ["whose arguments are no JSON", operation("kv.get\n{")],
    ["of an event that it was never given", "09ffffff7f0100000061"],
  ])("may say an operation %s, which is passed over", async (_, frame) => {
    const seen = takeOver([frame, RETURNED]);
    await expect.poll(() => seen.outcomes.length, { timeout: 10_000 }).toBe(1);
    expect(seen).toMatchObject({ asked: [], lost: [], outcomes: [{ type: "returned", value: 1 }] });
  });

  it.each([
    ["an empty one", ""],
    ["one byte", "09"],
    ["one that is cut within the id", "02aabb"],
    ["an answer that is cut within its CPU time", "02IIIIIIII0000"],
  ])("may send a frame that is none, such as %s, which costs it its life and the switch nothing", async (_, frame) => {
    const seen = takeOver([frame, RETURNED]);
    await expect.poll(() => seen.lost.length, { timeout: 10_000 }).toBe(1);
    expect(seen.lost[0]?.culprit).toBe(seen.entry);
    expect(seen.outcomes).toEqual([]);
  });

  it("is given no more than fifty operations of one event, however many it asks for", async () => {
    const seen = takeOver([...Array.from({ length: 500 }, () => operation('later\n"x"')), RETURNED]);
    await expect.poll(() => seen.outcomes.length, { timeout: 10_000 }).toBe(1);
    expect(seen.asked).toHaveLength(500);
    expect(seen.operations.asked).toHaveLength(50);
  });

  it("speaks for its own events alone: what the switch knows of an event is not the host's to say", async () => {
    const seen = takeOver([
      operation('later\n{"domain":"other.example","ref":{"script":"other"}}', "ffffffff"),
      RETURNED,
    ]);
    await expect.poll(() => seen.outcomes.length, { timeout: 10_000 }).toBe(1);
    expect(seen.operations.asked[0]?.context).toMatchObject({ ref: { script: "evil" }, callId: "call-1", domain: "" });
  });
});
