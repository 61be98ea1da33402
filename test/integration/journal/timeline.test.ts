import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { answer, connectCall, hangUp, ring } from "../../helpers/raw-call.ts";
import { expectRefusal, invite, RawDialog } from "../../helpers/raw-dialog.ts";
import { forwardTo, script } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { type Timeline, timelineOf } from "../../helpers/timeline.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

async function phones() {
  await strowger.noCalls();
  return { caller: await rawPhone(strowger, "caller"), callee: await rawPhone(strowger, "callee") };
}

/** Said where this machine takes more than 200 ms for an answer: left out. */
const TRYING = "100 Trying";

const summaries = ({ items }: Timeline, leg: RegExp) =>
  items.flatMap((item) =>
    item.type === "sip" && leg.test(item.leg) && !item.summary.startsWith(TRYING)
      ? [`${item.direction} ${item.summary.split(" sip:")[0]}${item.isRetransmission ? " again" : ""}`]
      : [],
  );

describe("The timeline of a call", () => {
  it("has every message of both sides in order, while the call is up and when it has ended", async () => {
    const { caller, callee } = await phones();
    await strowger.deploy("main", script(`  invite() { return ${forwardTo([callee])}; },`));
    const call = await connectCall(caller, callee, "700");
    const { id } = await strowger.call(({ state }) => state === "answered");
    const live = await timelineOf(strowger, id);
    expect(live.call).toMatchObject({ id, script: "main", endedAt: null, result: null });
    expect(summaries(live, /^caller$/)).toEqual([
      "in INVITE",
      "out 180 Ringing (INVITE)",
      "out 200 OK (INVITE)",
      "in ACK",
    ]);
    await hangUp(call.caller, call.callee);
    await strowger.noCalls();
    await callee.settle();
    const ended = await timelineOf(strowger, id);
    expect(ended.call).toMatchObject({ id, from: "sip:+49301234@elsewhere.invalid", result: "answered", code: 200 });
    expect(summaries(ended, /-1$/)).toEqual([
      "out INVITE",
      "in 180 Ringing (INVITE)",
      "in 200 OK (INVITE)",
      "out ACK",
      "out BYE",
      "in 200 OK (BYE)",
    ]);
    expect(ended.items.map(({ n }) => n)).toEqual(ended.items.map((_, index) => index + 1));
    expect(ended.items.map(({ ms }) => ms)).toEqual(ended.items.map(({ ms }) => ms).sort((a, b) => a - b));
    expect(ended.items[0]).toMatchObject({ type: "sip", text: call.invite.text, peer: `udp 127.0.0.1:${caller.port}` });
  });

  it("marks what was sent again, from either side", async () => {
    const { caller, callee } = await phones();
    await strowger.deploy("main", script(`  invite() { return ${forwardTo([callee])}; },`));
    const call = await ring(caller, callee, "700");
    const { id } = await strowger.call(({ state }) => state === "ringing");
    caller.send(call.invite.text);
    await caller.expectAgain(call.ringing);
    expect(summaries(await timelineOf(strowger, id), /^caller$/)).toEqual([
      "in INVITE",
      "out 180 Ringing (INVITE)",
      "in INVITE again",
      "out 180 Ringing (INVITE) again",
    ]);
    answer(callee, call);
    const dialog = RawDialog.ofCaller(caller, call.invite, await caller.expect("200 INVITE"));
    dialog.ack(call.invite);
    await callee.expect("ACK");
    await hangUp(dialog, RawDialog.ofCallee(callee, call.offered, call.tag));
    await strowger.noCalls();
  });

  it("has events, decisions, operations, console lines and what they took, each before the messages that it caused", async () => {
    const { caller } = await phones();
    const source = script(
      `  async invite(call) {
    call.state = { seen: 1 };
    const counts = await voicemail.counts("alice");
    console.warn("new messages:", counts.new);
    return reject(486);
  },
  ended() {},`,
    );
    await strowger.deploy("main", source);
    const sent = invite(caller, "700");
    await expectRefusal(caller, sent, 486);
    const { id } = await strowger.cdr(({ code }) => code === 486);
    const timeline = await timelineOf(strowger, id, ({ items }) =>
      items.some((item) => item.type === "decision" && item.handler === "ended"),
    );
    const told = timeline.items.filter(({ type }) => type !== "sip");
    expect(told).toMatchObject([
      { type: "event", event: 1, handler: "invite", data: { type: "invite" }, state: {} },
      {
        type: "operation",
        event: 1,
        number: 1,
        name: "voicemail.counts",
        args: { mailbox: "alice" },
        outcome: "ok",
        result: { new: 0, saved: 0 },
        durationMs: expect.any(Number),
      },
      { type: "console", event: 1, level: "warn", text: "new messages: 0" },
      {
        type: "decision",
        event: 1,
        handler: "invite",
        outcome: "returned",
        decision: { type: "reject", code: 486 },
        state: { seen: 1 },
        wallMs: expect.any(Number),
        cpuMs: expect.any(Number),
      },
      { type: "fact", what: "ended" },
      { type: "event", event: 2, handler: "ended", state: { seen: 1 } },
      { type: "decision", event: 2, decision: null },
    ]);
    const decided = timeline.items.findIndex(({ type }) => type === "decision");
    const refused = timeline.items.findIndex((item) => item.type === "sip" && item.summary.startsWith("486"));
    expect(decided).toBeLessThan(refused);
    const cpu = timeline.items.flatMap((item) => (item.type === "decision" ? [item.cpuMs] : []));
    expect(Math.max(...cpu)).toBeGreaterThan(0);
  });

  it("has the fault of a script, with its line", async () => {
    const { caller } = await phones();
    await strowger.deploy("main", script('  invite() {\n    throw new Error("broken");\n  },'));
    await expectRefusal(caller, invite(caller, "700"), 500);
    const { id } = await strowger.cdr(({ code }) => code === 500);
    const { items } = await timelineOf(strowger, id);
    expect(items.filter(({ type }) => type === "decision" || type === "fault")).toMatchObject([
      { type: "decision", handler: "invite", outcome: "threw", decision: null },
      { type: "fault", handler: "invite", fault: { reason: "threw", message: "Error: broken", line: 5 } },
    ]);
  });

  it("comes in pages, and ends where nothing more has happened", async () => {
    const { caller } = await phones();
    await strowger.deploy("main", script("  invite() { return reject(404); },"));
    await expectRefusal(caller, invite(caller, "700"), 404);
    const { id } = await strowger.cdr(({ code }) => code === 404);
    const whole = await timelineOf(strowger, id);
    const first = await strowger.api("GET", `/v1/calls/${id}/timeline?limit=2`);
    expect(first.body.items).toEqual(whole.items.slice(0, 2));
    expect(first.body.next).toBe(2);
    const rest = await strowger.api("GET", `/v1/calls/${id}/timeline?after=2`);
    expect(rest.body).toMatchObject({ items: whole.items.slice(2), next: null });
  });

  it("is not there for a call that nobody knows, and not for whoever may not see calls", async () => {
    expect((await strowger.api("GET", "/v1/calls/0.none/timeline")).status).toBe(404);
    const { body } = await strowger.api("POST", "/v1/tokens", { name: "deployer", scopes: ["deploy"] });
    const headers = { authorization: `Bearer ${body.secret ?? body.token}` };
    expect((await strowger.api("GET", "/v1/calls/0.none/timeline", undefined, headers)).status).toBe(403);
  });
});
