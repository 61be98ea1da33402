import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../runtime/config/load.ts";

function read(text: string) {
  const parsed = parseConfig(text, "/etc/strowger/strowger.yaml", {});
  if (parsed.ok) return parsed.value.fetch;
  return parsed.problem.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe("fetch in the configuration", () => {
  it("names hosts for all scripts, and networks that are not public", () => {
    expect(read('fetch: { hosts: ["*.example.com"], allowPrivate: [10.1.0.0/16, 127.0.0.1] }\n')).toEqual({
      hosts: [{ host: "example.com", below: true, port: null }],
      allowPrivate: [
        { address: "10.1.0.0", prefix: 16, family: "ipv4" },
        { address: "127.0.0.1", prefix: 32, family: "ipv4" },
      ],
    });
  });

  it("says what is wrong with a host or a network, and where", () => {
    expect(read('fetch: { hosts: ["https://a.example/"], allowPrivate: [ten] }\n')).toEqual([
      '1:18 fetch.hosts[0]: expected a host such as api.example.com, *.example.com or localhost:8000, found text "https://a.example/"',
      '1:56 fetch.allowPrivate[0]: expected an address or a network such as 10.1.0.0/16, found text "ten"',
    ]);
  });
});
