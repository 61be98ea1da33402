import { describe, expect, it } from "vitest";
import { mediaSchema } from "../../../runtime/config/media.ts";

const parse = (webrtc: unknown) => mediaSchema.safeParse({ webrtc });

function problem(webrtc: unknown): string {
  return (
    parse(webrtc)
      .error?.issues.map(({ message }) => message)
      .join("; ") ?? ""
  );
}

describe("media.webrtc", () => {
  it("names ports, an address, and servers for the way through a NAT", () => {
    const relay = { user: "u", password: "p" };
    const iceServers = [
      { url: "stun:stun.example.com" },
      { url: "stun:[2001:db8::1]:3479" },
      { url: "turn:turn.example.com", ...relay },
      { url: "turn:192.0.2.1:80?transport=tcp", ...relay },
      { url: "turns:turn.example.com", ...relay },
    ];
    const account = { username: "u", password: "p" };
    expect(parse({ ports: "50000-50099", address: "192.0.2.1", iceServers }).data?.webrtc).toEqual({
      ports: { first: 50_000, last: 50_099 },
      address: "192.0.2.1",
      iceServers: [
        { hostname: "stun.example.com", port: 3478 },
        { hostname: "2001:db8::1", port: 3479 },
        { hostname: "turn.example.com", port: 3478, ...account, relayType: "TurnUdp" },
        { hostname: "192.0.2.1", port: 80, ...account, relayType: "TurnTcp" },
        { hostname: "turn.example.com", port: 5349, ...account, relayType: "TurnTls" },
      ],
    });
  });

  it.each([
    [{ ports: "1-2" }, /ports are 1024 to 65535/],
    [{ address: "phone.example.com" }, /expected an IP address of this machine/],
    [{ iceServers: [{ url: "http://stun.example.com" }] }, /expected a URL such as stun:stun\.example\.com:3478/],
    [{ iceServers: [{ url: "stun:a b" }] }, /expected a URL/],
    [{ iceServers: [{ url: "stun:stun.example.com:99999" }] }, /expected a URL/],
    [{ iceServers: [{ url: "turn:turn.example.com" }] }, /needs user and password/],
    [{ iceServers: [{ url: "stun:stun.example.com", user: "u", password: "p" }] }, /neither user nor password/],
    [{ iceServers: Array.from({ length: 9 }, () => ({ url: "stun:stun.example.com" })) }, /8/],
    [{ unknown: 1 }, /unknown/i],
  ])("says what is wrong with %j", (webrtc, message) => {
    expect(problem(webrtc)).toMatch(message);
  });
});
