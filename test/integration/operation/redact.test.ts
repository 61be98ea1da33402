import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { connectCall, hangUp } from "../../helpers/raw-call.ts";
import { sayAs } from "../../helpers/raw-request.ts";
import { inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

const CAROL = "+4930123456";
const NOBODY = "sip:redacted@redacted.invalid";

const strowger = await startSwitch();
await strowger.deploy("main", inviteScript('forward("bob")'));
afterAll(() => strowger.stop());

function journal(): string {
  const folder = join(strowger.folder, "data", "journal");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("");
}

describe("A person who is redacted", { timeout: 60_000 }, () => {
  it("is gone from call records, the journal and messages, while the calls of others stay as they are", async () => {
    const bob = await registeredPhone(strowger, "bob");
    for (const caller of [CAROL, "+4930999999"]) {
      const phone = await rawPhone(strowger, caller);
      const call = await connectCall(phone, bob, "101", { from: `sip:${caller}@elsewhere.invalid` });
      await hangUp(call.caller, call.callee);
    }
    await strowger.noCalls();
    const ids = await until("both records", async () => {
      const cdrs = await strowger.cdrs();
      return cdrs.length === 2 ? cdrs.map(({ id, from }) => ({ id, from })) : undefined;
    });
    const his = ids.find(({ from }) => from.includes(CAROL))?.id ?? "";
    const other = ids.find(({ from }) => !from.includes(CAROL))?.id ?? "";

    const answer = await strowger.api("POST", "/v1/redactions", { name: CAROL });
    expect([answer.status, answer.body]).toEqual([
      200,
      { cdrs: 1, journal: 1, recordings: 0, voicemails: 0, messages: 0 },
    ]);
    expect((await strowger.api("GET", `/v1/cdrs/${his}`)).body).toMatchObject({ from: NOBODY, result: "answered" });
    expect((await strowger.api("GET", `/v1/calls/${his}/timeline`)).status).toBe(404);
    expect((await strowger.api("GET", `/v1/calls/${other}/timeline`)).status).toBe(200);
    expect([journal().includes(CAROL), journal().includes("+4930999999")]).toEqual([false, true]);
    const audit = (await strowger.api("GET", "/v1/audit?action=POST%20/v1/redactions")).body.items;
    expect(audit).toHaveLength(1);
    expect(JSON.stringify(audit)).not.toContain(CAROL);
    expect((await strowger.api("POST", "/v1/redactions", { name: CAROL })).body).toMatchObject({ cdrs: 0 });
  });

  it("is gone from the messages that wait for others", async () => {
    const alice = await rawPhone(strowger, "alice");
    await strowger.api("DELETE", "/v1/registrations/bob");
    expect((await sayAs(alice, "bob", "my secret")).status).toBe(202);
    const waiting = async () => (await strowger.api("GET", "/v1/users/bob/messages")).body.items;
    expect(await waiting()).toHaveLength(1);
    expect((await strowger.api("POST", "/v1/redactions", { name: "alice" })).body).toMatchObject({ messages: 1 });
    expect(await waiting()).toEqual([]);
  });
});
