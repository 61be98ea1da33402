import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, it } from "vitest";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { descendantsOf } from "../../helpers/process-tree.ts";
import { connectCall, hangUp } from "../../helpers/raw-call.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { script } from "../../helpers/script-source.ts";
import { type ApiAnswer, startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

const strowger = await startSwitch({
  routes: [
    { name: "night", to: "7*", script: "night", public: true, fallback: [{ type: "forward", targets: ["bob"] }] },
    { name: "all", script: "main", public: true },
  ],
  scripts: { night: { policy: { dailyBudget: { calls: 1 } } } },
});
afterAll(() => strowger.stop());

const START_MS = 20_000;

const put = (name: string, policy: object): Promise<ApiAnswer> =>
  strowger.api("PUT", `/v1/scripts/${name}/policy`, { policy });
const usage = async (name: string) => (await strowger.api("GET", `/v1/scripts/${name}/policy/usage`)).body;
const limitsInAudit = async () => (await strowger.api("GET", "/v1/audit?action=policy-limit")).body.items;

describe("The policy of a script", () => {
  it("keeps a script from calling another country, whatever it returns; the script and the audit log are told", async () => {
    const [caller, gateway] = [await rawPhone(strowger, "caller"), await rawPhone(strowger, "gateway")];
    const at = gateway.uri.replace(/^sip:[^@]*@/, "");
    await strowger.deploy(
      "main",
      script(`
  invite: (call) => [forward("sip:+33123456789@${at}"), forward("sip:+4930" + call.to.user + "@${at}")],
  limit: (call, event) => console.log("limit", event.limit, event.detail),`),
    );
    expect((await put("main", { destinations: { countries: ["DE"] }, dailyBudget: { minutes: 60 } })).status).toBe(201);
    const tail = await strowger.tail("main");
    const call = await connectCall(caller, gateway, "123456");
    expect(call.offered.uri).toBe(`sip:+4930123456@${at}`);
    await tail.line("limit destination country FR is not allowed");
    await hangUp(call.caller, call.callee);
    const cdr = await strowger.cdr(({ script: name }) => name === "main");
    expect(cdr).toMatchObject({ direction: "inbound", result: "answered" });
    expect(cdr.legs).toMatchObject([{ code: 403, reason: "policy: country FR is not allowed" }, { code: 200 }]);
    const [row] = await until("a row of the audit log", async () => {
      const rows = await limitsInAudit();
      return rows.length > 0 ? rows : undefined;
    });
    expect(row).toMatchObject({
      actor: "switch",
      target: "/v1/scripts/main/policy",
      result: "destination: country FR is not allowed",
      status: 403,
    });
    expect((await strowger.api("GET", "/metrics")).body).toContain(
      'strowger_policy_limits_total{script="main",limit="destination"} 1',
    );
  });

  it("of the configuration gives the fallback of the route to calls beyond its budget, also after a restart", async () => {
    const caller = await rawPhone(strowger, "caller");
    await strowger.deploy("night", script("  invite: () => reject(486),"));
    await expectRefusal(caller, invite(caller, "700"), 486);
    const bob = await registeredPhone(strowger, "bob");
    const voice = await connectCall(caller, bob, "701");
    await hangUp(voice.caller, voice.callee);
    expect(await usage("night")).toMatchObject({ calls: 1, minutes: 0, reached: { "daily-calls": 1 } });
    expect((await put("night", {})).body.code).toBe("managed-by-config");

    const { minutes } = await usage("main");
    expect(minutes).toBeGreaterThan(0);
    await strowger.restart();
    expect(await usage("night")).toMatchObject({ calls: 1 });
    expect((await usage("main")).minutes).toBeCloseTo(minutes, 3);
    const another = await rawPhone(strowger, "another");
    const callee = await registeredPhone(strowger, "bob", { register: { callId: "after-the-restart" } });
    const again = await connectCall(another, callee, "702");
    await hangUp(again.caller, again.callee);
  });

  it("set over the API bounds what a script fetches from its next request on", async () => {
    await strowger.deploy(
      "web",
      script(`
  async http(event) {
    try {
      return { status: (await fetch(event.body)).status };
    } catch (error) {
      return { status: 502, body: String(error) };
    }
  },`),
    );
    const fetched = async () => {
      const answer = await fetch(`${strowger.url}/x/web/`, { method: "POST", body: "http://127.0.0.1/" });
      return await answer.text();
    };
    expect(await fetched()).toContain("is not a public address");
    await put("web", { fetchHosts: ["api.example.com"] });
    expect(await fetched()).toContain('does not let "web" fetch');
    await put("web", { fetchHosts: ["127.0.0.1"] });
    expect(await fetched()).toContain("is not a public address");
  });

  it("follows the configuration at a reload", async () => {
    const config = JSON.parse(readFileSync(strowger.configFile, "utf8"));
    const scripts = { day: { policy: { maxSeconds: 60 } } };
    writeFileSync(strowger.configFile, JSON.stringify({ ...config, scripts, timeZone: "Europe/Berlin" }));
    expect((await strowger.api("POST", "/v1/reload")).status).toBe(200);
    expect((await strowger.api("GET", "/v1/scripts/night/policy")).status).toBe(404);
    expect((await strowger.api("GET", "/v1/scripts/day/policy")).body).toEqual({
      policy: { maxSeconds: 60 },
      managed: true,
    });
    expect((await usage("day")).timeZone).toBe("Europe/Berlin");
  });

  it("loses none of its budget where the switch is killed", async () => {
    const caller = await rawPhone(strowger, "caller");
    await strowger.deploy("main", script("  invite: () => reject(486),"));
    const { calls } = await usage("main");
    for (let count = 0; count < 5; count++) await expectRefusal(caller, invite(caller, "1"), 486);
    await until("what was used to be written", async () => writtenCalls("main") === calls + 5);

    const before = switchProcess();
    process.kill(before ?? 0, "SIGKILL");
    await until(
      "the switch to be started again",
      async () => {
        const isUp = (await fetch(`${strowger.url}/readyz`).catch(() => undefined))?.status === 200;
        return isUp && switchProcess() !== before;
      },
      START_MS,
    );
    expect((await usage("main")).calls).toBe(calls + 5);
  });
});

function switchProcess(): number | undefined {
  return descendantsOf(strowger.pid).find(({ command }) => command.includes("switch-process"))?.pid;
}

/** As it lies on the disk. */
function writtenCalls(name: string): unknown {
  const db = new DatabaseSync(join(strowger.folder, "data", "strowger.sqlite"), { readOnly: true });
  try {
    return db.prepare("select calls from policy_usage where script = ?").get(name)?.calls;
  } finally {
    db.close();
  }
}
