import { describe, expect, it } from "vitest";
import { type DiffLine, diffFiles, diffLines } from "../../../../runtime/console/pages/scripts/versions/diff.ts";

const SIGNS = { same: " ", removed: "-", added: "+", skipped: "…" };
const shown = (lines: readonly DiffLine[]) =>
  lines.map((line) => (line.type === "skipped" ? `…${line.count}` : SIGNS[line.type] + line.text));
const diff = (before: string, after: string) => shown(diffLines(before.split(""), after.split("")));

describe("The difference between two texts", () => {
  it("is nothing where they are the same", () => {
    expect(diff("abc", "abc")).toEqual([" a", " b", " c"]);
  });

  it("is the shortest way from one to the other", () => {
    expect(diff("abcabba", "cbabac").filter((line) => !line.startsWith(" "))).toHaveLength(5);
    expect(diff("ab", "xaby")).toEqual(["+x", " a", " b", "+y"]);
    expect(diff("abc", "ac")).toEqual([" a", "-b", " c"]);
    expect(diff("", "a")).toEqual(["+a"]);
    expect(diff("a", "")).toEqual(["-a"]);
  });

  it("leads from the one text to the other, whatever they are", () => {
    let seed = 7;
    const letter = () => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return "abc"[seed % 3] ?? "a";
    };
    for (let round = 0; round < 200; round++) {
      const [before, after] = [
        Array.from({ length: round % 12 }, letter),
        Array.from({ length: (round * 7) % 13 }, letter),
      ];
      const lines = diffLines(before, after);
      const side = (type: "removed" | "added") =>
        lines.flatMap((line) => (line.type === "same" || line.type === type ? [line.text] : []));
      expect(side("removed")).toEqual(before);
      expect(side("added")).toEqual(after);
    }
  });

  it("numbers the lines of both sides", () => {
    expect(diffLines(["a", "b"], ["a", "x", "b"])).toEqual([
      { type: "same", text: "a", before: 1, after: 1 },
      { type: "added", text: "x", after: 2 },
      { type: "same", text: "b", before: 2, after: 3 },
    ]);
  });

  it("takes texts that have too little in common as replaced as a whole", () => {
    const [before, after] = [1, 2].map((n) => Array.from({ length: 3000 }, (_, line) => `${n} ${line}`));
    expect(diffLines(before ?? [], after ?? [])).toHaveLength(6000);
  });

  it("leaves out what is far from a change, and names files that are new or gone", () => {
    const long = Array.from({ length: 20 }, (_, line) => String(line)).join("\n");
    const files = diffFiles({ "a.ts": `${long}\n`, "b.ts": "x\n" }, { "a.ts": `${long}\nend\n`, "c.ts": "y" });
    expect(files.map(({ file, change }) => `${file} ${change}`)).toEqual([
      "a.ts changed",
      "b.ts removed",
      "c.ts added",
    ]);
    expect(shown(files[0]?.lines ?? [])).toEqual(["…17", " 17", " 18", " 19", "+end"]);
  });
});
