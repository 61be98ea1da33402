import { describe, expect, it } from "vitest";
import { z } from "zod";
import { HANDLER_NAMES } from "../../../runtime/contract/handler-names.ts";
import { jsonSchema, SCHEMA_NAMES } from "../../../runtime/contract/json-schema.ts";
import * as sdk from "../../../sdk/index.ts";

/** What each builder makes with all it takes; a builder that lacks here fails the test. */
const { answer, cancelTimer, forward, gather, hangup, play, record, recordCall, redirect, reject } = sdk;
const { ring, say, sendDtmf, tag, timer, voicemail, wait } = sdk;
const { accept, hold, resume, sendMessage, transfer } = sdk;
const made = {
  forward: forward(["alice", "sip:bob@example.com"], {
    strategy: "serial",
    ringSeconds: 20,
    maxSeconds: 600,
    callerId: "100",
    callerName: "Front",
    headers: { "X-Queue": "sales" },
    record: true,
    media: "anchor",
  }),
  redirect: redirect("sip:alice@example.com", { code: 301, headers: { "X-Why": "moved" } }),
  reject: reject(486, { reason: "Busy" }),
  hangup: hangup({ reason: "Enough" }),
  tag: tag({ queue: "sales" }),
  timer: timer("again", 5),
  cancelTimer: cancelTimer("again"),
  answer: answer(),
  ring: ring(),
  wait: wait(0.5),
  play: play(["welcome", "digits:4711"], { loop: true, early: true }),
  say: say("Hello", { voice: "slt", early: false }),
  gather: gather({ prompt: "menu", say: "Press", digits: 4, finishOn: "*#", timeoutSeconds: 5, retries: 1 }),
  record: record({ maxSeconds: 60, silenceSeconds: 0, finishOn: "#", beep: false }),
  recordCall: recordCall("pause"),
  sendDtmf: sendDtmf("12w#", { to: "callee" }),
  voicemail: voicemail("alice", { greeting: "busy" }),
  transfer: transfer("bob", { who: "callee", ringSeconds: 20 }),
  sendMessage: sendMessage("bob", "You have a call", { from: "100", contentType: "text/plain" }),
  hold: hold({ who: "callee" }),
  resume: resume(),
  accept: accept(),
};
/** Exports that make no decision. */
const OTHERS = [
  "OperationError",
  "calls",
  "env",
  "hours",
  "kv",
  "messages",
  "phone",
  "registrations",
  "secrets",
  "trunk",
  "users",
];

/** A schema as a stranger reads it: through its text. */
function reader(name: "decision" | "plan" | "events"): z.ZodType {
  return z.fromJSONSchema(JSON.parse(JSON.stringify(jsonSchema(name))));
}

const leg = { id: "1", target: "alice", uri: "sip:alice@192.0.2.1", state: "ringing" };
const sample = {
  invite: { type: "invite" },
  ringing: { type: "ringing", leg, code: 180, reason: "Ringing" },
  gathered: { type: "gathered", digits: "12", end: "digits", message: null },
  schedule: {
    type: "schedule",
    name: "open",
    cron: "0 8 * * *",
    timeZone: "Europe/Berlin",
    scheduledAt: "2026-11-26T07:00:00.000Z",
  },
};

describe("JSON Schema of decisions", () => {
  const decision = reader("decision");
  const plan = reader("plan");

  it("has every builder of the sdk", () => {
    expect(Object.keys(made).concat(OTHERS).sort()).toEqual(Object.keys(sdk).sort());
  });

  it.each(Object.entries(made))("takes what %s makes", (_name, value) => {
    const data: unknown = JSON.parse(JSON.stringify(value));
    expect(decision.safeParse(data).error).toBeUndefined();
    expect(plan.safeParse([data, { type: "hangup" }]).success).toBe(true);
    expect(decision.safeParse({ ...value, colour: "red" }).success).toBe(false);
  });

  it.each([
    ["an unknown type", { type: "fly" }],
    ["a code that is none", { type: "reject", code: 200 }],
    ["too long a ringing", { type: "forward", targets: ["alice"], ringSeconds: 181 }],
    ["no target", { type: "forward", targets: [] }],
  ])("refuses %s", (_what, value) => {
    expect(decision.safeParse(value).success).toBe(false);
    expect(plan.safeParse(value).success).toBe(false);
  });

  it("takes no plan of eleven steps", () => {
    expect(plan.safeParse(Array(11).fill({ type: "ring" })).success).toBe(false);
  });
});

describe("JSON Schema of events", () => {
  const events = reader("events");

  it("has each event by its name", () => {
    const { $defs, oneOf } = jsonSchema("events") as { $defs: object; oneOf: readonly { $ref: string }[] };
    expect(Object.keys($defs).sort()).toEqual([...HANDLER_NAMES].sort());
    expect(oneOf.map(({ $ref }) => $ref.replace("#/$defs/", ""))).toEqual(Object.keys($defs));
  });

  it.each(Object.entries(sample))("takes an event %s, and one with more in it", (_name, value) => {
    expect(events.safeParse(value).error).toBeUndefined();
    expect(events.safeParse({ ...value, added: 1 }).success).toBe(true);
  });

  it("refuses what is none", () => {
    expect(events.safeParse({ type: "ringing", leg, code: 180 }).success).toBe(false);
    expect(events.safeParse({ type: "flying" }).success).toBe(false);
  });
});

it("gives each schema its name and what it is for", () => {
  for (const name of SCHEMA_NAMES) {
    expect(jsonSchema(name)).toMatchObject({ title: name, description: expect.stringMatching(/\.$/) });
  }
});
