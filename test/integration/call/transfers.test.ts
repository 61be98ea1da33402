import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { inviteAs, register } from "../../helpers/raw-account.ts";
import { answer, type ConnectedCall, connectCall, ring } from "../../helpers/raw-call.ts";
import { RawDialog } from "../../helpers/raw-dialog.ts";
import { freshText, RawPhone } from "../../helpers/raw-phone.ts";
import { script } from "../../helpers/script-source.ts";
import { sdp, sdpFields } from "../../helpers/sdp.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";

const USERS = {
  alice: { password: "pw-alice", extension: "100" },
  bob: { password: "pw-bob", extension: "101" },
};
const EXCHANGE = script(`
  invite: (call) => forward(call.to.user === "101" ? "bob" : "alice"),
  refer: (_call, event) => (event.target.includes("900") ? reject(403) : undefined),
  info: () => transfer("bob"),
  transferred(_call, event) {
    console.log(event.end + " " + event.who + " by " + event.by + " " + event.code);
  },`);

let strowger: RunningSwitch;

beforeAll(async () => {
  strowger = await startSwitch({ users: USERS });
  await strowger.deploy("main", EXCHANGE);
});
afterAll(() => strowger.stop());
/** The phones of the test before are gone, but not for the registrar. */
beforeEach(async () => {
  for (const user of ["alice", "bob"]) await strowger.api("DELETE", `/v1/registrations/${user}`);
});

async function phone(name: string): Promise<RawPhone> {
  const raw = await RawPhone.udp({ name, switchPort: strowger.sipPort });
  onTestFinished(() => raw.close());
  return raw;
}

/** Carol, a stranger, talks with alice; bob has a phone. */
async function talking() {
  const [carol, alice, bob] = [await phone("carol"), await phone("alice"), await phone("bob")];
  await register(alice, { user: "alice" });
  await register(bob, { user: "bob" });
  const call = await connectCall(carol, alice, "100");
  return { carol, alice, bob, call };
}

function refer(dialog: RawDialog, referTo: string): void {
  dialog.request("REFER", { fields: [["Refer-To", referTo]] });
}

async function notified(phone: RawPhone, line: string): Promise<void> {
  const notify = await phone.expect("NOTIFY");
  expect(notify.body.trim()).toBe(line);
  phone.answer(notify, 200, { reason: "OK" });
}

async function hungUp(phone: RawPhone): Promise<void> {
  phone.answer(await phone.expect("BYE"), 200, { reason: "OK" });
}

function ok(phone: RawPhone, request: SipText, body: string, toTag?: string): void {
  const fields = [["Contact", phone.contact] as const, ...sdpFields];
  phone.answer(request, 200, { reason: "OK", fields, body, ...(toTag === undefined ? {} : { toTag }) });
}

/** Bob takes the call that alice has sent his way, and carol hears of it. */
async function taken(bob: RawPhone, carol: RawPhone): Promise<RawDialog> {
  const offered = await bob.expect("INVITE");
  const tag = freshText("b");
  answer(bob, { offered, tag }, sdp(7100));
  const told = await carol.expect("INVITE");
  expect(told.body).toBe(sdp(7100));
  ok(carol, told, sdp(6100));
  expect((await bob.expect("ACK")).body).toBe(sdp(6100));
  await carol.expect("ACK");
  return RawDialog.ofCallee(bob, offered, tag);
}

describe("A transfer over real sockets", () => {
  it("leads a call elsewhere for a phone that asks by REFER", async () => {
    const tail = await strowger.tail("main");
    const { carol, alice, bob, call } = await talking();
    refer(call.callee, "<sip:101@example.test>");
    await alice.expect("202 REFER");
    await notified(alice, "SIP/2.0 100 Trying");
    const side = await taken(bob, carol);
    await notified(alice, "SIP/2.0 200 OK");
    await hungUp(alice);
    await tail.line("connected caller by callee 200");
    const live = await strowger.call();
    expect(live.legs.map(({ target, state }) => `${target} ${state}`)).toEqual([
      "alice ended",
      "sip:101@example.test answered",
    ]);
    await side.bye();
    await hungUp(carol);
    await strowger.noCalls();
    const { body } = await strowger.api("GET", `/v1/calls/${live.id}/timeline`);
    expect(JSON.stringify(body)).toContain("transfer-connected");
    const metrics = await strowger.api("GET", "/metrics");
    expect(metrics.body).toContain('strowger_transfers_total{result="connected"} ');
    const cdr = await strowger.cdr(({ id }) => id === live.id);
    expect(cdr.legs.map(({ code }) => code)).toEqual([200, 200]);
    tail.close();
  });

  it("does not, where the script refuses it", async () => {
    const { carol, alice, call } = await talking();
    refer(call.callee, "<sip:900@example.test>");
    await alice.expect("403 REFER");
    await call.caller.bye();
    await hungUp(alice);
    expect(carol.has("INVITE")).toBe(false);
  });

  it("is done by the script, at an event of the call", async () => {
    const { carol, alice, bob, call } = await talking();
    call.callee.request("INFO", { body: "transfer" });
    carol.answer(await carol.expect("INFO"), 200, { reason: "OK" });
    const side = await taken(bob, carol);
    await hungUp(alice);
    await side.bye();
    await hungUp(carol);
  });

  it("is done over the API", async () => {
    const { carol, alice, bob, call } = await talking();
    const { id } = await strowger.call();
    const decision = { type: "transfer", targets: ["bob"], who: "caller", ringSeconds: 10 };
    expect((await strowger.api("POST", `/v1/calls/${id}/decisions`, decision)).status).toBeLessThan(300);
    await taken(bob, carol);
    await hungUp(alice);
    await call.caller.bye();
    await hungUp(bob);
  });

  it("joins the far sides of two calls (RFC 3891 in Refer-To)", async () => {
    const { carol, alice, bob, call } = await talking();
    const second = await consult(alice, bob);
    refer(call.callee, replacing(second.caller));
    await alice.expect("202 REFER");
    await notified(alice, "SIP/2.0 100 Trying");
    const asked = await carol.expect("INVITE");
    expect(asked.body).toBe("");
    ok(carol, asked, sdp(6200));
    const told = await bob.expect("INVITE");
    expect(told.body).toBe(sdp(6200));
    ok(bob, told, sdp(7200));
    expect((await carol.expect("ACK")).body).toBe(sdp(7200));
    await notified(alice, "SIP/2.0 200 OK");
    await hungUp(alice);
    await hungUp(alice);
    await second.callee.bye();
    await hungUp(carol);
    await strowger.noCalls();
  });

  it("gives a ringing call to a phone that takes it by Replaces, with audio of the switch", async () => {
    const [carol, alice, bob] = [await phone("carol"), await phone("alice"), await phone("bob")];
    await register(alice, { user: "alice" });
    await register(bob, { user: "bob" });
    const call = await ring(carol, alice, "100");
    const seen = RawDialog.ofCallee(alice, call.offered, call.tag);
    const fields = [["Replaces", namesOf(seen)] as const];
    const taking = await inviteAs(bob, { user: "bob", password: "pw-bob" }, "100", { fields, body: sdp(7300) });
    const cancel = await alice.expect("CANCEL");
    alice.answer(cancel, 200, { reason: "OK" });
    alice.answer(call.offered, 487, { reason: "Request Terminated", toTag: call.tag });
    const [ofCarol, ofBob] = [await carol.expect("200 INVITE"), await bob.expect("200 INVITE")];
    const [caller, taker] = [RawDialog.ofCaller(carol, call.invite, ofCarol), RawDialog.ofCaller(bob, taking, ofBob)];
    caller.ack(call.invite);
    taker.ack(taking);
    expect([ofCarol.body, ofBob.body].every((body) => body.includes("m=audio"))).toBe(true);
    await caller.bye();
    await hungUp(bob);
    await strowger.noCalls();
  });
});

/** Alice calls bob while her first call waits. */
async function consult(alice: RawPhone, bob: RawPhone): Promise<Pick<ConnectedCall, "caller" | "callee">> {
  const sent = await inviteAs(alice, { user: "alice", password: "pw-alice" }, "101", { body: sdp(7000) });
  const offered = await bob.expect("INVITE");
  const tag = freshText("b");
  answer(bob, { offered, tag }, sdp(7050));
  const caller = RawDialog.ofCaller(alice, sent, await alice.expect("200 INVITE"));
  caller.ack(sent);
  await bob.expect("ACK");
  return { caller, callee: RawDialog.ofCallee(bob, offered, tag) };
}

function namesOf(dialog: RawDialog): string {
  const tag = (party: string): string => /;tag=([^;]+)/.exec(party)?.[1] ?? "";
  return `${dialog.callId};to-tag=${tag(dialog.remote)};from-tag=${tag(dialog.local)}`;
}

function replacing(dialog: RawDialog): string {
  return `<sip:101@example.test?Replaces=${encodeURIComponent(namesOf(dialog))}>`;
}
