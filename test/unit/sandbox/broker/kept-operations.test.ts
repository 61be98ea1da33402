import { describe, expect, it } from "vitest";
import { type ErrorCode, RequestError } from "../../../../runtime/base/errors.ts";
import { silentLog } from "../../../../runtime/base/log.ts";
import type { OperationContext, OperationResult } from "../../../../runtime/port/sandbox.ts";
import type { KvEntry, ScriptKv, ScriptOwner } from "../../../../runtime/port/script-data.ts";
import { createBroker } from "../../../../runtime/sandbox/broker/broker.ts";
import { kvOperations } from "../../../../runtime/sandbox/broker/kv-operations.ts";
import { secretOperations } from "../../../../runtime/sandbox/broker/secret-operations.ts";
import { Turnstile } from "../../../../runtime/sandbox/broker/turnstile.ts";

const entry: KvEntry = { key: "k", json: "[1]", version: 3, expiresAt: 1000 };

function createWorld(refusal?: ErrorCode) {
  const owners: ScriptOwner[] = [];
  const told: string[] = [];
  const asked = async <Value>(of: ScriptOwner, value: Value): Promise<Value> => {
    owners.push(of);
    if (refusal !== undefined) throw new RequestError(refusal, "because");
    return value;
  };
  const kv: Omit<ScriptKv, "keys" | "clear"> = {
    get: (of) => asked(of, entry),
    set: (of) => asked(of, undefined),
    increment: (of) => asked(of, { ...entry, json: "7" }),
    delete: (of) => asked(of, true),
    entries: (of) => asked(of, { items: [entry], next: "more" }),
  };
  const secrets = { reveal: (of: ScriptOwner, name: string) => asked(of, name === "KEY" ? "the secret" : undefined) };
  const turnstile = new Turnstile();
  const concealment = { conceal: (script: string, text: string) => void told.push(`${script} ${text}`) };
  const modules = {
    kv: kvOperations(kv, "home.example", turnstile),
    secrets: secretOperations(secrets, "home.example", turnstile, concealment),
  };
  const broker = createBroker(modules, silentLog);
  const ask = (name: string, args: object): Promise<OperationResult> => {
    const context = { ref: { script: "desk", version: 3 }, callId: "c", domain: "anywhere.example" };
    return new Promise((done) => broker.run(context as OperationContext, name, args, done));
  };
  return { ask, owners, told };
}

describe("The operations on what a script keeps", () => {
  it.each([
    ["kv.get", { key: "k" }, { key: "k", value: [1], version: 3, expiresAt: "1970-01-01T00:00:01.000Z" }],
    ["kv.set", { key: "k", value: 1, ifAbsent: true }, false],
    ["kv.delete", { key: "k" }, true],
    ["kv.increment", { key: "k", by: 1 }, 7],
    ["kv.compareAndSet", { key: "k", expected: { version: 1 }, value: 1 }, false],
    ["secrets.get", { name: "KEY" }, "the secret"],
  ])("%s acts for the script itself, whatever domain a call was addressed to", async (name, args, value) => {
    const { ask, owners } = createWorld();
    expect(await ask(name, args)).toEqual({ ok: true, value });
    expect(owners).toEqual([{ domain: "home.example", script: "desk" }]);
  });

  it("name no script of their own", async () => {
    const { ask, owners } = createWorld();
    for (const more of [{ script: "other" }, { domain: "other" }, { of: { script: "other" } }]) {
      expect(await ask("kv.get", { key: "k", ...more })).toMatchObject({ problem: { code: "invalid-arguments" } });
    }
    expect(owners).toEqual([]);
  });

  it.each([
    ["full", "full"],
    ["value-too-large", "too-large"],
    ["invalid-request", "invalid-arguments"],
    ["secrets-unavailable", "unavailable"],
  ] as const)("say %s as the script knows it", async (code, known) => {
    const { ask } = createWorld(code);
    for (const [name, args] of [
      ["kv.get", { key: "k" }],
      ["secrets.get", { name: "KEY" }],
    ] as const) {
      expect(await ask(name, args)).toEqual({ ok: false, problem: { code: known, message: `${name}: because` } });
    }
  });

  it("conceal a secret before the script has it, and nothing where there is none", async () => {
    const { ask, told } = createWorld();
    expect(await ask("secrets.get", { name: "NONE" })).toMatchObject({ problem: { code: "not-found" } });
    expect(told).toEqual([]);
    await ask("secrets.get", { name: "KEY" });
    expect(told).toEqual(["desk the secret"]);
  });
});
