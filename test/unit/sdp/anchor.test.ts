import { describe, expect, it } from "vitest";
import { addressKind } from "../../../runtime/sdp/address.ts";
import { type AnchorQuestion, needsAnchor } from "../../../runtime/sdp/anchor.ts";
import { audioOffer, CHROMIUM, YEALINK } from "./samples.ts";

const at = (address: string) => ({ source: address, contact: address });
const offerFrom = (address: string) =>
  audioOffer("audio 5000 RTP/AVP 0", `c=IN IP${address.includes(":") ? 6 : 4} ${address}`);

const DIRECT: AnchorQuestion = {
  offer: offerFrom("198.51.100.7"),
  caller: at("198.51.100.7"),
  callees: [{ ...at("203.0.113.9"), security: "plain" }],
  hasTrunk: false,
  needsAudio: false,
};

describe("whether the audio passes through us", () => {
  it("is not needed between phones that can reach each other", () => {
    expect(needsAnchor(DIRECT)).toBeNull();
    expect(needsAnchor({ ...DIRECT, offer: null })).toBeNull();
    expect(needsAnchor({ ...DIRECT, offer: "no SDP" })).toBeNull();
    const lan = {
      offer: offerFrom("10.1.2.3"),
      caller: at("10.1.2.3"),
      callees: [{ ...at("10.1.9.9"), security: null }],
    };
    expect(needsAnchor({ ...DIRECT, ...lan })).toBeNull();
    expect(needsAnchor({ ...DIRECT, offer: offerFrom("0.0.0.0") })).toBeNull();
  });

  it.each([
    "10.0.0.5",
    "172.16.0.5",
    "172.31.255.255",
    "192.168.1.5",
    "100.64.0.5",
    "100.127.255.255",
    "169.254.1.1",
    "127.0.0.1",
  ])("is needed for the address %s from a public source", (address) => {
    expect(needsAnchor({ ...DIRECT, offer: offerFrom(address) })).toBe("address");
  });

  it.each(["fd12::5", "fe80::5", "::1"])("is needed for the address %s from a public source of IPv6", (address) => {
    const question = { ...DIRECT, caller: at("2001:db8::7"), callees: [{ ...at("2001:db8::9"), security: null }] };
    expect(needsAnchor({ ...question, offer: offerFrom(address) })).toBe("address");
    expect(needsAnchor({ ...question, offer: offerFrom("2001:db8::7") })).toBeNull();
  });

  it.each(["172.32.0.1", "100.128.0.1", "11.0.0.1", "192.169.0.1"])("takes %s for public", (address) => {
    expect(addressKind(address)).toBe("public");
    expect(needsAnchor({ ...DIRECT, offer: offerFrom(address) })).toBeNull();
  });

  it("is needed between IPv4 and IPv6, whoever calls, also where the description alone is of the other", () => {
    const callees = [{ ...at("fd12::5"), security: null }];
    const lan = { ...DIRECT, offer: offerFrom("10.1.2.3"), caller: at("10.1.2.3") };
    expect(needsAnchor({ ...lan, callees })).toBe("families");
    expect(
      needsAnchor({
        ...DIRECT,
        offer: offerFrom("::1"),
        caller: at("::1"),
        callees: [{ ...at("127.0.0.1"), security: null }],
      }),
    ).toBe("families");
    expect(needsAnchor({ ...lan, offer: offerFrom("fd12::7"), callees: [{ ...at("10.1.9.9"), security: null }] })).toBe(
      "families",
    );
    expect(needsAnchor({ ...lan, offer: offerFrom("fd12::7"), caller: at("fd12::7"), callees })).toBeNull();
    expect(needsAnchor({ ...lan, offer: offerFrom("0.0.0.0"), caller: at("fd12::7"), callees })).toBeNull();
  });

  it("is needed for a private address from behind the NAT of a carrier, not for the reverse", () => {
    const callees = [{ ...at("100.64.0.9"), security: null }];
    const question = { ...DIRECT, caller: at("100.64.0.7"), callees };
    expect(needsAnchor({ ...question, offer: offerFrom("192.168.1.5") })).toBe("address");
    expect(needsAnchor({ ...question, offer: offerFrom("203.0.113.5") })).toBeNull();
  });

  it("is needed where a phone is not where its Contact says", () => {
    const natted = { source: "203.0.113.9", contact: "192.168.1.9", security: null };
    expect(needsAnchor({ ...DIRECT, callees: [natted] })).toBe("nat");
    expect(needsAnchor({ ...DIRECT, callees: [...DIRECT.callees, natted] })).toBe("nat");
    expect(needsAnchor({ ...DIRECT, callees: [{ ...natted, contact: "df7jal23ls0d.invalid" }] })).toBe("nat");
    expect(needsAnchor({ ...DIRECT, caller: { source: "198.51.100.7", contact: "10.0.0.1" } })).toBe("nat");
    expect(needsAnchor({ ...DIRECT, callees: [{ ...natted, contact: null }] })).toBeNull();
    const caller = { source: "2001:db8::a", contact: "2001:DB8::A" };
    expect(needsAnchor({ ...DIRECT, offer: null, caller, callees: [] })).toBeNull();
  });

  it("is needed between a private and a public network", () => {
    expect(needsAnchor({ ...DIRECT, callees: [{ ...at("10.0.0.9"), security: null }] })).toBe("networks");
  });

  it("is needed where the two protect their audio differently", () => {
    const offer = YEALINK.replaceAll("192.0.2.12", "198.51.100.7");
    expect(needsAnchor({ ...DIRECT, offer })).toBe("security");
    expect(needsAnchor({ ...DIRECT, offer, callees: [{ ...at("203.0.113.9"), security: "sdes" }] })).toBeNull();
    expect(needsAnchor({ ...DIRECT, offer, callees: [{ ...at("203.0.113.9"), security: null }] })).toBeNull();
    expect(needsAnchor({ ...DIRECT, offer: CHROMIUM })).toBe("security");
  });

  it("is needed between a browser and anybody else, whoever calls and whoever offers; two browsers find their own way", () => {
    const hidden = { source: "203.0.113.9", contact: "a1b2.invalid" };
    const browser = { ...hidden, security: "dtls" as const };
    const unknown = { ...hidden, security: null };
    const offer = CHROMIUM;
    expect(needsAnchor({ ...DIRECT, offer, callees: [browser] })).toBeNull();
    expect(
      needsAnchor({ ...DIRECT, offer, caller: { source: "10.1.2.3", contact: null }, callees: [browser] }),
    ).toBeNull();
    expect(needsAnchor({ ...DIRECT, offer, callees: [browser, unknown] })).toBe("security");
    expect(needsAnchor({ ...DIRECT, offer, callees: [{ ...at("203.0.113.9"), security: null }] })).toBe("security");
    expect(needsAnchor({ ...DIRECT, callees: [browser] })).toBe("security");
    expect(needsAnchor({ ...DIRECT, offer: null, callees: [browser] })).toBe("security");
    const caller = { ...DIRECT.caller, security: "dtls" as const };
    expect(needsAnchor({ ...DIRECT, offer: null, caller, callees: [browser] })).toBeNull();
    expect(needsAnchor({ ...DIRECT, offer, callees: [browser], hasTrunk: true })).toBe("trunk");
  });

  it("is needed for a trunk, and for a decision with audio", () => {
    expect(needsAnchor({ ...DIRECT, hasTrunk: true })).toBe("trunk");
    expect(needsAnchor({ ...DIRECT, needsAudio: true })).toBe("audio");
  });
});
