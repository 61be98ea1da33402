import { describe, expect, it } from "vitest";
import { parseVia } from "../../../../../runtime/sip/message/header/via.ts";
import { requestOf } from "../message-text.ts";

describe("Via (RFC 3261 §20.42)", () => {
  it.each([
    ["SIP/2.0/UDP h", { transport: "UDP", host: "h", port: undefined, branch: undefined, rport: undefined }],
    [
      "SIP / 2.0 /  tcp   Spindle.Example.com : 5070 ; branch  =  z9 ;x",
      { transport: "TCP", host: "spindle.example.com", port: 5070, branch: "z9" },
    ],
    [
      "SIP/2.0/UNKNOWN [2001:DB8::9:1]:6050;Branch=b",
      { transport: "UNKNOWN", host: "2001:db8::9:1", port: 6050, branch: "b" },
    ],
    ["SIP/2.0/UDP h;received=2001:db8::9:255;rport=5060", { received: "2001:db8::9:255", rport: 5060 }],
    ["SIP/2.0/UDP h;received=[2001:db8::9:255];rport", { received: "2001:db8::9:255", rport: true }],
    ["SIP/2.0/UDP h;rport=;branch=", { rport: true, branch: undefined }],
    [
      "SIP/2.0/WSS x.invalid;branch=z9;keep;alias",
      {
        transport: "WSS",
        host: "x.invalid",
        params: new Map<string, string | true>([
          ["branch", "z9"],
          ["keep", true],
          ["alias", true],
        ]),
      },
    ],
    ['SIP/2.0/UDP h;x="a;b, \\"c"', { params: new Map([["x", 'a;b, "c']]) }],
  ])("reads %s", (text, expected) => {
    const via = parseVia(text);
    expect(via).toMatchObject(expected);
    expect(via?.text).toBe(text);
  });

  it.each([
    "",
    "SIP/2.0",
    "SIP/2.0/UDP",
    "SIP/2.0 UDP h",
    "SIP/2.0/UDPh",
    "SIP/2.0/UDP h:",
    "SIP/2.0/UDP h:0",
    "SIP/2.0/UDP h:65536",
    "SIP/2.0/UDP h x",
    "SIP/2.0/UDP h;",
    "SIP/2.0/UDP h;;a",
    "SIP/2.0/UDP [::1",
    "SIP/2.0/UDP h, SIP/2.0/UDP i",
  ])("does not read %j as one element", (text) => expect(parseVia(text)).toBeUndefined());
});

describe("the Vias of an answer (RFC 3261 §18.2.1, RFC 3581 §4)", () => {
  const via = (value: string, lines: string[] = []) => requestOf({ set: { Via: value }, lines });

  it.each([
    ["SIP/2.0/UDP h;rport;branch=z1", "SIP/2.0/UDP h;branch=z1;rport=4000;received=192.0.2.7"],
    ["SIP/2.0/UDP h;branch=z1", "SIP/2.0/UDP h;branch=z1;rport=4000;received=192.0.2.7"],
    ["SIP/2.0/UDP h;received=9.9.9.9;branch=z1;rport=1", "SIP/2.0/UDP h;branch=z1;rport=4000;received=192.0.2.7"],
    ["SIP/2.0/UDP h;rport=1;received=9.9.9.9", "SIP/2.0/UDP h;rport=4000;received=192.0.2.7"],
  ])("fills received and rport into %s", (before, after) => {
    const request = via(before);
    request.stampVia("192.0.2.7", 4000);
    expect(request.responseVias).toEqual([after]);
    expect(request.topVia).toMatchObject({ host: "h", received: "192.0.2.7", rport: 4000 });
  });

  it("stamps the top element alone and keeps all others in order", () => {
    const request = via("SIP/2.0/UDP a;branch=z1 , SIP/2.0/TCP b;rport", ["v: SIP/2.0/TLS c, SIP/2.0/UDP d"]);
    expect(request.topVia.text).toBe("SIP/2.0/UDP a;branch=z1");
    request.stampVia("192.0.2.7", undefined);
    expect(request.responseVias).toEqual([
      "SIP/2.0/UDP a;branch=z1;received=192.0.2.7, SIP/2.0/TCP b;rport",
      "SIP/2.0/TLS c, SIP/2.0/UDP d",
    ]);
  });

  it("leaves what came as it came when there is nothing to fill in", () => {
    const request = via("SIP/2.0/UDP h;received=2001:db8::9;rport");
    request.stampVia(undefined, undefined);
    expect(request.responseVias).toEqual(["SIP/2.0/UDP h;received=2001:db8::9;rport"]);
    expect(request.topVia).toMatchObject({ received: "2001:db8::9", rport: true });
  });
});
