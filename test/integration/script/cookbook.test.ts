/** Scripts of the cookbook where they are at home: on the real switch, in the real sandbox, called by raw phones. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../../helpers/free-port.ts";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { answer, connectCall, hangUp } from "../../helpers/raw-call.ts";
import { invite, RawDialog } from "../../helpers/raw-dialog.ts";
import { freshText, RawPhone } from "../../helpers/raw-phone.ts";
import { repoRoot } from "../../helpers/repo-root.ts";
import { sdp } from "../../helpers/sdp.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import { TalkingPhone } from "../../helpers/talking-phone.ts";

const MEDIA_PORTS = 40;
const TOKEN = "the-token-of-the-button";
const folder = join(repoRoot, "scripts");
let strowger: RunningSwitch;

beforeAll(async () => {
  const first = await freePort(MEDIA_PORTS);
  strowger = await startSwitch({
    media: { ports: `${first}-${first + MEDIA_PORTS - 1}`, workers: 1 },
    routes: [
      { name: "sales", to: "610", script: "round-robin" },
      { name: "screened", to: "100", script: "spam-screen" },
      { name: "follow", to: "101", script: "follow-me", public: true },
    ],
  });
  for (const file of readdirSync(folder).filter((name) => /(?<!\.test)\.ts$/.test(name))) {
    await strowger.deploy(file.replace(/\.ts$/, ""), readFileSync(join(folder, file), "utf8"));
  }
});

afterAll(() => strowger.stop());

/** The phones of the test before are gone, but not for the registrar. */
beforeEach(async () => {
  for (const user of ["alice", "bob"]) await strowger.api("DELETE", `/v1/registrations/${user}`);
});

/** A phone for `TalkingPhone`, which closes it. */
function phoneToTalkOn(name: string): Promise<RawPhone> {
  return RawPhone.udp({ name, switchPort: strowger.sipPort });
}

/** What the switch calls itself is acknowledged at once. */
async function pickUp(phone: RawPhone): Promise<RawDialog> {
  const offered = await phone.expect("INVITE");
  const tag = freshText("t");
  answer(phone, { offered, tag });
  await phone.expect("ACK");
  return RawDialog.ofCallee(phone, offered, tag);
}

async function refuse(phone: RawPhone): Promise<void> {
  phone.answer(await phone.expect("INVITE"), 486, { reason: "Busy Here", toTag: freshText("t") });
}

describe("The cookbook on a real switch", () => {
  it("shares the calls out in turn, and passes over who is busy", async () => {
    const agents = { alice: await registeredPhone(strowger, "alice"), bob: await registeredPhone(strowger, "bob") };
    for (const [index, [busy, taker]] of (
      [
        [null, "alice"],
        [null, "bob"],
        ["alice", "bob"],
      ] as const
    ).entries()) {
      const caller = await rawPhone(strowger, `caller-${index}`);
      const refused = busy === null ? null : refuse(agents[busy]);
      const from = `sip:caller-${index}@elsewhere.example`;
      const call = await connectCall(caller, agents[taker], "610", { from });
      await refused;
      await hangUp(call.caller, call.callee);
      const cdr = await strowger.cdr((one) => one.from === from);
      expect(cdr.legs).toMatchObject([
        ...(busy === null ? [] : [{ target: busy, code: 486 }]),
        { target: taker, code: 200 },
      ]);
    }
    expect((await strowger.api("GET", "/v1/scripts/round-robin/kv/calls")).body).toBe(3);
  });

  it("rings the user and then the number at the click of a button, for who has the token", async () => {
    const alice = await registeredPhone(strowger, "alice");
    const bob = await registeredPhone(strowger, "bob");
    expect(
      (await strowger.api("PUT", "/v1/scripts/click-to-call/secrets/TOKEN", { value: TOKEN })).status,
    ).toBeLessThan(300);
    const click = (token: string) =>
      fetch(`${strowger.url}/x/click-to-call/`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ user: "alice", number: "101" }),
      });
    expect((await click("another")).status).toBe(401);
    expect(alice.has("INVITE")).toBe(false);
    const clicked = await click(TOKEN);
    expect(clicked.status).toBe(201);
    const { id } = (await clicked.json()) as { id: string };
    const first = await pickUp(alice);
    const second = await pickUp(bob);
    await hangUp(first, second);
    expect(await strowger.cdr((cdr) => cdr.id === id)).toMatchObject({ direction: "outbound", result: "answered" });
  });

  it("connects an anonymous caller who presses 5, and refuses whoever is on the block list", async () => {
    const alice = await phoneToTalkOn("alice");
    await register(alice, { user: "alice" });
    const anonymous = await TalkingPhone.call(strowger, "100", undefined, "sip:anonymous@anonymous.invalid");
    await anonymous.hearsSpeech();
    expect(alice.has("INVITE")).toBe(false);
    await anonymous.press("5");
    const callee = await TalkingPhone.answering(alice);
    await anonymous.say(600, 1000);
    await callee.hearsTone(600);
    await anonymous.hangUp();
    await callee.isHungUp();

    await strowger.api("PUT", "/v1/scripts/spam-screen/kv/block:%2B4930666666", '"silence on the line"', {
      "content-type": "application/json",
    });
    const nuisance = await rawPhone(strowger, "nuisance");
    invite(nuisance, "100", { from: "sip:+4930666666@elsewhere.example", body: sdp(6000) });
    await nuisance.expect("603 INVITE");
  });

  it("follows to the mobile, which takes the call by pressing 1", async () => {
    const desk = await registeredPhone(strowger, "bob");
    const mobile = await phoneToTalkOn("mobile");
    await strowger.api("PUT", "/v1/scripts/follow-me/kv/mobile:101", JSON.stringify(mobile.uri), {
      "content-type": "application/json",
    });
    const caller = await rawPhone(strowger, "caller");
    const sent = invite(caller, "101", { from: "sip:+4930123456@elsewhere.example", body: sdp(6000) });
    await refuse(desk);
    const owner = await TalkingPhone.answering(mobile);
    await owner.hearsSpeech();
    expect(caller.has("200 INVITE")).toBe(false);
    await owner.press("1");
    const side = RawDialog.ofCaller(caller, sent, await caller.expect("200 INVITE"));
    side.ack(sent);
    side.request("BYE");
    await owner.isHungUp();
    expect(await strowger.cdr(({ script }) => script === "follow-me")).toMatchObject({
      result: "answered",
      legs: [{ code: 486 }, { target: mobile.uri, code: 200 }],
    });
  });
});
