import { readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ShadowBody } from "../../../runtime/contract/journal-api.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { descendantsOf } from "../../helpers/process-tree.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

const live = `import { reject, voicemail, type Script } from "strowger";
export default {
  async invite(call) {
    const counts = await voicemail.counts("alice");
    call.state = { new: counts.new };
    return reject(486);
  },
  ended(call) { if (call.state.new !== 0) throw new Error("forgotten"); },
} satisfies Script;`;

/** Refuses one number otherwise, fails at another one, and would erase a message if it could. */
const candidate = live.replace(
  "return reject(486);",
  `if (call.to.user === "701") return reject(603);
    if (call.to.user === "702") throw new Error("not yet");
    if (call.to.user === "703") await voicemail.erase("alice", "1").catch(() => undefined);
    return reject(486);`,
);

async function version(text: string): Promise<number> {
  const headers = { "content-type": "text/typescript" };
  return (await strowger.api("POST", "/v1/scripts/main/versions", text, headers)).body.version;
}

async function call(...numbers: readonly string[]): Promise<void> {
  const caller = await rawPhone(strowger, "caller");
  for (const number of numbers) await expectRefusal(caller, invite(caller, number), 486);
}

const status = async () => (await strowger.api("GET", "/v1/scripts/main/shadow")).body;

/** Once so many events are counted. */
const counted = (events: number) =>
  until(`${events} events in the shadow`, async () => {
    const shadow = await status();
    const { same, different, skipped, dropped } = shadow.events;
    return same + different + skipped + dropped >= events && shadow;
  });

describe("A candidate in the shadow of the live version", () => {
  let first: number;
  let second: number;

  beforeAll(async () => {
    first = await strowger.deploy("main", live);
    second = await version(candidate);
  });

  it("is not there before somebody asks for it", async () => {
    expect((await strowger.api("GET", "/v1/scripts/main/shadow")).status).toBe(404);
    const unknown = await strowger.api("PUT", "/v1/scripts/main/shadow", { version: 99 });
    expect(unknown.status).toBe(404);
  });

  it("gets the events of live calls, and what it decides otherwise is counted and not done", async () => {
    const begun = await strowger.api("PUT", "/v1/scripts/main/shadow", { version: second, percent: 100 });
    expect(begun.body).toMatchObject({ script: "main", version: second, percent: 100, calls: 0 });
    await call("700", "701", "702", "703");
    const shadow = await counted(8);
    expect(shadow).toMatchObject({ calls: 4, events: { same: 4, different: 4, faults: 2, dropped: 0, waiting: 0 } });
    const of = (event: string, fits: (one: { fault: unknown; operations: unknown[] }) => boolean) =>
      shadow.differences.find((one: ShadowBody["differences"][number]) => one.handler === event && fits(one));
    expect(of("invite", ({ fault, operations }) => fault === null && operations.length === 0)).toMatchObject({
      recordedVersion: first,
      decision: [{ path: "$[0].code", recorded: 486, replayed: 603 }],
    });
    expect(of("invite", ({ fault }) => fault !== null)).toMatchObject({
      fault: { recorded: null, replayed: { reason: "threw" } },
    });
    // What a version remembers is its own: this one has failed before it could remember anything.
    expect(of("ended", () => true)).toMatchObject({ fault: { replayed: { message: "Error: forgotten" } } });
    expect(of("invite", ({ operations }) => operations.length > 0)).toMatchObject({
      operations: [{ type: "not-recorded", name: "voicemail.erase" }],
    });
  });

  it("runs in hosts of its own, which yield to all others", () => {
    const niceness = descendantsOf(strowger.pid)
      .filter(({ pid }) => readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("host/main"))
      .map(({ pid }) => getPriority(pid));
    expect(niceness.filter((one) => one === 10)).toHaveLength(2);
    expect(niceness.filter((one) => one === 0).length).toBeGreaterThan(1);
  });

  it("costs the live version nothing when it fails for ever", async () => {
    const loops = await version("export default { invite() { for (;;); }, ended() { for (;;); } };");
    await strowger.api("PUT", "/v1/scripts/main/shadow", { version: loops });
    await call("700", "700", "700", "700", "700");
    const shadow = await counted(5);
    expect(shadow.events.faults).toBeGreaterThan(0);
    await call("700");
    const { body } = await strowger.api("GET", "/v1/scripts/main/deployment");
    expect(body.versions).toEqual([{ version: first, percent: 100 }]);
    const metrics = await strowger.api("GET", "/metrics");
    expect(metrics.body).toMatch(/strowger_shadow_events_total\{script="main",result="different"\} \d+/);
  });

  it("is thrown away under load, before anything live waits", async () => {
    const slow = await version(
      "export default { async invite() { await new Promise((done) => setTimeout(done, 5000)); } };",
    );
    await strowger.api("PUT", "/v1/scripts/main/shadow", { version: slow });
    const numbers = Array.from({ length: 40 }, () => "700");
    await Promise.all(Array.from({ length: 12 }, () => call(...numbers)));
    const { events } = await status();
    expect(events.dropped).toBeGreaterThan(0);
    expect(events.waiting).toBeLessThanOrEqual(256);
  });

  it("ends when it is told to", async () => {
    expect((await strowger.api("DELETE", "/v1/scripts/main/shadow")).status).toBe(204);
    expect((await strowger.api("DELETE", "/v1/scripts/main/shadow")).status).toBe(404);
    expect((await strowger.api("GET", "/v1/scripts/main/shadow")).status).toBe(404);
  });
});

describe("A switch without a journal", () => {
  it("makes calls all the same, and says that there is nothing to see", async () => {
    const silent = await startSwitch({ journal: "off" });
    try {
      await silent.deploy("main", live);
      const caller = await rawPhone(silent, "caller");
      await expectRefusal(caller, invite(caller, "700"), 486);
      const { id } = await silent.cdr(({ code }) => code === 486);
      const answer = await silent.api("GET", `/v1/calls/${id}/timeline`);
      expect([answer.status, answer.body.detail]).toEqual([409, expect.stringContaining("journal is off")]);
    } finally {
      await silent.stop();
    }
  });
});
