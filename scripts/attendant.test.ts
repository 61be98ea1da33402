/** The attendant in the simulator, and as its callers meet it: a real switch that speaks, and a phone that presses keys. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { voicemail } from "strowger";
import { simulate } from "strowger/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import "strowger/testing/vitest";
import { freePort } from "../test/helpers/free-port.ts";
import { registeredPhone } from "../test/helpers/phones.ts";
import { answer } from "../test/helpers/raw-call.ts";
import { RawDialog } from "../test/helpers/raw-dialog.ts";
import { repoRoot } from "../test/helpers/repo-root.ts";
import { type RunningSwitch, startSwitch } from "../test/helpers/switch.ts";
import { TalkingPhone } from "../test/helpers/talking-phone.ts";
import { until } from "../test/helpers/until.ts";
import attendant from "./attendant.ts";

const NUMBER = "700";

describe("The attendant", () => {
  it("goes back with star, and rings everybody who is behind a key", async () => {
    const call = simulate(attendant).invite({ to: NUMBER });
    await call.hears("For sales, press 1.");
    await call.presses("2*1");
    await call.rings("bob");
    expect(call).toHaveRung(["alice", "bob"]);
    await call.hangsUp();
    expect(call.cdr).toMatchObject({ endedBy: "caller" });
  });

  it("gives the operator to whoever presses what leads nowhere, and then the operator's voicemail", async () => {
    const call = simulate(attendant).invite({ to: NUMBER });
    await call.presses("95");
    await call.hears("That is not a valid choice.");
    expect(call).toHaveRung([]);
    await call.presses("3");
    await call.rings("alice");
    await call.rejects("alice");
    await call.hears("vm-greeting-busy");
    expect(call).toBeIn(voicemail("alice"));
  });

  it("says a menu three times to whoever presses nothing, and goes on to the operator", async () => {
    const call = simulate(attendant).invite({ to: NUMBER });
    await call.rings("alice");
    expect(call.heard.filter((text) => text.includes("For sales, press 1."))).toHaveLength(3);
    await call.noAnswer(20);
    expect(call).toBeIn(voicemail("alice"));
  });
});

describe("The attendant on a real switch", () => {
  const MEDIA_PORTS = 40;
  /** The four menus together take more than 20 s to say. */
  const IN_A_HURRY_MS = 12_000;
  let strowger: RunningSwitch;

  beforeAll(async () => {
    const first = await freePort(MEDIA_PORTS);
    strowger = await startSwitch({
      media: { ports: `${first}-${first + MEDIA_PORTS - 1}`, workers: 1 },
      routes: [{ name: "attendant", to: NUMBER, script: "attendant" }],
    });
    await strowger.deploy("attendant", readFileSync(join(repoRoot, "scripts/attendant.ts"), "utf8"));
  });

  afterAll(() => strowger.stop());

  it("leads through four levels by keys, each of which cuts a sentence short", async () => {
    const bob = await registeredPhone(strowger, "bob");
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
});
