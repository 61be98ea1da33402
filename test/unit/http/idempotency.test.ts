import { describe, expect, it } from "vitest";
import { IdempotentAnswers } from "../../../runtime/http/idempotency.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

function answering(...statuses: number[]) {
  let calls = 0;
  const perform = async () => ({ status: statuses[calls++] ?? 200, headers: {}, body: `answer ${calls}` });
  return { perform, calls: () => calls };
}

describe("answers kept for an Idempotency-Key", () => {
  it("are forgotten after a day", async () => {
    const clock = new VirtualClock();
    const answers = new IdempotentAnswers(clock);
    const { perform, calls } = answering();
    await answers.once("token", "key", ["POST"], perform);
    clock.advance(DAY_MS - 1);
    await answers.once("token", "key", ["POST"], perform);
    expect(calls()).toBe(1);
    clock.advance(1);
    await answers.once("token", "key", ["POST"], perform);
    expect([calls(), answers.size]).toEqual([2, 1]);
  });

  it("are not kept where trying again may help", async () => {
    const answers = new IdempotentAnswers(new VirtualClock());
    const { perform } = answering(503, 429, 201);
    const seen = [];
    for (let time = 0; time < 4; time++) seen.push((await answers.once("token", "key", ["POST"], perform)).status);
    expect(seen).toEqual([503, 429, 201, 201]);
  });

  it("are no more than two thousand, the latest ones", async () => {
    const answers = new IdempotentAnswers(new VirtualClock());
    const { perform, calls } = answering();
    for (let key = 0; key <= 2000; key++) await answers.once("token", `key-${key}`, ["POST"], perform);
    expect(answers.size).toBe(2000);
    await answers.once("token", "key-0", ["POST"], perform);
    await answers.once("token", "key-2000", ["POST"], perform);
    expect(calls()).toBe(2002);
  });

  it("belong to the whole request: the parts of two requests do not run into each other", async () => {
    const answers = new IdempotentAnswers(new VirtualClock());
    const { perform } = answering();
    await answers.once("token", "key", ["POST", "/a", "b"], perform);
    await expect(answers.once("token", "key", ["POST", "/ab", ""], perform)).rejects.toMatchObject({
      code: "idempotency-conflict",
    });
  });
});
