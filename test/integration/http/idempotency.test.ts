import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

const SOURCE = "export default {}";

describe("Idempotency-Key", () => {
  let api: FakeSwitch;
  let finishReload: (() => void) | undefined;
  let beganReload: () => void;
  const reloadBegins = () => new Promise<void>((resolve) => (beganReload = resolve));

  beforeEach(async () => {
    api = await startFakeSwitch({
      reload: () =>
        new Promise((resolve) => {
          finishReload = () => resolve({ warnings: [] });
          beganReload();
        }),
    });
  });
  afterEach(() => api.close());

  const upload = (key: string, body = SOURCE, token?: string) =>
    api.send("POST", "/v1/scripts/front-desk/versions", {
      body,
      headers: { "Idempotency-Key": key },
      ...(token === undefined ? {} : { token }),
    });

  it("does the same request once and answers it the same", async () => {
    const [first, second] = [await upload("a"), await upload("a")];
    expect(second.status).toBe(201);
    expect(second.text).toBe(first.text);
    expect(second.headers.get("location")).toBe(first.headers.get("location"));
    expect(api.deployments.uploads).toHaveLength(1);
    await upload("b");
    expect(api.deployments.uploads).toHaveLength(2);
  });

  it("refuses the key of another request", async () => {
    await upload("a");
    const answer = await upload("a", "export default { invite() {} }");
    expect([answer.status, answer.body.code]).toEqual([422, "idempotency-conflict"]);
  });

  it("keeps the keys of tokens apart", async () => {
    const token = await api.token("other", "scripts:write");
    await upload("a");
    await upload("a", "export default { other: 1 }", token);
    expect(api.deployments.uploads).toHaveLength(2);
  });

  it("answers a refusal the same, too", async () => {
    const first = await upload("a", "SYNTAX");
    const second = await upload("a", "SYNTAX");
    expect(second.status).toBe(422);
    expect(second.body).toEqual(first.body);
  });

  it("tells that the first request still runs", async () => {
    const headers = { "Idempotency-Key": "slow" };
    const begun = reloadBegins();
    const first = api.send("POST", "/v1/reload", { headers });
    await begun;
    const second = await api.send("POST", "/v1/reload", { headers });
    expect([second.status, second.body.code]).toEqual([409, "idempotency-in-progress"]);
    finishReload?.();
    expect((await first).status).toBe(200);
  });

  it("refuses a key that is none", async () => {
    expect((await upload("x".repeat(256))).status).toBe(400);
  });
});
