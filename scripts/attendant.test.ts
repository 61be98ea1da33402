/** The attendant as its callers meet it: a real switch that speaks, phones that press keys, and phones that ring. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { forward, gather, voicemail } from "strowger";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../test/helpers/free-port.ts";
import { registeredPhone } from "../test/helpers/phones.ts";
import { answer } from "../test/helpers/raw-call.ts";
import { RawDialog } from "../test/helpers/raw-dialog.ts";
import type { RawPhone } from "../test/helpers/raw-phone.ts";
import { repoRoot } from "../test/helpers/repo-root.ts";
import { type RunningSwitch, startSwitch } from "../test/helpers/switch.ts";
import { TalkingPhone } from "../test/helpers/talking-phone.ts";
import { until } from "../test/helpers/until.ts";
import attendant from "./attendant.ts";

const NUMBER = "700";
const MEDIA_PORTS = 40;
/** The four menus together take more than 20 s to say. */
const IN_A_HURRY_MS = 12_000;

let strowger: RunningSwitch;
/** A phone comes back to the port that it had in the test before, so that a user has one phone. */
const ports = new Map<string, number>();

beforeAll(async () => {
  const first = await freePort(MEDIA_PORTS);
  strowger = await startSwitch({
    media: { ports: `${first}-${first + MEDIA_PORTS - 1}`, workers: 1 },
    routes: [{ name: "attendant", to: NUMBER, script: "attendant" }],
  });
  await strowger.deploy("attendant", readFileSync(join(repoRoot, "scripts/attendant.ts"), "utf8"));
});

afterAll(() => strowger.stop());

describe("The attendant", () => {
  it("leads through four levels by keys, each of which cuts a sentence short", async () => {
    const bob = await registered("bob");
    const tail = await strowger.tail("attendant");
    const startMs = performance.now();
    const phone = await TalkingPhone.call(strowger, NUMBER);
    for (const [index, key] of [..."2121"].entries()) {
      await phone.hearsSpeech();
      await phone.press(key);
      await until("the next menu", () => tail.entries.filter(({ handler }) => handler === "gathered").length > index);
    }
    const offered = await bob.expect("INVITE");
    expect(performance.now() - startMs).toBeLessThan(IN_A_HURRY_MS);
    answer(bob, { offered, tag: "bob" });
    await bob.expect("ACK");
    RawDialog.ofCallee(bob, offered, "bob").request("BYE");
    await phone.isHungUp();
  });

  it("goes back with star, and rings everybody who is behind a key", async () => {
    const alice = await registered("alice");
    const bob = await registered("bob");
    const phone = await TalkingPhone.call(strowger, NUMBER);
    await phone.press("2*1", "info");
    for (const callee of [alice, bob]) callee.answer(await callee.expect("INVITE"), 180, { toTag: callee.name });
    await phone.hangUp();
    for (const callee of [alice, bob]) callee.answer(await callee.expect("CANCEL"), 200);
  });

  it("gives the operator to whoever presses what leads nowhere, and then the operator's voicemail", async () => {
    const alice = await registered("alice");
    const phone = await TalkingPhone.call(strowger, NUMBER);
    await phone.press("95");
    await phone.hearsSpeech();
    expect(alice.has("INVITE")).toBe(false);
    await phone.press("3");
    alice.answer(await alice.expect("INVITE"), 486, { reason: "Busy Here", toTag: "busy" });
    await phone.hears("vm-greeting-busy");
    await phone.hangUp();
  });

  it("says a menu three times to whoever presses nothing, and goes on to the operator", () => {
    const call = { state: {} };
    // A handler reads nothing else of a call.
    const plan = attendant.invite(call as Parameters<typeof attendant.invite>[0]);
    expect(plan).toEqual([
      gather({ say: expect.stringContaining("For sales, press 1."), finishOn: "", timeoutSeconds: 4, retries: 2 }),
      forward("alice", { ringSeconds: 20 }),
      voicemail("alice"),
    ]);
    const event = { type: "gathered", digits: "", end: "timeout", message: null } as const;
    expect(attendant.gathered(call as Parameters<typeof attendant.gathered>[0], event)).toBeUndefined();
  });
});

async function registered(user: string): Promise<RawPhone> {
  const port = ports.get(user) ?? (await freePort());
  ports.set(user, port);
  return await registeredPhone(strowger, user, { port });
}
