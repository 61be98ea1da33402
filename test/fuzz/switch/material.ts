/** What the phones around the switch have to choose from, and the script that takes their calls. */
import type { Field } from "../../../runtime/simulator/network/sip-text.ts";
import { sdp } from "../../helpers/sdp.ts";
import type { Handlers } from "../../unit/switch/call/scripted.ts";
import { DOMAIN } from "../../unit/switch/presence/office.ts";

/** Out of dialogs. */
export const METHODS: readonly string[] =
  "OPTIONS REGISTER SUBSCRIBE NOTIFY PUBLISH INFO REFER MESSAGE UPDATE PRACK BYE INVITE X".split(" ");
export const METHODS_WITHIN: readonly string[] =
  "INVITE UPDATE INFO BYE REFER PRACK MESSAGE OPTIONS NOTIFY SUBSCRIBE X".split(" ");
export const STATUSES: readonly number[] = [
  100, 180, 181, 183, 199, 200, 202, 301, 302, 305, 400, 401, 404, 407, 408, 422, 480, 481, 486, 487, 491, 500, 503,
  600, 603, 699,
];
/** What phones mostly say. */
export const USUAL_STATUSES: readonly number[] = [180, 183, 200, 200, 200];
export const DIALLED: readonly string[] =
  "100 101 102 103 200 300 400 500 600 700 nobody alice *43 +15551234 voil\xc3\xa0".split(" ");
export const TIMES_MS: readonly number[] = [10, 100, 500, 1000, 4000, 32_000, 90_000, 300_000];

const PIDF =
  '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="e"><tuple id="1"><status><basic>open</basic></status></tuple></presence>';
const FIELDS: Readonly<Record<string, readonly Field[]>> = {
  INVITE: [
    ["Supported", "100rel, timer, replaces"],
    ["Content-Type", "application/sdp"],
  ],
  UPDATE: [["Content-Type", "application/sdp"]],
  SUBSCRIBE: [
    ["Event", "presence"],
    ["Expires", "600"],
  ],
  PUBLISH: [
    ["Event", "presence"],
    ["Expires", "600"],
    ["Content-Type", "application/pidf+xml"],
  ],
  REGISTER: [["Expires", "600"]],
  NOTIFY: [
    ["Event", "refer"],
    ["Subscription-State", "active"],
  ],
  REFER: [["Refer-To", `<sip:101@${DOMAIN}>`]],
  PRACK: [["RAck", "1 1 INVITE"]],
  INFO: [["Content-Type", "application/dtmf-relay"]],
  MESSAGE: [["Content-Type", "text/plain"]],
};

/** What a request of a method has beside what every request has. */
export function fieldsOf(method: string): readonly Field[] {
  return FIELDS[method] ?? [];
}

export function bodyOf(method: string): string {
  switch (method) {
    case "INVITE":
    case "UPDATE":
      return sdp(4000);
    case "PUBLISH":
      return PIDF;
    case "INFO":
      return "Signal=1\r\nDuration=100\r\n";
    case "MESSAGE":
      return "hello";
    default:
      return "";
  }
}

/** Whom a call reaches, by the number that is dialled. */
export const script: Handlers = {
  invite(call) {
    switch (call.to.user) {
      case "200":
        return { type: "forward", targets: ["alice", "bob", "carol"], ringSeconds: 20 };
      case "300":
        return { type: "forward", targets: ["bob", "dave"], strategy: "serial", ringSeconds: 5 };
      case "400":
        return { type: "reject", code: 486 };
      case "500":
        return { type: "redirect", contacts: ["sip:bob@example.com"] };
      case "600":
        return [
          { type: "tag", tags: { a: "b" } },
          { type: "timer", name: "t", seconds: 2 },
          { type: "forward", targets: ["dave"], redirects: "follow" },
        ];
      case "700":
        return { type: "forward", targets: ["sip:x@203.0.113.200"], maxSeconds: 30, headers: { "X-A": "b" } };
      default:
        return { type: "forward", targets: [call.to.user] };
    }
  },
  timer: () => undefined,
  bye: () => undefined,
  ended: () => undefined,
};

/** The item that a number stands for. */
export function chosen<Item>(items: readonly Item[], which: number): Item {
  const item = items[which % items.length];
  if (item === undefined) throw new Error("There is nothing to choose from.");
  return item;
}
