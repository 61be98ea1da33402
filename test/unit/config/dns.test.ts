import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../runtime/config/load.ts";

function read(text: string) {
  const parsed = parseConfig(text, "/etc/strowger/strowger.yaml", {});
  if (parsed.ok) return parsed.value.dns;
  return parsed.problem.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe("dns in the configuration", () => {
  it("names servers, with a port or without, and how long one is waited for", () => {
    expect(
      read('dns: { servers: ["192.0.2.53", "192.0.2.54:5353", "2001:db8::53", "[::1]:5353"], timeoutSeconds: 0.5 }\n'),
    ).toEqual({
      servers: ["192.0.2.53:53", "192.0.2.54:5353", "[2001:db8::53]:53", "[::1]:5353"],
      timeoutMs: 500,
    });
  });

  it("says what is wrong with a server, and where", () => {
    const expected = "expected the address of a DNS server such as 192.0.2.53 or 192.0.2.53:5353";
    expect(read("dns: { servers: [ns.example.com, 192.0.2.53:0] }\n")).toEqual([
      `1:18 dns.servers[0]: ${expected}, found text "ns.example.com"`,
      `1:34 dns.servers[1]: ${expected}, found text "192.0.2.53:0"`,
    ]);
  });
});
