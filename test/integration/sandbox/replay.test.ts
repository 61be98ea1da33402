import { describe, expect, it } from "vitest";
import { ScriptIsolate } from "../../../runtime/sandbox/host/isolate.ts";
import { DEFAULT_LIMITS } from "../../../runtime/sandbox/limits.ts";
import { readRealm, readSdk } from "../../../runtime/sandbox/trusted.ts";

const setup = { limits: { ...DEFAULT_LIMITS, eventMs: 1000 }, sdk: readSdk(), realm: readRealm() };
const owner = { answered() {}, logged() {}, timerStarted() {}, timerStopped() {}, operationStarted() {} };
const code = `export default { invite() { return {
  dates: [Date.now(), new Date().toISOString(), new Date(5).getTime(), Date.UTC(2026, 0), new Date() instanceof Date, Date.name, Date.length],
  random: [Math.random(), Math.random()], uuids: [crypto.randomUUID(), crypto.randomUUID()],
  parts: new Intl.DateTimeFormat("en", { timeZone: "UTC" }).formatToParts() }; } };`;

/** The answer of one event in an isolate of its own. */
function answer(now: number, seed: string): unknown {
  const ref = { script: "replay", version: 1 };
  const modules = [{ path: "main.js", code }];
  const isolate = new ScriptIsolate({ ref, entry: "main.js", modules, handlers: ["invite"], env: {} }, setup, owner);
  expect(isolate.load(1, 0, seed)).toBeNull();
  const result = isolate.run(2, 0, now, seed, '{"call":{"head":""},"event":{}}', "null");
  isolate.dispose();
  return result;
}

describe("the replay of an event", () => {
  const now = Date.UTC(2026, 4, 6, 7, 8, 9);
  const seed = "0123456789abcdef";

  it("gives the same times, random numbers and UUIDs for the same time and seed", () => {
    expect(answer(now, seed)).toEqual(answer(now, seed));
  });

  it("gives others for another time or seed", () => {
    expect(answer(now, seed)).not.toEqual(answer(now + 1, seed));
    expect(answer(now, seed)).not.toEqual(answer(now, "0123456789abcdeg"));
  });

  it("sees the time of the event and none of the machine's", () => {
    expect(answer(now, seed)).toMatchObject({
      answer: expect.stringContaining(
        `"dates":[${now},"2026-05-06T07:08:09.000Z",5,${Date.UTC(2026, 0)},true,"Date",7]`,
      ),
    });
    expect(answer(now, seed)).toMatchObject({ answer: expect.stringContaining('{"type":"year","value":"2026"}') });
  });
});
