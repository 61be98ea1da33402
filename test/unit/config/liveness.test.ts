import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../runtime/config/load.ts";

function read(text: string) {
  const parsed = parseConfig(text, "/etc/strowger/strowger.yaml", {});
  if (parsed.ok) return parsed.value.liveness;
  return parsed.problem.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe("liveness in the configuration", () => {
  it.each([
    ["", { pingSeconds: 900, silenceSeconds: 300 }],
    ["liveness: { pingSeconds: 0 }", { pingSeconds: 0, silenceSeconds: 300 }],
    ["liveness: { pingSeconds: 60, silenceSeconds: 0 }", { pingSeconds: 60, silenceSeconds: 0 }],
  ])("%j is read", (text, liveness) => {
    expect(read(`${text}\n`)).toEqual(liveness);
  });

  it.each([
    [
      "liveness: { pingSeconds: 1 }",
      "1:26 liveness.pingSeconds: expected at least 2, or 0 for never, found the number 1",
    ],
    ["liveness: { silenceSeconds: often }", '1:29 liveness.silenceSeconds: expected a number, found text "often"'],
  ])("%j names the key and what is wrong", (text, problem) => {
    expect(read(`${text}\n`)).toEqual([problem]);
  });
});
