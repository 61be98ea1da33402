import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decisionSchema, parsePlan } from "../../../runtime/contract/decision.ts";
import { cancelTimer, forward, hangup, redirect, reject, tag, timer } from "../../../sdk/decisions.ts";

function problemOf(value: unknown) {
  const parsed = parsePlan(value);
  return parsed.ok ? undefined : parsed.problem;
}

const TYPES =
  "forward, redirect, reject, hangup, tag, timer, sendMessage, answer, ring, wait, play, say, gather, record, recordCall, sendDtmf, voicemail, transfer, hold, resume, accept";

describe("the schema of decisions", () => {
  it("takes what the builders make, alone and as a plan", () => {
    const plan = [
      tag({ queue: "sales" }),
      forward("alice"),
      forward(["alice", "sip:desk@203.0.113.5;transport=tcp"], {
        strategy: "serial",
        ringSeconds: 20,
        maxSeconds: 60,
        callerId: "+4930123456",
        callerName: 'Jöhn "the boss"',
        redirects: "pass",
        diversion: false,
        headers: { "X-Queue": "sales", "P-Asserted-Identity": "<sip:+4930123456@example.com>" },
      }),
      redirect("sip:bob@example.com", { code: 301, headers: { "X-Why": "moved" } }),
      reject(486, { reason: "Busy Here", headers: { "Retry-After": "20" } }),
      hangup({ reason: "enough" }),
      timer("remind", 10),
      cancelTimer("remind"),
    ];
    expect(parsePlan(plan)).toEqual({ ok: true, value: plan });
    for (const decision of plan) expect(parsePlan(decision)).toEqual({ ok: true, value: [decision] });
  });

  it.each([
    [undefined, "", "expected a decision or a list of decisions, found nothing"],
    ["alice", "", 'expected a decision or a list of decisions, found text "alice"'],
    [[], "", "expected at least 1 item(s), found 0"],
    [[5], "[0]", "expected an object, found the number 5"],
    [{ type: "forwrd" }, "type", 'unknown decision "forwrd", did you mean "forward"?'],
    [{ type: "zzz" }, "type", `unknown decision "zzz"; known: ${TYPES}`],
    [{}, "type", `expected the name of a decision (${TYPES}), found nothing`],
    [{ type: "forward" }, "targets", "expected a list, found nothing"],
    [{ type: "play", sounds: [] }, "sounds", "expected at least 1 item(s), found 0"],
    [{ type: "gather", digits: 33 }, "digits", "expected at most 32, found the number 33"],
    [{ type: "gather", finishOn: "x" }, "finishOn", "expected keys: 0-9, *, #, A-D"],
    [{ type: "sendDtmf", digits: "" }, "digits", "expected 1 to 64 keys: 0-9, *, #, A-D, w to wait"],
    [{ type: "timer", name: "a", seconds: 0 }, "seconds", "expected at least 0.1, found the number 0"],
    [{ type: "timer", name: "a b", seconds: 1 }, "name", "a timer's name has 1 to 64 letters, digits, dots, dashes"],
    [{ type: "voicemail" }, "mailbox", "expected text, found nothing"],
    [{ type: "forward", targets: "alice" }, "targets", 'expected a list, found text "alice"'],
    [{ type: "forward", targets: [] }, "targets", "expected at least 1 item(s), found 0"],
    [{ type: "forward", targets: [""] }, "targets[0]", "expected at least 1 character(s), found 0"],
    [
      [reject(404), { type: "forward", targets: ["a"], ringSeconds: 181 }],
      "[1].ringSeconds",
      "expected at most 180, found the number 181",
    ],
    [{ type: "forward", targets: ["a"], ringSeconds: "20" }, "ringSeconds", 'expected a number, found text "20"'],
    [
      { type: "forward", targets: ["a"], ringSecond: 20 },
      "ringSecond",
      'unknown field "ringSecond", did you mean "ringSeconds"?',
    ],
    [
      { type: "forward", targets: ["a"], maxSeconds: 86_401 },
      "maxSeconds",
      "expected at most 86400, found the number 86401",
    ],
    [
      { type: "forward", targets: ["a"], strategy: "any" },
      "strategy",
      'expected "parallel" or "serial", found text "any"',
    ],
    [{ type: "reject", code: 302 }, "code", "expected at least 400, found the number 302"],
    [{ type: "reject", code: 404.5 }, "code", "expected a whole number, found the number 404.5"],
    [{ type: "redirect", contacts: ["alice"] }, "contacts[0]", 'expected a SIP, SIPS or TEL URI, found text "alice"'],
    [{ type: "tag", tags: { "a b": "c" } }, 'tags["a b"]', "a tag's name has 1 to 64 letters, digits, dots, dashes"],
  ])("refuses %j and says where and why", (value, path, message) => {
    expect(problemOf(value)).toEqual({ path, message });
  });

  it("bounds how much one decision may ask for", () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `user${index}`);
    expect(problemOf(forward(many(20)))).toBeUndefined();
    expect(problemOf(forward(many(21)))?.path).toBe("targets");
    expect(problemOf(Array(10).fill(reject(404)))).toBeUndefined();
    expect(problemOf(Array(11).fill(reject(404)))?.message).toBe("expected at most 10 item(s), found 11");
    const headers = (count: number) => Object.fromEntries(many(count).map((name) => [`X-${name}`, "1"]));
    expect(problemOf(reject(404, { headers: headers(32) }))).toBeUndefined();
    expect(problemOf(reject(404, { headers: headers(33) }))).toEqual({
      path: "headers",
      message: "at most 32 header fields",
    });
    expect(problemOf(forward("x".repeat(513)))?.path).toBe("targets[0]");
    expect(problemOf(tag(headers(33)))?.path).toBe("tags");
  });

  it.each([
    ["a line break in a target", forward("alice\r\nX-Evil: 1"), "targets[0]"],
    ["a target that leaves its brackets", forward("sip:a@b>;evil=<sip:c@d"), "targets[0]"],
    ["a line break in a contact", redirect("sip:a@b\r\nX-Evil: 1"), "contacts[0]"],
    ["a line break in a reason phrase", reject(404, { reason: "No\r\nX-Evil: 1" }), "reason"],
    ["a line break in the reason of a hangup", hangup({ reason: "No\nX-Evil: 1" }), "reason"],
    ["a line break in a caller id", forward("a", { callerId: "1\r\n2" }), "callerId"],
    ["a quote in a caller id", forward("a", { callerId: '1"2' }), "callerId"],
    ["a line break in a caller name", forward("a", { callerName: "A\r\nB" }), "callerName"],
    ["a line break in a header value", reject(404, { headers: { "X-A": "1\r\nX-Evil: 1" } }), "headers.X-A"],
    ["NUL in a header value", reject(404, { headers: { "X-A": "1\0" } }), "headers.X-A"],
    ["a header value over 1 KB", reject(404, { headers: { "X-A": "ä".repeat(513) } }), "headers.X-A"],
    ["a line break in a header name", reject(404, { headers: { "X-A\r\nX-Evil": "1" } }), 'headers["X-A\\r\\nX-Evil"]'],
    ["a colon in a header name", reject(404, { headers: { "X-A:": "1" } }), 'headers["X-A:"]'],
    ["a reason phrase over 128 characters", reject(404, { reason: "x".repeat(129) }), "reason"],
  ])("refuses %s", (_, value, path) => {
    expect(problemOf(value)?.path).toBe(path);
  });

  it.each([
    "Via",
    "v",
    "Route",
    "Record-Route",
    "contact",
    "m",
    "From",
    "To",
    "Call-ID",
    "CSeq",
    "Content-Length",
    "l",
    "Content-Type",
    "Max-Forwards",
    "Require",
    "Supported",
    "Allow",
    "Authorization",
    "Proxy-Authorization",
    "Proxy-Require",
    "Session-Expires",
    "RAck",
  ])("keeps the header %s for the switch", (name) => {
    expect(problemOf(forward("a", { headers: { [name]: "1" } }))?.message).toBe(`the switch writes "${name}" itself`);
  });

  it("gives the same verdict on the quick way as by the schema", () => {
    const odd = fc.oneof(
      fc.constantFrom(
        undefined,
        null,
        "",
        "alice",
        "a b",
        "<",
        0,
        1,
        180,
        180.5,
        181,
        86_400,
        404,
        404.5,
        399,
        700,
        [],
        {},
      ),
      fc.string({ maxLength: 3 }),
      fc.array(fc.constantFrom("alice", "bob", "", "a b", "x".repeat(513), 5), { maxLength: 22 }),
    );
    const value = fc.record(
      {
        type: fc.constantFrom("forward", "reject", "tag", "nonsense"),
        targets: odd,
        ringSeconds: odd,
        maxSeconds: odd,
        code: odd,
        extra: odd,
      },
      { requiredKeys: ["type"] },
    );
    fc.assert(
      fc.property(value, (candidate) => {
        const sent = JSON.parse(JSON.stringify(candidate));
        const bySchema = decisionSchema.safeParse(sent);
        expect(parsePlan(sent).ok).toBe(bySchema.success);
        expect(parsePlan([sent]).ok).toBe(bySchema.success);
      }),
      { numRuns: 2000 },
    );
  });

  it("never throws, whatever a script returns", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parsed = parsePlan(value);
        if (!parsed.ok) expect(parsed.problem.message).not.toBe("");
      }),
    );
  });
});
