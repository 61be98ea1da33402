import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { registeredPhone } from "../../helpers/phones.ts";
import { hangUp } from "../../helpers/raw-call.ts";
import { RawDialog } from "../../helpers/raw-dialog.ts";
import type { RawPhone } from "../../helpers/raw-phone.ts";
import { sdp, sdpFields } from "../../helpers/sdp.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";

/** What answers first is called first. */
async function pickUp(phone: RawPhone, offered: SipText): Promise<RawDialog> {
  const tag = `t-${phone.name}`;
  phone.answer(offered, 180, { toTag: tag, fields: [["Contact", phone.contact]] });
  phone.answer(offered, 200, { toTag: tag, fields: [["Contact", phone.contact], ...sdpFields], body: sdp(7000) });
  await phone.expect("ACK");
  return RawDialog.ofCallee(phone, offered, tag);
}

describe("The switch calls", () => {
  let strowger: RunningSwitch;
  beforeAll(async () => {
    strowger = await startSwitch();
  });
  afterAll(() => strowger.stop());
  /** The phones of the test before are gone, but not for the registrar. */
  beforeEach(async () => {
    for (const user of ["alice", "bob"]) await strowger.api("DELETE", `/v1/registrations/${user}`);
  });

  const post = (body: unknown, headers: Record<string, string> = {}) =>
    strowger.api("POST", "/v1/calls", body, headers);

  it("one phone over the API, then the other, and both are connected until one hangs up", async () => {
    const alice = await registeredPhone(strowger, "alice");
    const bob = await registeredPhone(strowger, "bob");
    const { status, body } = await post({ from: "alice", to: "101", tags: { why: "test" } });
    expect([status, body.direction, body.from, body.to]).toEqual([
      201,
      "outbound",
      "sip:alice@example.test",
      "sip:101@example.test",
    ]);
    const first = await pickUp(alice, await alice.expect("INVITE"));
    const offered = await bob.expect("INVITE");
    expect(offered.header("From")).toContain("sip:alice@example.test");
    const second = await pickUp(bob, offered);
    expect(await strowger.call(({ id }) => id === body.id)).toMatchObject({ state: "answered", route: null });
    await hangUp(first, second);
    expect(await strowger.cdr(({ id }) => id === body.id)).toMatchObject({
      result: "answered",
      code: 200,
      endedBy: "caller",
      user: "alice",
      script: "",
      version: 0,
      tags: { why: "test" },
      legs: [
        { target: "alice", code: 200 },
        { target: "101", code: 200 },
      ],
    });
    await strowger.noCalls();
  });

  it("nobody twice for one Idempotency-Key", async () => {
    const alice = await registeredPhone(strowger, "alice");
    const headers = { "Idempotency-Key": "once" };
    const bodies = [
      await post({ from: "alice", to: "bob" }, headers),
      await post({ from: "alice", to: "bob" }, headers),
    ];
    expect(bodies[1]?.body).toEqual(bodies[0]?.body);
    const offered = await alice.expect("INVITE");
    alice.answer(offered, 486, { toTag: "busy", reason: "Busy Here" });
    await alice.expect("ACK");
    expect(await strowger.cdr(({ id }) => id === bodies[0]?.body.id)).toMatchObject({
      result: "failed",
      code: 486,
      reason: "Busy Here",
      endedBy: "caller",
      answeredAt: null,
    });
    expect(alice.has("INVITE")).toBe(false);
  });

  it("and takes back a call that is not answered yet", async () => {
    const alice = await registeredPhone(strowger, "alice");
    const { body } = await post({ from: "alice", to: "bob" });
    const offered = await alice.expect("INVITE");
    alice.answer(offered, 180, { toTag: "a" });
    await strowger.call(({ state }) => state === "ringing");
    await strowger.api("DELETE", `/v1/calls/${body.id}`);
    alice.answer(await alice.expect("CANCEL"), 200, { toTag: "a" });
    alice.answer(offered, 487, { toTag: "a" });
    await alice.expect("ACK");
    expect(await strowger.cdr(({ id }) => id === body.id)).toMatchObject({ result: "cancelled", endedBy: "api" });
  });

  it("and says at once whom it cannot call", async () => {
    const answer = await post({ from: "zoe", to: "bob" });
    expect([answer.status, answer.body.code]).toEqual([404, "not-found"]);
  });

  it("on a script: it hears invite once the phone has answered, looks up users and phones, and sets a timer", async () => {
    const alice = await registeredPhone(strowger, "alice");
    const bob = await registeredPhone(strowger, "bob");
    await strowger.deploy(
      "main",
      `import { calls, cancelTimer, forward, registrations, type Script, timer, users } from "strowger";

export default {
  async invite(call) {
    const user = await users.byExtension(call.to.user);
    const [phone] = await registrations.of("101");
    console.log(JSON.stringify([call.direction, call.user, call.state, user, phone?.user, await calls.count({ user: "alice" })]));
    return [timer("soon", 0.2), timer("never", 0.2), cancelTimer("never"), forward(user?.name ?? "")];
  },
  async timer(call, { name }) {
    console.log("timer " + name);
    await calls.hangUp(call.id, "Time is up");
  },
} satisfies Script;
`,
    );
    const tail = await strowger.tail("main");
    const { status, body } = await post({ from: "alice", to: "101", script: "main", state: { order: 7 } });
    expect([status, body.script]).toEqual([201, "main"]);
    await pickUp(alice, await alice.expect("INVITE"));
    await pickUp(bob, await bob.expect("INVITE"));
    const bob101 = { name: "bob", extension: "101", displayName: null, registered: true };
    await tail.line(JSON.stringify(["outbound", "alice", { order: 7 }, bob101, "bob", 1]));
    await tail.line("timer soon");
    for (const phone of [alice, bob]) {
      const bye = await phone.expect("BYE");
      expect(bye.header("Reason")).toContain("Time is up");
      phone.answer(bye, 200);
    }
    expect(await strowger.cdr(({ id }) => id === body.id)).toMatchObject({ script: "main", endedBy: "switch" });
    expect(tail.lines).not.toContain("timer never");
  });

  it("because a script asks it to: a call back once the caller is gone", async () => {
    const alice = await registeredPhone(strowger, "alice");
    const bob = await registeredPhone(strowger, "bob");
    await strowger.deploy(
      "main",
      `import { calls, forward, OperationError, reject, type Script } from "strowger";

export default {
  async invite(call) {
    try {
      await calls.originate({ from: "nobody", to: "bob" });
    } catch (error) {
      console.log(error instanceof OperationError ? error.code : "another error");
    }
    const { id } = await calls.originate({ from: "alice", to: forward("bob"), tags: { for: call.id } });
    console.log("called back by " + id);
    return reject(486);
  },
  ended: (call, { cdr }) => console.log("ended " + call.direction + " " + cdr.result),
} satisfies Script;
`,
    );
    const tail = await strowger.tail("main");
    const { body } = await post({ from: "bob", to: "100", script: "main" });
    const asked = await pickUp(bob, await bob.expect("INVITE"));
    await tail.line("not-found");
    bob.answer(await bob.expect("BYE"), 200);
    const called = await strowger.call(({ tags }) => tags.for === body.id);
    await tail.line(`called back by ${called.id}`);
    const first = await pickUp(alice, await alice.expect("INVITE"));
    const second = await pickUp(bob, await bob.expect("INVITE"));
    expect(second.callId).not.toBe(asked.callId);
    await hangUp(second, first);
    await tail.line("ended outbound answered");
  });
});
