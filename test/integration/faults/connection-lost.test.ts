import { afterAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { type ConnectedCall, connectCall, hangUp } from "../../helpers/raw-call.ts";
import { RawDialog } from "../../helpers/raw-dialog.ts";
import { RawPhone } from "../../helpers/raw-phone.ts";
import { inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";
import { TcpRelay } from "./tcp-relay.ts";
import { metric } from "./world.ts";

/** 64*T1, and what is still under way. */
const FORGOTTEN_WITHIN_MS = 45_000;

const strowger = await startSwitch();
await strowger.deploy("main", inviteScript('forward("alice")'));
afterAll(() => strowger.stop());
beforeEach(async () => {
  await strowger.api("DELETE", "/v1/registrations/alice");
});

async function overTcp(relay: TcpRelay | null): Promise<RawPhone> {
  const phone = await RawPhone.tcp({ name: "alice", switchPort: relay?.port ?? strowger.sipPort });
  onTestFinished(() => phone.close());
  return phone;
}

/** Alice is called over a connection that can break. */
async function callUp(from: string): Promise<ConnectedCall & { readonly relay: TcpRelay }> {
  const relay = await TcpRelay.open(strowger.sipPort);
  onTestFinished(() => relay.close());
  const alice = await overTcp(relay);
  expect((await register(alice, { user: "alice" })).status).toBe(200);
  const caller = await rawPhone(strowger, "caller");
  return { ...(await connectCall(caller, alice, "100", { from: `sip:${from}@elsewhere.invalid` })), relay };
}

async function oneRecord(from: string): Promise<void> {
  await strowger.noCalls();
  const records = await until("its record", async () => {
    const found = (await strowger.cdrs()).filter((cdr) => cdr.from.includes(from));
    return found.length > 0 && found;
  });
  expect(records).toMatchObject([{ result: "answered" }]);
}

describe.each([
  ["is reset", (relay: TcpRelay) => relay.reset()],
  ["lets nothing through any more", (relay: TcpRelay) => relay.fallSilent()],
])("When the connection of a phone %s in the middle of a call", (what, breakIt) => {
  it("the phone hangs up over another one", async () => {
    const from = `back-${what.length}`;
    const { caller, callee, relay } = await callUp(from);
    breakIt(relay);
    const again = await overTcp(null);
    await hangUp(new RawDialog(again, callee), caller);
    await oneRecord(from);
  });

  it("the phone is registered over another one, and called there", async () => {
    const from = `called-${what.length}`;
    const { caller, callee, relay } = await callUp(from);
    breakIt(relay);
    const again = await overTcp(null);
    expect((await register(again, { user: "alice", contacts: [callee.phone.contact] })).status).toBe(200);
    await hangUp(new RawDialog(again, callee), caller);
    const call = await connectCall(caller.phone, again, "100");
    await hangUp(call.caller, call.callee);
    await oneRecord(from);
  });

  it("and never comes back, the other side hangs up as ever", async () => {
    const from = `gone-${what.length}`;
    const { caller, relay } = await callUp(from);
    breakIt(relay);
    await caller.bye();
    await oneRecord(from);
  });
});

it("Whatever was sent to connections that are lost is given up in time", { timeout: 90_000 }, async () => {
  const transactions = async () =>
    (await metric(strowger, "strowger_client_transactions")) + (await metric(strowger, "strowger_server_transactions"));
  await until("no transaction to be left", async () => (await transactions()) === 0, FORGOTTEN_WITHIN_MS);
});
