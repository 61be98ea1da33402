import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registeredPhone } from "../../helpers/phones.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const SCRIPT = `
import { type Script, kv } from "strowger";

export default {
  async http(event) {
    if (event.method !== "POST" || event.path !== "/night") return { status: 404, body: "no such hook" };
    const { on } = JSON.parse(event.body);
    await kv.set("night", on);
    console.log("night service", on, "asked by", event.source);
    return Response.json({ night: await kv.get("night") });
  },
  schedule(event) {
    console.log("schedule", event.name, event.cron, event.scheduledAt);
  },
} satisfies Script;
`;

let sw: RunningSwitch;

beforeAll(async () => {
  // A script must not fail here because the machine is busy.
  sw = await startSwitch({ limits: { script: { eventMs: 2_000, cpuMs: 2_000 } } });
  await sw.deploy("desk", SCRIPT);
}, 30_000);
afterAll(() => sw.stop());

/** Writes what the file says of the script `desk`, and has it read. */
async function configure(desk: object): Promise<void> {
  const config = JSON.parse(readFileSync(sw.configFile, "utf8"));
  writeFileSync(sw.configFile, JSON.stringify({ ...config, scripts: { desk } }));
  const answer = await sw.api("POST", "/v1/reload");
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
}

describe("a webhook", () => {
  it("gets into a script, which remembers it and answers", async () => {
    const tail = await sw.tail("desk");
    const hook = (path: string) => fetch(`${sw.url}/x/desk${path}`, { method: "POST", body: '{"on":true}' });
    const answer = await hook("/night");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ night: true });
    expect((await hook("/day")).status).toBe(404);
    await tail.line("night service true asked by 127.0.0.1");
    const invocation = await tail.entry("the invocation", ({ type }) => type === "invocation");
    expect(invocation).toMatchObject({ handler: "http", callId: null, outcome: "returned" });
    const metrics = await sw.api("GET", "/metrics");
    expect(metrics.body).toContain('strowger_script_events_total{script="desk",event="http"} 2');
  });

  it("makes a phone ring: click to call", async () => {
    const dial = `await calls.originate({ from: event.query.from, to: event.query.to });`;
    await sw.deploy("click", `import { calls } from "strowger"; export default { async http(event) { ${dial} } };`);
    const alice = await registeredPhone(sw, "alice");
    const answer = await fetch(`${sw.url}/x/click/?from=alice&to=bob`, { method: "POST" });
    expect(answer.status).toBe(204);
    const offered = await alice.expect("INVITE");
    expect(offered.header("From")).toContain("bob");
    alice.answer(offered, 486, { toTag: "busy", reason: "Busy Here" });
    await alice.expect("ACK");
    await sw.noCalls();
  });

  it("needs the token that the configuration sets, from the next reload on", async () => {
    await configure({ http: { token: "a-secret-of-the-hook" } });
    const hook = (headers: Record<string, string>) => fetch(`${sw.url}/x/desk/`, { headers });
    expect((await hook({})).status).toBe(401);
    expect((await hook({ Authorization: "Bearer a-secret-of-the-hook" })).status).toBe(404);
    await configure({});
    expect(await (await hook({})).text()).toBe("no such hook");
  });

  it("is not shown why it failed", async () => {
    await sw.deploy("broken", `export default { http() { throw new Error("the inside of it"); } };`);
    const tail = await sw.tail("broken");
    const answer = await fetch(`${sw.url}/x/broken/`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain("inside");
    expect((await tail.fault()).message).toContain("the inside of it");
  });
});

describe("a schedule", () => {
  it("whose time the switch has slept through comes at the start, and not again at the next one", async () => {
    // A time of day that was two minutes ago, so that it does not come by itself while this runs.
    const missed = new Date(Math.floor(Date.now() / MINUTE_MS - 2) * MINUTE_MS);
    const schedule = { name: "open", cron: `${missed.getUTCMinutes()} ${missed.getUTCHours()} * * *`, timeZone: "UTC" };
    const put = await sw.api("PUT", "/v1/scripts/desk/schedules", { schedules: [schedule] });
    expect(put.body.schedules).toEqual([
      expect.objectContaining({ nextAt: new Date(missed.getTime() + DAY_MS).toISOString(), lastResult: null }),
    ]);
    sleptSince(missed.getTime() - MINUTE_MS);
    await sw.restart();
    const said = await until("the schedule", async () => (await scheduleLines())[0]);
    expect(said).toBe(`schedule open ${schedule.cron} ${missed.toISOString()}`);
    const view = await until("what came of it", async () => {
      const [view] = (await sw.api("GET", "/v1/scripts/desk/schedules")).body.schedules;
      return view.lastResult === null ? undefined : view;
    });
    expect(view).toMatchObject({ lastAt: missed.toISOString(), lastResult: "ran", running: false });
    const metrics = await sw.api("GET", "/metrics");
    expect(metrics.body).toContain('strowger_schedule_times_total{script="desk",result="ran"} 1');
    await sw.restart();
    expect((await sw.api("GET", "/v1/scripts/desk/schedules")).body.schedules[0].lastResult).toBeNull();
    expect(await scheduleLines()).toEqual([]);
  }, 60_000);

  it("of the configuration is there after a reload", async () => {
    await configure({ schedules: [{ name: "night", cron: "0 18 * * *", timeZone: "Europe/Berlin" }] });
    const { schedules } = (await sw.api("GET", "/v1/scripts/desk/schedules")).body;
    expect(schedules.map(({ name, managed }: { name: string; managed: boolean }) => [name, managed])).toEqual([
      ["night", true],
      ["open", false],
    ]);
  });
});

/** The store as it is when the switch was last up at this moment. */
function sleptSince(at: number): void {
  const database = new DatabaseSync(join(sw.folder, "data", "strowger.sqlite"));
  database.prepare("update schedule_marks set reached_at = ?").run(at);
  database.close();
}

async function scheduleLines(): Promise<string[]> {
  const { items } = (await sw.api("GET", "/v1/scripts/desk/logs?type=log&event=schedule")).body;
  return items.map(({ entry }: { entry: { text: string } }) => entry.text);
}
