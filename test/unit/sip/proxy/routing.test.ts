import { describe, expect, it } from "vitest";
import { parseMessage } from "../../../../runtime/sip/message/parse.ts";
import { byRoute, takeOwnRoutes } from "../../../../runtime/sip/proxy/routing.ts";

const ours = {
  isOurs: (host: string) => host === "us.example",
  isRecordRoute: (uri: { readonly user: string | undefined }) => uri.user === "token",
};

function taken(uri: string, routes: readonly string[]) {
  const text = [
    `NOTIFY ${uri} SIP/2.0`,
    "Via: SIP/2.0/UDP a.example;branch=z9hG4bK1",
    ...routes.map((route) => `Route: ${route}`),
    ...["From: <sip:a@a.example>;tag=1", "To: <sip:b@b.example>", "Call-ID: 1", "CSeq: 1 NOTIFY", "", ""],
  ].join("\r\n");
  const outcome = parseMessage(text, "datagram");
  if (outcome.type !== "message" || outcome.message.type !== "request") throw new Error(`no request: ${text}`);
  const result = takeOwnRoutes(outcome.message, ours);
  if (!result.ok) return result.problem;
  return { uri: result.value.uri, routes: result.value.routes, own: result.value.own.map(({ text: own }) => own) };
}

describe("the Route of a request that comes (RFC 3261 §16.4)", () => {
  const uri = "sip:b@b.example";

  it.each([
    ["is nothing where there is none", uri, [], { uri, routes: [], own: [] }],
    ["loses our own value", uri, ["<sip:us.example;lr>"], { uri, routes: [], own: ["sip:us.example;lr"] }],
    [
      "loses all of our own in a row, over several lines",
      uri,
      ["<sip:us.example;lr>, <sip:token@us.example;transport=tcp;lr>", "<sip:next.example;lr>"],
      {
        uri,
        routes: ["<sip:next.example;lr>"],
        own: ["sip:us.example;lr", "sip:token@us.example;transport=tcp;lr"],
      },
    ],
    [
      "keeps our own behind somebody else's",
      uri,
      ["<sip:next.example;lr>, <sip:us.example;lr>"],
      { uri, routes: ["<sip:next.example;lr>", "<sip:us.example;lr>"], own: [] },
    ],
    [
      "gives the Request-URI back that a strict router has put at its end",
      "sip:token@us.example;lr",
      ["<sip:next.example;lr>, <sip:b@b.example;x=y>"],
      { uri: "sip:b@b.example;x=y", routes: ["<sip:next.example;lr>"], own: ["sip:token@us.example;lr"] },
    ],
    [
      "leaves a Request-URI of ours alone that we have not written",
      "sip:bob@us.example",
      ["<sip:next.example;lr>"],
      { uri: "sip:bob@us.example", routes: ["<sip:next.example;lr>"], own: [] },
    ],
    ["is refused where it is no address", uri, ["nonsense"], "nonsense"],
  ])("%s", (_, requestUri, routes, expected) => {
    expect(taken(requestUri, routes)).toEqual(expected);
  });
});

describe("where a request goes by its Route (RFC 3261 §16.6)", () => {
  const uri = "sip:b@b.example";

  it.each([
    ["to its target where there is none", [], { uri, routes: [], next: undefined }],
    [
      "to a loose router, with all as it is",
      ["<sip:one.example;lr>", "<sip:two.example;lr>"],
      { uri, routes: ["<sip:one.example;lr>", "<sip:two.example;lr>"], next: "sip:one.example;lr" },
    ],
    [
      "to a strict router, whose URI changes places with the target",
      ["<sip:one.example;method=INVITE?X=y>", "<sip:two.example;lr>"],
      {
        uri: "sip:one.example",
        routes: ["<sip:two.example;lr>", `<${uri}>`],
        next: "sip:one.example;method=INVITE?X=y",
      },
    ],
  ])("%s", (_, routes, expected) => {
    expect(byRoute(uri, routes)).toEqual(expected);
  });
});
