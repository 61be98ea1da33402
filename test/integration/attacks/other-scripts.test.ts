import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

const SECRET = "sesame-of-the-other-script";

const strowger = await startSwitch({
  routes: [
    { name: "owner", to: "9XX", script: "owner", public: true },
    { name: "thief", to: "8XX", script: "thief", public: true },
  ],
});
beforeAll(async () => {
  await strowger.deploy("owner", inviteScript("reject(486)"));
  expect((await strowger.api("PUT", "/v1/scripts/owner/secrets/TOKEN", { value: SECRET })).status).toBeLessThan(300);
  expect((await strowger.api("PUT", "/v1/scripts/owner/kv/key", { mine: SECRET })).status).toBeLessThan(300);
});
afterAll(() => strowger.stop());

describe("what belongs to another script", () => {
  it("is as if it were not there, however a script spells it", async () => {
    await strowger.deploy(
      "thief",
      `import { env, kv, reject, secrets, voicemail, type Script } from "strowger";
export default {
  async invite() {
    const start = (globalThis as any)[Symbol.for("strowger.operation")];
    const forged = { domain: "example.test", script: "owner", ref: { script: "owner", version: 1 }, key: "key", name: "TOKEN" };
    const names = ["key", "owner/key", "../owner/key", "owner:key", "owner\\0key", "%2e%2e/owner/key"];
    for (const name of names) console.log(JSON.stringify(await kv.get(name).then((value) => value ?? "none", (error) => error.code)));
    console.log(JSON.stringify((await kv.list()).entries));
    for (const name of ["TOKEN", "owner/TOKEN", "../owner/TOKEN"]) console.log(JSON.stringify(await secrets.get(name).catch((error) => error.code)));
    for (const operation of ["kv.get", "secrets.get", "kv.list"]) {
      console.log(JSON.stringify(await start(operation, forged, Error).then((value: unknown) => value ?? "none", (error: Error) => error.message)));
    }
    console.log(JSON.stringify(await voicemail.counts("alice@elsewhere.test").catch((error) => error.code)), JSON.stringify(env));
    return reject(603);
  },
} satisfies Script;`,
    );
    const tail = await strowger.tail("thief");
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "800"), 603);
    await tail.entry("the end", ({ type }) => type === "invocation");
    expect(tail.lines.slice(0, 6).every((line) => ['"none"', '"invalid-arguments"'].includes(line))).toBe(true);
    expect(tail.lines[6]).toBe("[]");
    expect(tail.lines.slice(7, 10).every((line) => ['"not-found"', '"invalid-arguments"'].includes(line))).toBe(true);
    expect(tail.lines[13]).toBe('"not-found" {}');
    expect(tail.lines.join("\n")).not.toContain(SECRET);
  });

  it("is not there over the API either, in the same words as what nobody has", async () => {
    const body = async (path: string): Promise<unknown> => {
      const answer = await strowger.api("GET", path);
      const { instance: _, detail, ...rest } = answer.body;
      return { status: answer.status, ...rest, detail: String(detail).replaceAll(/thief|nobody/g, "SCRIPT") };
    };
    expect(await body("/v1/scripts/thief/kv/key")).toMatchObject({ status: 404 });
    expect(await body("/v1/scripts/thief/kv/key")).toEqual(await body("/v1/scripts/nobody/kv/key"));
    expect((await strowger.api("GET", "/v1/scripts/thief/kv/..%2f..%2fowner%2fkv%2fkey")).status).toBe(404);
  });
});

describe("what a script does to the language", () => {
  it("is its own: another script, and its own next version, find everything as it should be", async () => {
    const spoil = `
      for (const kind of [Object, Array, String, Promise, Map]) for (const name of Object.getOwnPropertyNames(kind.prototype)) {
        try { (kind.prototype as any)[name] = () => "spoilt"; } catch {}
      }
      JSON.stringify = () => "spoilt"; (globalThis as any).left = "here";`;
    const decide = `
      invite: () => {
        const all = new Map([["a", ["b", "c"].map((one) => one.toUpperCase()).slice().join("-")]]);
        return JSON.stringify({ ...Object.fromEntries(all), left: (globalThis as any).left }) === '{"a":"B-C"}' ? reject(486) : reject(500);
      },`;
    const caller = await rawPhone(strowger, "caller");
    const head = 'import { reject, type Script } from "strowger";';
    const spoilt = `${head}\nexport default { invite: () => { ${spoil} return reject(603); } } satisfies Script;`;
    await strowger.deploy("owner", `${head}\nexport default { ${decide} } satisfies Script;`);
    await strowger.deploy("thief", spoilt);
    for (let round = 0; round < 3; round++) {
      const spoiling = invite(caller, "800");
      await caller.expect(/^SIP\/2\.0 [56]/);
      expect(spoiling.method).toBe("INVITE");
      await expectRefusal(caller, invite(caller, "900"), 486);
    }
    await strowger.deploy("thief", `${head}\nexport default { ${decide} } satisfies Script;`);
    await expectRefusal(caller, invite(caller, "800"), 486);
  });
});
