import { afterAll, describe, expect, it } from "vitest";
import { freePort } from "../../helpers/free-port.ts";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { inviteAs } from "../../helpers/raw-account.ts";
import { cancel } from "../../helpers/raw-dialog.ts";
import { script } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { Tail } from "../../helpers/tail.ts";
import { until } from "../../helpers/until.ts";

const ALICE = { user: "alice", password: "pw-alice" };
const port = await freePort();
const strowger = await startSwitch({
  emergency: ["112"],
  trunks: { carrier: { uri: `sip:127.0.0.1:${port}`, probe: false } },
  guard: { budgets: { user: { calls: 1, denyPrefixes: ["+49900"] } } },
});
await strowger.deploy(
  "main",
  script(
    '  invite: (call) => forward(call.to.user),\n  limit: (_call, event) => console.log(event.limit + ": " + event.detail),',
  ),
);
afterAll(() => strowger.stop());

describe("The budget of a user", { timeout: 60_000 }, () => {
  it("refuses the call that is too many, tells it, and lets an emergency call pass", async () => {
    const events = await Tail.open(`${strowger.url}/v1/events?type=guard`, strowger.token);
    const tail = await strowger.tail("main");
    const gateway = await rawPhone(strowger, "gateway", { port });
    const alice = await registeredPhone(strowger, "alice");
    const call = (to: string) => inviteAs(alice, ALICE, to, { body: sdp(6000) });
    const first = await call("+4930123456");
    const offered = await gateway.expect("INVITE");
    gateway.answer(offered, 180, { toTag: "g" });
    await call("+4930123457");
    await alice.expect("480 INVITE");
    await call("+49900123456");
    await alice.expect("480 INVITE");
    await call("112");
    expect((await gateway.expect("INVITE")).uri).toContain("112");
    const lines = () => tail.entries.flatMap(({ type, text }) => (type === "log" ? [text] : []));
    await until("what the script was told", () => lines().length === 2);
    expect(lines()).toEqual([
      "user-budget: the budget of user alice is reached: 1 calls of the user are up",
      "user-budget: the budget of user alice is reached: prefix +49900 is denied",
    ]);
    const told = events.entries as unknown as { what: string; limit?: string; budget?: unknown }[];
    await until("the event", () => told.some(({ what }) => what === "budget-reached"));
    expect(told.find(({ what }) => what === "budget-reached")?.budget).toEqual({ of: "user", name: "alice" });
    events.close();
    const { items } = (await strowger.api("GET", "/v1/guard/budgets")).body;
    expect(items).toMatchObject([{ of: "user", name: "alice", calls: 1, callsToday: 1 }]);
    expect((await strowger.api("GET", "/metrics")).body).toMatch(/strowger_guard_refused_total\{reason="budget"\} 2/);
    cancel(alice, first);
    await until("the line to be free", async () => {
      const [use] = (await strowger.api("GET", "/v1/guard/budgets")).body.items;
      return use.calls === 0;
    });
  });
});
