import { describe, expect, it } from "vitest";
import { cleanStack, withPlace } from "../../../../runtime/sandbox/host/position.ts";

const files = new Set(["main.ts", "lib/pick.ts"]);

describe("the place of a fault", () => {
  const stack = [
    "RangeError: bad",
    "    at forward (strowger:decisions.ts:70:3)",
    "    at pick (file:///lib/pick.ts:3:20)",
    "    at Object.invite (file:///main.ts:10:13)",
    "    at run (host:realm.ts:69:20)",
    "    at (<isolated-vm boundary>)",
    "    at file:///opt/switch/runtime/sandbox/host/isolate.ts:1:1",
  ].join("\n");

  it("is the first frame in a file of the script", () => {
    expect(withPlace({ reason: "threw", message: "RangeError: bad", stack }, files)).toEqual({
      reason: "threw",
      message: "RangeError: bad",
      file: "lib/pick.ts",
      line: 3,
      column: 20,
      stack: "RangeError: bad\n    at pick (lib/pick.ts:3:20)\n    at Object.invite (main.ts:10:13)",
    });
  });

  it("is taken from the message where code does not compile", () => {
    const fault = { reason: "threw" as const, message: "SyntaxError: Unexpected token [file:///main.ts:1:9]" };
    expect(withPlace(fault, files)).toEqual({
      reason: "threw",
      message: "SyntaxError: Unexpected token",
      file: "main.ts",
      line: 1,
      column: 9,
    });
  });

  it("is unknown where no frame is the script's, and frames of the machine are never shown", () => {
    const outside = "Error: x\n    at (<isolated-vm boundary>)\n    at file:///opt/switch/main.ts:1:1";
    expect(withPlace({ reason: "threw", message: "Error: x", stack: outside }, files)).toEqual({
      reason: "threw",
      message: "Error: x",
      stack: "Error: x",
    });
    expect(cleanStack(stack)).not.toContain("/opt/switch");
  });
});
