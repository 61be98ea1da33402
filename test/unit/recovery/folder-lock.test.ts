import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFolder } from "../../../runtime/recovery/folder-lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("The lock of a data folder", () => {
  it("is one process's alone, names it, and leaves nothing behind", () => {
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(
      new RegExp(`${folder} is in use by another switch, process ${process.pid}`),
    );
    expect(readdirSync(folder)).toEqual(["lock"]);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    lockFolder(folder).release();
  });

  it("is taken from a process that has died", async () => {
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    await once(child, "spawn");
    writeFileSync(join(folder, "lock"), JSON.stringify({ pid: child.pid, started: "" }));
    expect(() => lockFolder(folder)).toThrow(`process ${child.pid}`);
    child.kill("SIGKILL");
    await once(child, "exit");
    lockFolder(folder).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is taken from a process whose number another one has now", () => {
    writeFileSync(join(folder, "lock"), JSON.stringify({ pid: process.pid, started: "1" }));
    lockFolder(folder).release();
  });

  it.each(["", "{", "null", "7", '{"pid":"x"}', '{"pid":-1}', '{"pid":999999999}'])(
    "is taken where the file says %j",
    (text) => {
      writeFileSync(join(folder, "lock"), text);
      lockFolder(folder).release();
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});
