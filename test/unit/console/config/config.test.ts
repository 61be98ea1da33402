import { describe, expect, it } from "vitest";
import { entriesOf, found } from "../../../../runtime/console/pages/config/entries.ts";

const entries = entriesOf({
  file: "/etc/strowger/strowger.yaml",
  values: [
    { path: "domain", value: "example.com", source: { type: "file", line: 2, column: 9 } },
    { path: "limits.calls.max", value: 500, source: { type: "default" } },
    { path: "listen", value: ["udp://\u202e0"], source: { type: "file", line: 3, column: 1 } },
  ],
});
const paths = (text: string, isSetOnly = false) => found(entries, { text, isSetOnly }).map(({ path }) => path);

describe("The values of the configuration", () => {
  it("say in which line of the file they stand, or that they are default", () => {
    expect(entries.map(({ source }) => source)).toEqual(["strowger.yaml:2", "default", "strowger.yaml:3"]);
  });

  it("show nothing that turns the text around", () => {
    expect(entries[2]?.text).toBe('["udp://‹U+202E›0"]');
  });

  it("are found by each word in path, value or source", () => {
    expect(paths("Max calls")).toEqual(["limits.calls.max"]);
    expect(paths("yaml:3")).toEqual(["listen"]);
    expect(paths("domain 500")).toEqual([]);
    expect(paths("", true)).toEqual(["domain", "listen"]);
  });
});
