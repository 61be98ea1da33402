import { describe, expect, it, onTestFinished } from "vitest";
import type { Field } from "../../../runtime/simulator/network/sip-text.ts";
import { type CarrierManner, obliging, RawCarrier } from "../../helpers/raw-carrier.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

let nonces = 0;

/** Only REGISTER is answered so. */
function registers(status: number, fields: () => readonly Field[] = () => []): CarrierManner {
  return (request) => (request.method === "REGISTER" ? { status, fields: fields() } : { status: 200 });
}

const manners: Readonly<Record<string, { readonly manner: CarrierManner; readonly state: string }>> = {
  "expires-0": { manner: registers(200, () => [["Expires", "0"]]), state: "registering" },
  "expires-1": { manner: registers(200, () => [["Expires", "1"]]), state: "registering" },
  "expires-huge": { manner: registers(200, () => [["Expires", "4294967296"]]), state: "registered" },
  "no-contact": { manner: registers(200), state: "registered" },
  "contacts-of-others": {
    manner: registers(200, () =>
      Array.from({ length: 200 }, (_, n): Field => ["Contact", `<sip:u${n}@192.0.2.9>;expires=1`]),
    ),
    state: "registered",
  },
  "contacts-by-thousands": {
    manner: registers(200, () => [["Contact", Array.from({ length: 5000 }, (_, n) => `<sip:u${n}@h>`).join(",")]]),
    state: "registering",
  },
  "broken-contact": { manner: registers(200, () => [["Contact", '"<<<;expires=']]), state: "registered" },
  "no-challenge": { manner: registers(401), state: "failed" },
  "challenge-loop": {
    manner: registers(401, () => {
      const number = ++nonces;
      return [["WWW-Authenticate", `Digest realm="r${number}", nonce="n${number}", qop="auth", stale=true`]];
    }),
    state: "failed",
  },
  silent: { manner: (request) => (request.method === "REGISTER" ? undefined : { status: 200 }), state: "registering" },
  "retry-after-huge": { manner: registers(503, () => [["Retry-After", "999999999999"]]), state: "registering" },
  "redirects-in-circles": {
    manner: (request) =>
      request.method === "REGISTER"
        ? { status: 302, fields: [["Contact", `<${request.uri.replace(/^sip:/, "sip:x@")}>`]] }
        : { status: 200 },
    state: "failed",
  },
};

describe("registrars that answer what nobody should", () => {
  it("cost the switch a few requests each, and no call", async () => {
    const carriers = new Map<string, RawCarrier>();
    for (const [name, { manner }] of Object.entries(manners)) carriers.set(name, await RawCarrier.start(manner));
    carriers.set("good", await RawCarrier.start(obliging));
    onTestFinished(async () => {
      await Promise.all([...carriers.values()].map((carrier) => carrier.goAway()));
    });
    const account = { username: "4711", password: "carrier-secret", register: true };
    const trunks = Object.fromEntries([...carriers].map(([name, { uri }]) => [name, { uri, ...account }]));
    const strowger = await startSwitch({ trunks });
    onTestFinished(() => strowger.stop());
    const expected = {
      ...Object.fromEntries(Object.entries(manners).map(([name, { state }]) => [name, state])),
      good: "registered",
    };
    const states = async () => {
      const { body } = await strowger.api("GET", "/v1/trunks?limit=100");
      const found: [string, string][] = body.items.map(
        ({ name, registrations }: { name: string; registrations: readonly { state: string }[] }) => [
          name,
          registrations[0]?.state,
        ],
      );
      return Object.fromEntries(found);
    };
    await until("all registrars to have answered", async () => {
      const found = await states();
      return Object.entries(expected).every(([name, state]) => found[name] === state);
    }).catch(async () => expect(await states()).toEqual(expected));
    for (const [name, carrier] of carriers) {
      expect({ name, isFew: carrier.of("REGISTER").length <= 6 }).toEqual({ name, isFew: true });
    }
    expect(strowger.log()).not.toMatch(/internal error|could not be handled/i);
    expect(strowger.running).toBe(true);
  });
});
