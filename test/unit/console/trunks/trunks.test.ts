import { describe, expect, it } from "vitest";
import { adviceOn } from "../../../../runtime/console/pages/trunks/advice.ts";
import { linesText, troublesOf } from "../../../../runtime/console/pages/trunks/trouble.ts";
import { callerIdText, incomingText, numbersText, probeText } from "../../../../runtime/console/pages/trunks/words.ts";
import type { TrunkDeclaration } from "../../../../runtime/contract/trunk.ts";
import type { TrunkBody } from "../../../../runtime/contract/trunk-api.ts";

const TRUNK: TrunkBody = {
  name: "carrier",
  domain: "example.test",
  position: 1,
  managed: true,
  declaration: {},
  hasPassword: true,
  calls: 0,
  state: "down",
  gateways: [
    {
      uri: "sip:a",
      priority: 0,
      weight: 1,
      state: "down",
      since: "2026-11-27T10:00:00Z",
      reason: "it answers 503 to OPTIONS",
      latencyMs: null,
    },
    { uri: "sip:b", priority: 0, weight: 1, state: "up", since: null, reason: null, latencyMs: 12 },
  ],
  registrations: [
    {
      state: "failed",
      registrar: "sip:r",
      expiresAt: null,
      nextAt: null,
      reason: "the registrar answers 403 Forbidden",
    },
    { state: "registering", registrar: "sip:s", expiresAt: null, nextAt: null, reason: null },
  ],
};

describe("The rules of a trunk in words", () => {
  it("say the defaults where nothing is declared", () => {
    expect(numbersText({})).toBe("every number in E.164");
    expect(callerIdText({})).toEqual(["Everybody is shown as he is.", "Written as +4930123456."]);
    expect(incomingText({})).toBe("as +4930123456");
    expect(incomingText({ country: "DE" })).toBe("as they are dialled in DE");
    expect(probeText({})).toBe("every 30 s by OPTIONS");
    expect(probeText({ probe: false })).toBe("never: only calls tell");
  });

  it("say who is shown in place of whom", () => {
    const outgoing: NonNullable<TrunkDeclaration["outgoing"]> = {
      number: "digits",
      from: "account",
      callerId: { allow: ["+4930*"], default: "+49301000" },
    };
    expect(callerIdText({ username: "acme", outgoing })).toEqual([
      "A caller id that fits +4930* is shown as it is, all others as +49301000.",
      "From names the account acme; the caller stands in P-Preferred-Identity.",
      "Written as 4930123456, without the +.",
    ]);
  });
});

describe("The troubles of a trunk", () => {
  it("are the gateways that are down and the registrations that are refused, each with what to do", () => {
    const troubles = troublesOf(TRUNK);
    expect(troubles.map(({ where }) => where)).toEqual(["sip:a", "sip:r"]);
    expect(troubles[0]?.toDo).toContain("The carrier itself has a fault");
    expect(troubles[1]?.toDo).toContain("Compare username, password and realm");
  });

  it("have advice for words that nobody has thought of", () => {
    expect(adviceOn("???")).toContain("Ask the carrier");
    expect(adviceOn("the registrar does not answer")).toContain("firewall");
  });

  it("are not that lines are in use", () => {
    expect(linesText(3, 30)).toBe("3 of 30 lines in use");
    expect(linesText(1, undefined)).toBe("1 call, no limit");
  });
});
