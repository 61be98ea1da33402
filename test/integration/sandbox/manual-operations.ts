/** Operations that a test answers itself: each is kept with its context until the test says what comes of it. */
import { expect } from "vitest";
import { fail, ok } from "../../../runtime/base/result.ts";
import type { OperationContext, OperationResult, Operations } from "../../../runtime/port/sandbox.ts";

/** What the modules of the sdk are built on, without a module in between. */
export const OPERATE = `
import { OperationError, voicemail } from "strowger";
const start = globalThis[Symbol.for("strowger.operation")];
const operate = (name, args) => start(name, args, OperationError);`;

/** A script with an async handler `invite` of this body, which begins on line 7, and a handler `bye` that gives 1. */
export function asyncScript(body: string, before = ""): string {
  return `${OPERATE}\n${before}\nexport default { async invite(call, event) {\n${body}\n},\nbye() { return 1; } };`;
}

export interface AskedOperation {
  readonly context: OperationContext;
  readonly name: string;
  readonly args: unknown;
  readonly done: (result: OperationResult) => void;
}

export class ManualOperations implements Operations {
  readonly asked: AskedOperation[] = [];

  run(context: OperationContext, name: string, args: unknown, done: AskedOperation["done"]): void {
    this.asked.push({ context, name, args, done });
    // Those that answer at once, so that a script can go on by itself.
    if (name === "test.echo") done(ok(args));
    if (name === "test.refuse" || name === "voicemail.erase")
      done(fail({ code: "not-found", message: "there is none" }));
    if (name === "test.break") throw new Error("/secret/path is broken");
  }

  /** Resolves with the operations of this name, once there are so many. */
  async of(name: string, count = 1): Promise<AskedOperation[]> {
    const found = () => this.asked.filter((one) => one.name === name);
    await expect.poll(() => found().length, { timeout: 5000, interval: 2 }).toBeGreaterThanOrEqual(count);
    return found();
  }
}
