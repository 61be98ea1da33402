import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import { type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

describe("a link that sets up a phone", () => {
  let api: FakeSwitch;
  const clock = new VirtualClock();

  beforeAll(async () => {
    api = await startFakeSwitch({ clock });
    const user = { password: "the old one", displayName: 'Bob "the" <Boss>' };
    await api.send("PUT", "/v1/users/bob", { json: user });
  });
  afterAll(() => api.close());

  const make = async (json: object = {}) => (await api.send("POST", "/v1/users/bob/provisioning", { json })).body;
  const open = (url: string, method = "GET") => fetch(url, { method });

  it("gives the user a new password, and tells it and the server once", async () => {
    const answer = await api.send("POST", "/v1/users/bob/provisioning", { json: {} });
    expect(answer.status).toBe(201);
    const { url, account, warnings } = answer.body;
    expect(url).toMatch(new RegExp(`^${api.url}/v1/provisioning/[0-9a-z]{50}$`));
    expect(account).toMatchObject({ user: "bob", domain: "example.com", server: "sip:127.0.0.1:5060;transport=udp" });
    expect(account.password).toMatch(/^[0-9a-z]{20}$/);
    expect(api.passwords.get("bob")).toBe(account.password);
    expect(warnings).toEqual([
      expect.stringContaining("A phone does not reach"),
      expect.stringContaining("not over TLS"),
    ]);
    expect((await make({ password: "chosen by hand" })).account.password).toBe("chosen by hand");
  });

  it("is opened once, without a token of the API, as Linphone reads it", async () => {
    const { url } = await make({ password: "p&ss<word>1" });
    const head = await open(url, "HEAD");
    expect([head.status, head.headers.get("content-type")]).toEqual([200, "application/xml"]);
    const first = await open(url);
    expect([first.status, first.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const xml = await first.text();
    expect(xml).toContain('<entry name="passwd" overwrite="true">p&amp;ss&lt;word&gt;1</entry>');
    expect(xml).toContain('<entry name="reg_proxy" overwrite="true">&lt;sip:127.0.0.1:5060;transport=udp&gt;</entry>');
    expect(xml).toContain(
      '<entry name="reg_identity" overwrite="true">&quot;Bob the &lt;Boss&gt;&quot; &lt;sip:bob@example.com&gt;</entry>',
    );
    expect((await open(url)).status).toBe(410);
  });

  it("is void after a quarter of an hour, and as soon as there is another for the same user", async () => {
    const [old, late] = [await make(), await make()];
    expect((await open(old.url)).status).toBe(410);
    clock.advance(15 * 60_000);
    expect((await open(late.url)).status).toBe(410);
  });

  it("is made for nobody whom the switch does not know, or whose password is in the configuration", async () => {
    expect((await api.send("POST", "/v1/users/nobody/provisioning", { json: {} })).status).toBe(404);
    const declared = { name: "carol", domain: "example.com", extension: null, displayName: null, registered: false };
    api.users.set("carol", { ...declared, managed: true });
    expect((await api.send("POST", "/v1/users/carol/provisioning", { json: {} })).status).toBe(409);
  });

  it("makes whoever guesses wait", async () => {
    for (let guess = 0; guess < 20; guess++) await open(`${api.url}/v1/provisioning/guess-${guess}`);
    expect((await open(`${api.url}/v1/provisioning/guess`)).status).toBe(429);
    clock.advance(60_000);
  });

  it("leaves no trace of the password in the audit log", async () => {
    await make({ password: "never written down" });
    expect(JSON.stringify(api.audited)).not.toContain("never written down");
    expect(api.audited.at(-1)).toMatchObject({
      action: "POST /v1/users/{name}/provisioning",
      target: "/v1/users/bob/provisioning",
    });
  });
});
