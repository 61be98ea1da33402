import { afterEach, describe, expect, it } from "vitest";
import { StorageError } from "../../../runtime/base/errors.ts";
import { silentLog } from "../../../runtime/base/log.ts";
import { MAX_WAITING_REQUESTS, StorageThread } from "../../../runtime/storage/thread.ts";

const module = new URL("./crashing-worker.ts", import.meta.url);
let thread: StorageThread;

async function startThread(): Promise<StorageThread> {
  thread = new StorageThread({ module, file: "test.db", log: silentLog });
  await thread.start();
  return thread;
}

describe("storage thread", () => {
  afterEach(() => thread.close());

  it("rejects everything that waits when the worker dies", async () => {
    await startThread();
    const results = await Promise.allSettled([
      thread.request("cdrs.search", []),
      thread.request("settings.put", []),
      thread.request("users.all", []),
    ]);
    for (const result of results) {
      expect(result).toMatchObject({ status: "rejected", reason: { code: "store-unavailable" } });
      expect(result.status === "rejected" && result.reason).toBeInstanceOf(StorageError);
    }
  });

  it("starts the worker again after it died, not before a second has passed since its start", async () => {
    await startThread();
    const startedAt = performance.now();
    await expect(thread.request("settings.put", [])).rejects.toThrow(/test\.db/);
    await expect(thread.request("users.all", [])).rejects.toThrow(/opened again; try in a second/);
    let answer: unknown;
    await expect
      .poll(
        async () => {
          answer = await thread.request("users.all", []).catch(() => "refused");
          return answer;
        },
        { timeout: 5_000 },
      )
      .toBe("users.all");
    expect(performance.now() - startedAt).toBeGreaterThan(900);
  });

  it("refuses more requests than the bound, and takes them again once some were answered", async () => {
    await startThread();
    const waiting = Array.from({ length: MAX_WAITING_REQUESTS }, () => thread.request("users.all", []));
    await expect(thread.request("users.all", [])).rejects.toThrow(/10000 requests wait for the database/);
    await Promise.all(waiting);
    expect(await thread.request("users.all", [])).toBe("users.all");
  });
});
