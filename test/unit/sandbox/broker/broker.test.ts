import { describe, expect, it } from "vitest";
import { InvariantError, RequestError, StorageError } from "../../../../runtime/base/errors.ts";
import { type Log, silentLog } from "../../../../runtime/base/log.ts";
import type { OperationResult } from "../../../../runtime/port/sandbox.ts";
import { createBroker } from "../../../../runtime/sandbox/broker/broker.ts";
import type { OperationModule } from "../../../../runtime/sandbox/broker/operation.ts";

function ask(module: OperationModule, name: string, log: Log = silentLog): Promise<OperationResult> {
  const broker = createBroker({ test: module }, log);
  const context = { ref: { script: "a", version: 3 }, callId: "c1", domain: "d", signal: new AbortController().signal };
  return new Promise((done) => broker.run(context, name, {}, done));
}

describe("The broker of operations", () => {
  it("gives what an operation gives, at once or later, and says on whose behalf", async () => {
    const module: OperationModule = {
      now: (context) => [context.ref, context.callId, context.domain],
      later: async () => 5,
    };
    expect(await ask(module, "test.now")).toEqual({ ok: true, value: [{ script: "a", version: 3 }, "c1", "d"] });
    expect(await ask(module, "test.later")).toEqual({ ok: true, value: 5 });
  });

  it.each(["test.cuonts", "counts", "test.", "", "__proto__", "test.constructor", "test.toString"])(
    "knows no operation %j",
    async (name) => {
      const result = await ask({ counts: () => 1 }, name);
      expect(result).toMatchObject({ ok: false, problem: { code: "unknown-operation" } });
    },
  );

  it("suggests the name that was probably meant", async () => {
    expect(await ask({ counts: () => 1 }, "test.cuonts")).toMatchObject({
      problem: { message: 'There is no operation "test.cuonts", did you mean "test.counts"?' },
    });
  });

  it("passes on what is the script's to know, and hides what is the operator's", async () => {
    const throws = (error: unknown): OperationModule => ({
      work() {
        throw error;
      },
    });
    const asked = (error: unknown) => ask(throws(error), "test.work");
    expect(await asked(new RequestError("not-found", "there is no box"))).toEqual({
      ok: false,
      problem: { code: "not-found", message: "test.work: there is no box" },
    });
    const away = await asked(new StorageError("store-unavailable", "disk /dev/sda1 is full"));
    expect(away).toMatchObject({ ok: false, problem: { code: "unavailable" } });
    expect(JSON.stringify(away)).not.toContain("/dev/sda1");
  });

  it("logs its own faults with the script that met them, and tells the script no more than that", async () => {
    const logged: unknown[] = [];
    const log: Log = { ...silentLog, error: (text, fields) => logged.push([text, fields]) };
    const error = new InvariantError("/secret/path is gone");
    const result = await ask({ work: () => Promise.reject(error) }, "test.work", log);
    expect(result).toMatchObject({
      ok: false,
      problem: { code: "failed", message: expect.not.stringContaining("secret") },
    });
    expect(logged).toEqual([
      ["An operation of a script has failed", { call: "c1", script: "a", version: 3, operation: "test.work", error }],
    ]);
  });
});
