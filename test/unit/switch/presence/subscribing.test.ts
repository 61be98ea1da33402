import { beforeEach, describe, expect, it } from "vitest";
import type { LampPhone, SubscribeParts } from "./lamp-phone.ts";
import { NOTHING_LEFT, World } from "./world.ts";

let world: World;
let phone: LampPhone;

beforeEach(() => {
  world = new World();
  phone = world.phone("alice");
});

/** The answer to a SUBSCRIBE of alice's, after the challenge. */
function answerTo(parts: SubscribeParts) {
  return phone.subscribe(parts).answer;
}

describe("SUBSCRIBE to one's own mailbox (RFC 6665 §4.2.1, RFC 3842)", () => {
  it("is answered 200 with Expires, To tag and Contact, and the state follows at once in the same dialog", () => {
    world.boxes.hold("alice", 2, 8);
    const { answer } = phone.subscribe({ callId: "one", fromTag: "mine" });
    expect(answer.status).toBe(200);
    expect(answer.header("Expires")).toBe("3600");
    expect(answer.uriOf("Contact")).toMatch(/^sip:[^@]+@192\.0\.2\.1:5060$/);
    const notify = phone.lastNotify;
    expect(notify.uri).toBe("sip:alice@203.0.113.1:5060");
    expect(notify.header("Call-ID")).toBe("one");
    expect(notify.param("To", "tag")).toBe("mine");
    expect(notify.header("From")).toBe(answer.header("To"));
    expect(notify.header("CSeq")).toBe("1 NOTIFY");
    expect(notify.header("Contact")).toBe(answer.header("Contact"));
    expect(notify.header("Event")).toBe("message-summary");
    expect(notify.header("Subscription-State")).toBe("active;expires=3600");
    expect(notify.header("Content-Type")).toBe("application/simple-message-summary");
    expect(notify.body).toBe(
      "Messages-Waiting: yes\r\nMessage-Account: sip:alice@example.com\r\nVoice-Message: 2/8 (0/0)\r\n",
    );
  });

  it("is answered before the first NOTIFY leaves", () => {
    phone.subscribe();
    const sent = world.transport.sent.map(({ text }) => text.split(" ", 2).join(" "));
    expect(sent).toEqual(["SIP/2.0 401", "SIP/2.0 200", expect.stringMatching(/^NOTIFY /)]);
  });

  it.each([
    ["its name", "sip:alice@example.com"],
    ["its extension", "sip:100@example.com"],
    ["an escaped spelling of its name", "sip:%61lice@example.com"],
    ["its number as a tel URI", "tel:100"],
    ["an address of the switch", "sip:alice@192.0.2.1"],
    ["the voicemail number", "sip:*97@example.com"],
  ])("may name it by %s", (_, uri) => {
    expect(answerTo({ uri }).status).toBe(200);
    expect(phone.shown).toEqual(["0/0"]);
  });

  it("may name it in To alone", () => {
    expect(answerTo({ uri: "sip:example.com", to: "<sip:alice@example.com>" }).status).toBe(200);
  });

  it("understands the compact form of Event and gives its id back", () => {
    expect(answerTo({ event: null, fields: [["o", "message-summary;id=7.a"]] }).status).toBe(200);
    expect(phone.lastNotify.header("Event")).toBe("message-summary;id=7.a");
  });

  it.each([
    ["nothing", null, "3600"],
    ["less than the most", 120, "120"],
    ["the least", 60, "60"],
    ["a day", 86_400, "3600"],
    ["more than 32 bits hold", "99999999999999999999", "3600"],
  ])("asked for %s, lasts as long as it can", (_, expires, granted) => {
    expect(answerTo({ expires }).header("Expires")).toBe(granted);
    expect(phone.lastNotify.header("Subscription-State")).toBe(`active;expires=${granted}`);
  });

  it("for 0 seconds asks for the state once, and leaves nothing behind (RFC 6665 §4.4.3)", () => {
    world.boxes.hold("alice", 1);
    const answer = answerTo({ expires: 0 });
    expect(answer.status).toBe(200);
    expect(answer.header("Expires")).toBe("0");
    expect(phone.lastNotify.header("Subscription-State")).toBe("terminated;reason=timeout");
    expect(phone.shown).toEqual(["1/0"]);
    world.boxes.hold("alice", 2);
    world.run(10_000);
    expect(phone.shown).toEqual(["1/0"]);
    expect(world.live).toBe(0);
    expect(world.leftovers(60_000)).toEqual(NOTHING_LEFT);
  });

  it("goes back the way it came where the Contact is behind a NAT", () => {
    answerTo({ contact: "<sip:alice@192.168.1.20:5061>" });
    expect(phone.lastNotify.uri).toBe("sip:alice@192.168.1.20:5061");
  });

  it("goes back by the proxies that asked to stay in between", () => {
    const proxy = world.phone("proxy");
    const route = `<sip:${proxy.address};lr>`;
    expect(answerTo({ fields: [["Record-Route", route]] }).header("Record-Route")).toBe(route);
    expect(proxy.lastNotify.header("Route")).toBe(route);
    expect(phone.notifies).toEqual([]);
  });
});

describe("SUBSCRIBE that is refused", () => {
  it("is challenged without credentials, and with a wrong password", () => {
    expect(phone.ask({}).status).toBe(401);
    expect(answerTo({ password: "guess" }).status).toBe(401);
    expect(phone.notifies).toEqual([]);
    expect(world.live).toBe(0);
  });

  it("says the same of somebody else's box as of one that is not there", () => {
    const masked = (uri: string) => {
      const { text } = answerTo({ uri, to: "<sip:box@elsewhere.example>", callId: "same", fromTag: "same" });
      return text.replace(/(branch|tag)=[^;\r]*/g, "$1").replace(/rport=\d+/, "");
    };
    const foreign = masked("sip:bob@example.com");
    expect(foreign).toMatch(/^SIP\/2\.0 403 /);
    for (const name of ["101", "dave", "nobody", "999", "%00", "*98"]) {
      expect(masked(`sip:${name}@example.com`)).toBe(foreign);
    }
    expect(world.live).toBe(0);
  });

  it("does not take the box in To where the Request-URI names another", () => {
    expect(answerTo({ uri: "sip:bob@example.com", to: "<sip:alice@example.com>" }).status).toBe(403);
  });

  it("goes by who has proved to be whom, not by From", () => {
    expect(answerTo({ from: "<sip:bob@example.com>", uri: "sip:bob@example.com" }).status).toBe(403);
  });

  it("says so where the user has no mailbox", () => {
    phone = world.phone("dave");
    expect(answerTo({}).startLine).toBe("SIP/2.0 404 User Has No Mailbox");
  });

  it.each<[string, SubscribeParts, string]>([
    ["without an Event", { event: null }, "489 Event Missing"],
    ["to an event that nobody knows", { event: "weather" }, "489 Bad Event"],
    ["to an event in another spelling", { event: "Message-Summary" }, "489 Bad Event"],
    ["to __proto__", { event: "__proto__" }, "489 Bad Event"],
    ["with two Events", { fields: [["Event", "presence"]] }, "400 More Than One Event"],
    ["with a list of events", { event: "message-summary, presence" }, "400 Malformed Event"],
    ["with an empty Event", { event: "" }, "400 Malformed Event"],
    ["with an id that is no token", { event: 'message-summary;id="a b"' }, "400 Malformed Event"],
    ["with an id without end", { event: `message-summary;id=${"9".repeat(500)}` }, "400 Malformed Event"],
    ["for a type that there is none of", { accept: "application/pidf+xml" }, "406 "],
    ["for nothing at all", { accept: "" }, "406 "],
    ["for anything but the type", { accept: "*/*, application/simple-message-summary;q=0" }, "406 "],
    ["for too short a time", { expires: 59 }, "423 Interval Too Brief"],
    ["for a time that is no number", { expires: "soon" }, "400 Malformed Expires"],
    ["for less than nothing", { expires: -1 }, "400 Malformed Expires"],
    ["without a Contact", { contact: null }, "400 Contact Missing"],
    ["with a Contact that is a star", { contact: "*" }, "400 Contact Missing"],
    ["with a Contact that is a telephone", { contact: "<tel:+15551234>" }, "400 Contact Missing"],
    ["that needs an unknown extension", { fields: [["Require", "eventlist"]] }, "420 "],
    ["of an unknown scheme", { uri: "gopher://example.com/1" }, "416 "],
    ["for a domain that is not ours", { uri: "sip:alice@elsewhere.example" }, "407 "],
    ["by a way that fills a page", { fields: [["Record-Route", `<sip:${"r".repeat(5000)}.example;lr>`]] }, "513 "],
  ])("%s", (_, parts, status) => {
    const answer = answerTo(parts);
    expect(answer.startLine).toContain(`SIP/2.0 ${status}`);
    expect(answer.param("To", "tag")).not.toBe("");
    expect(phone.notifies).toEqual([]);
    expect(world.live).toBe(0);
    expect(world.transport.errors).toEqual([]);
  });

  it("names the events that there are, and the least time", () => {
    expect(answerTo({ event: "weather" }).header("Allow-Events")).toBe("message-summary");
    expect(answerTo({ expires: 5 }).header("Min-Expires")).toBe("60");
  });

  it.each([
    ["nothing", null],
    ["anything", "*/*"],
    ["its family", "application/*"],
    ["it in capitals, and more", "text/plain;q=0.1, APPLICATION/Simple-Message-Summary;q=0.5"],
  ])("is not, where Accept has %s", (_, accept) => {
    expect(answerTo({ accept }).status).toBe(200);
  });

  it("is not served a second time where it comes by another way (RFC 3261 §8.2.2.2)", () => {
    const { answer } = phone.subscribe({ callId: "merged", fromTag: "m" });
    expect(phone.ask({ callId: "merged", fromTag: "m", cseq: answer.cseq }).status).toBe(482);
    expect(world.live).toBe(1);
  });
});

describe("A SUBSCRIBE whose answer was lost", () => {
  it("is answered the same when it comes again, and makes one subscription", () => {
    let lost = 0;
    world.net.copies = (text) => (text.startsWith("SIP/2.0 200") && lost++ < 1 ? 0 : 1);
    const challenge = phone.ask({ callId: "lost", fromTag: "l" });
    const parts = { callId: "lost", fromTag: "l", cseq: 2, branch: "z9hG4bKlost" };
    expect(phone.ask(parts, challenge).status).toBe(401);
    expect(phone.ask(parts, challenge).status).toBe(200);
    expect(world.live).toBe(1);
    expect(phone.notifies).toHaveLength(1);
  });
});

describe("OPTIONS", () => {
  it("tells which events can be subscribed to (RFC 6665 §4.4.4)", () => {
    phone.sendText(
      [
        "OPTIONS sip:example.com SIP/2.0",
        `Via: ${phone.via("z9hG4bKopt")}`,
        "From: <sip:x@elsewhere.example>;tag=o",
        "To: <sip:example.com>",
        "Call-ID: opt",
        "CSeq: 1 OPTIONS",
        "Content-Length: 0",
        "",
        "",
      ].join("\r\n"),
    );
    world.run(50);
    const answer = phone.take("200 OPTIONS");
    expect(answer.header("Allow-Events")).toBe("message-summary");
    expect(answer.header("Allow").split(", ")).toContain("SUBSCRIBE");
  });
});
