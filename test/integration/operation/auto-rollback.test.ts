import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { inviteScript, script } from "../../helpers/script-source.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

const CALLS = 20;

const strowger = await startSwitch({ deploy: { autoRollback: { minEvents: CALLS, marginPercent: 5 } } });
afterAll(() => strowger.stop());

const throwing = script('  invite() { throw new Error("oops"); },');
const refusedByUs = inviteScript("reject(503)");

async function call(code: number): Promise<void> {
  const caller = await rawPhone(strowger, "caller");
  await expectRefusal(caller, invite(caller, "700"), code);
}

async function calls(count: number, code: number): Promise<void> {
  for (let index = 0; index < count; index++) await call(code);
}

async function deployment(name = "main") {
  return (await strowger.api("GET", `/v1/scripts/${name}/deployment`)).body;
}

describe("A version that does badly", () => {
  it("is taken back by the switch, which says so to whoever may want to know", async () => {
    const good = await strowger.deploy("main", inviteScript("reject(486)"));
    await calls(2, 486);
    const tail = await strowger.tail("main");
    const bad = await strowger.deploy("main", throwing);
    await calls(CALLS, 500);
    await until("the version before to be live again", async () => (await deployment()).reason === "auto-rollback");
    expect(await deployment()).toMatchObject({
      versions: [{ version: good, percent: 100 }],
      author: "switch",
      message: `version ${bad}: 20 of 20 events failed (100.0 %); version ${good}: 0 of 2 (0.0 %)`,
    });
    await call(486);
    await tail.entry("the deployment", (entry) => JSON.stringify(entry).includes("auto-rollback"));
    expect(strowger.log()).toContain("A deployment is undone by the switch");
    const audit = await strowger.api("GET", "/v1/audit?action=auto-rollback");
    expect(audit.body.items).toMatchObject([{ actor: "switch", target: "/v1/scripts/main/deployment", source: null }]);
    const stats = (await strowger.api("GET", "/v1/scripts/main/stats")).body;
    const [ofBad, ofGood] = stats.versions;
    expect(ofBad).toMatchObject({
      version: bad,
      events: CALLS,
      faults: { threw: CALLS },
      calls: CALLS,
      failedCalls: CALLS,
    });
    expect(ofGood).toMatchObject({ version: good, faults: {}, failedCalls: 0, wallMs: { p50: expect.any(Number) } });
  });

  it("is one that refuses its calls with 5xx, too", async () => {
    const good = await strowger.deploy("main", inviteScript("reject(487)"));
    await strowger.deploy("main", refusedByUs);
    await calls(CALLS, 503);
    await until("the version before to be live again", async () => (await deployment()).reason === "auto-rollback");
    expect(await deployment()).toMatchObject({
      versions: [{ version: good, percent: 100 }],
      message: expect.stringContaining("20 of 20 calls failed"),
    });
  });

  it("stays where the deployment said so", async () => {
    await strowger.deploy("main", inviteScript("reject(488)"));
    const body = throwing.replace("oops", "stay");
    const answer = await strowger.api("PUT", "/v1/scripts/main?autoRollback=false&typecheck=off", body);
    expect(answer.status).toBe(201);
    await calls(CALLS + 5, 500);
    await threeLooks(strowger);
    expect(await deployment()).toMatchObject({ reason: "deploy", autoRollback: false });
  });
});

/** The switch looks once a second: another script that is taken back shows that it has. */
async function threeLooks(on: RunningSwitch): Promise<void> {
  await on.deploy("other", inviteScript("reject(404)"));
  const start = Date.now();
  await until("three seconds to pass", () => Date.now() - start > 3_000);
}
