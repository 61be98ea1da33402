import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashPassword } from "../../../runtime/base/password-hash.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";

const PASSWORD = "correct horse battery";

describe("the console of a switch", () => {
  let strowger: RunningSwitch;

  beforeAll(async () => {
    const anna = { role: "operator", passwordHash: await hashPassword(PASSWORD) };
    strowger = await startSwitch({ console: { idleMinutes: 5, users: { anna } } });
  });
  afterAll(() => strowger.stop());

  const ask = (method: string, path: string, { cookie = "", body }: { cookie?: string; body?: object } = {}) =>
    fetch(strowger.url + path, {
      method,
      headers: { "X-Strowger-Console": "1", "Content-Type": "application/json", ...(cookie === "" ? {} : { cookie }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  async function signIn(name: string): Promise<string> {
    const answer = await ask("POST", "/v1/session", { body: { name, password: PASSWORD } });
    if (answer.status !== 201) throw new Error(`Signing in as ${name}: ${answer.status}`);
    return (answer.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
  }

  it("lets users of the configuration and of the API in, over a restart too, as far as their roles go", async () => {
    await strowger.api("PUT", "/v1/console/users/ben", { role: "viewer", password: PASSWORD });
    const [anna, ben] = [await signIn("anna"), await signIn("ben")];
    await strowger.restart();
    for (const cookie of [anna, ben]) expect((await ask("GET", "/v1/calls", { cookie })).status).toBe(200);
    const user = { password: "of-a-phone-1" };
    expect((await ask("PUT", "/v1/users/carol", { cookie: ben, body: user })).status).toBe(403);
    expect((await ask("PUT", "/v1/users/carol", { cookie: anna, body: user })).status).toBe(201);
    const { items } = (await strowger.api("GET", "/v1/audit?actor=anna")).body;
    expect(items.map(({ action }: { action: string }) => action)).toEqual(["PUT /v1/users/{name}", "POST /v1/session"]);
  });

  it("is no way to the WebSocket of phones: the cookie counts for nothing there", async () => {
    const cookie = await signIn("anna");
    const answer = await ask("GET", "/sip", { cookie });
    expect(answer.status).toBe(426);
    expect(cookie).not.toBe("");
  });

  it("shows the configuration with the places in its file, and no secret of it", async () => {
    const { body } = await strowger.api("GET", "/v1/config");
    expect(body.file).toBe(strowger.configFile);
    const values = new Map(body.values.map((item: { path: string }) => [item.path, item]));
    const lines = readFileSync(strowger.configFile, "utf8").split("\n");
    const line = lines.findIndex((text) => text.includes('"idleMinutes"')) + 1;
    expect(values.get("console.idleMinutes")).toMatchObject({ value: 5, source: { type: "file", line } });
    expect(values.get("console.sessionHours")).toMatchObject({ value: 12, source: { type: "default" } });
    expect(values.get("users.alice.password")).toMatchObject({ value: "[masked]" });
    expect(JSON.stringify(body)).not.toMatch(/pw-alice|\$scrypt/);
    expect((await ask("GET", "/v1/config", { cookie: await signIn("anna") })).status).toBe(403);
  });

  it("follows the configuration when it is read again: who may sign in, and who has", async () => {
    const cookie = await signIn("anna");
    const config = JSON.parse(readFileSync(strowger.configFile, "utf8"));
    const anna = { ...config.console.users.anna, passwordHash: await hashPassword("another one, quite new") };
    const changed = { ...config, console: { ...config.console, sessionHours: 1, users: { anna } } };
    writeFileSync(strowger.configFile, JSON.stringify(changed));
    expect((await strowger.api("POST", "/v1/reload")).status).toBe(200);
    expect((await ask("GET", "/v1/calls", { cookie })).status).toBe(401);
    const { body } = await strowger.api("GET", "/v1/config");
    expect(body.values.find(({ path }: { path: string }) => path === "console.sessionHours")).toMatchObject({
      value: 1,
      source: { type: "file" },
    });
  });
});
