import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

const GATEWAY = { uri: "sip:gw.example.net", username: "me", password: "s3cret-s3cret" };

describe("trunks over HTTP", () => {
  let api: FakeSwitch;

  beforeEach(async () => {
    api = await startFakeSwitch();
  });
  afterEach(() => api.close());

  it("are made, shown with their state, listed and removed, and never show a password", async () => {
    const made = await api.send("PUT", "/v1/trunks/carrier", { json: GATEWAY });
    expect([made.status, made.body.hasPassword, made.body.position]).toEqual([201, true, 1]);
    const shown = await api.send("GET", "/v1/trunks/carrier");
    expect(shown.body).toMatchObject({
      name: "carrier",
      state: "up",
      calls: 0,
      gateways: [{ uri: GATEWAY.uri, state: "unknown" }],
      declaration: { uri: GATEWAY.uri, username: "me" },
    });
    expect(made.text + shown.text).not.toContain(GATEWAY.password);
    expect((await api.send("GET", "/v1/trunks")).body).toEqual({ items: [shown.body], next: null });
    expect((await api.send("DELETE", "/v1/trunks/carrier")).status).toBe(204);
    expect((await api.send("GET", "/v1/trunks/carrier")).status).toBe(404);
    expect((await api.send("DELETE", "/v1/trunks/carrier")).status).toBe(404);
  });

  it("are overwritten only by who has seen the declaration, when asked so", async () => {
    const made = await api.send("PUT", "/v1/trunks/carrier", { json: GATEWAY });
    const etag = made.headers.get("etag") ?? "";
    expect((await api.send("GET", "/v1/trunks/carrier")).headers.get("etag")).toBe(etag);
    const other = { uri: "sip:gw2.example.net" };
    const put = (headers: Record<string, string>) =>
      api.send("PUT", "/v1/trunks/carrier", { json: other, headers }).then(({ status }) => status);
    expect(await put({ "If-None-Match": "*" })).toBe(412);
    expect(await put({ "If-Match": '"stale"' })).toBe(412);
    expect(await put({ "If-Match": etag })).toBe(200);
    expect(await put({ "If-Match": etag })).toBe(412);
  });

  it("of the configuration file stay as they are, and what is wrong is said", async () => {
    await api.send("PUT", "/v1/trunks/declared", { json: GATEWAY });
    const refused = await api.send("PUT", "/v1/trunks/declared", { json: GATEWAY });
    expect([refused.status, refused.body.code]).toEqual([409, "managed-by-config"]);
    const wrong = await api.send("PUT", "/v1/trunks/carrier", { json: {} });
    expect([wrong.status, wrong.body.detail]).toEqual([400, "uri: a trunk has a gateway."]);
  });
});
