import { describe, expect, it } from "vitest";
import { sipAccess } from "../../../runtime/assemble/sip-access.ts";

const udp = { transport: "udp", address: "192.0.2.1", port: 5060 } as const;
const tls = { transport: "tls", address: "192.0.2.1", port: 5061 } as const;

describe("where a phone is told to register", () => {
  it.each([
    ["by the host that reached the API", "192.0.2.1", [udp], {}, "sip:192.0.2.1:5060;transport=udp", "192.0.2.1"],
    ["over TLS where there is some", "pbx.example.com", [udp, tls], {}, "sip:pbx.example.com:5061;transport=tls", null],
    ["at an IPv6 address", "[2001:db8::1]", [udp], {}, "sip:[2001:db8::1]:5060;transport=udp", null],
    [
      "by the name that is advertised",
      "10.0.0.1",
      [udp],
      { advertise: "sip.example.com" },
      "sip:sip.example.com:5060;transport=udp",
      null,
    ],
    [
      "by its port too, but for TLS",
      "10.0.0.1",
      [udp],
      { advertise: "203.0.113.7:5062" },
      "sip:203.0.113.7:5062;transport=udp",
      null,
    ],
    [
      "with another port for TLS",
      "10.0.0.1",
      [tls],
      { advertise: "203.0.113.7:5062" },
      "sip:203.0.113.7:5061;transport=tls",
      null,
    ],
    [
      "in the domain of the switch",
      "10.0.0.1",
      [udp],
      { domains: ["example.com"] },
      "sip:10.0.0.1:5060;transport=udp",
      "example.com",
    ],
  ] as const)("%s", (_title, host, listeners, config, server, domain) => {
    const access = sipAccess(host, listeners, { domains: [], advertise: null, ...config });
    expect(access.server).toBe(server);
    if (domain !== null) expect(access.domain).toBe(domain);
  });
});
