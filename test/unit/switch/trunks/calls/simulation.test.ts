import { describe, expect, it } from "vitest";
import { type Phone, Side } from "../../../../../runtime/simulator/network/phone.ts";
import { seededRandom } from "../../../../../runtime/simulator/network/sim-net.ts";
import type { SipText } from "../../../../../runtime/simulator/network/sip-text.ts";
import { forward } from "../../../../../sdk/index.ts";
import { DOMAIN } from "../../call/world.ts";
import { ACCOUNT, CarrierWorld, challenge, NUMBER } from "./carriers.ts";

const STATUSES = [100, 180, 183, 200, 200, 302, 404, 407, 407, 486, 500, 503, 603, 0];

/** A gateway that does with each INVITE what chance will have it do, once or twice. */
function moody(gateway: Phone, random: () => number): void {
  let nonces = 0;
  const choose = () => STATUSES[Math.floor(random() * STATUSES.length)] ?? 0;
  const seen = new Set<string>();
  gateway.onMessage = (message: SipText) => {
    if (message.status > 0 || message.method !== "INVITE" || seen.has(message.param("Via", "branch"))) return;
    seen.add(message.param("Via", "branch"));
    for (let turn = 0; turn < 2; turn++) {
      const status = choose();
      const fields = [["Proxy-Authenticate", challenge(`n${++nonces}`)] as const];
      if (status > 0) gateway.answer(message, status, status === 407 ? { fields } : {});
      if (status >= 200) return;
    }
  };
}

describe("calls by trunks on a bad network, to gateways of any mood", () => {
  it.each(Array.from({ length: 25 }, (_, index) => index + 1))(
    "leave no line, no call and no transaction behind (run %i)",
    (seed) => {
      const random = seededRandom(seed);
      const world = new CarrierWorld({
        seed,
        loss: 0.15,
        duplication: 0.1,
        maxDelayMs: 300,
        script: {
          invite: () => [forward(NUMBER, { ringSeconds: 12 }), forward(NUMBER, { via: "two", ringSeconds: 5 })],
        },
        trunks: {
          one: {
            gateways: [{ uri: "sip:198.51.100.1" }, { uri: "sip:198.51.100.2" }],
            ...ACCOUNT,
            failoverSeconds: 2,
            limits: { calls: 3 },
          },
          two: { uri: "sip:198.51.100.3", limits: { perSecond: 2 } },
        },
      });
      for (const last of [1, 2, 3]) moody(world.gateway(`198.51.100.${last}`), random);
      const callers = Array.from({ length: 6 }, (_, index) => world.phone(`c${index}`));
      const talks: Side[] = [];
      for (const caller of callers) {
        const invite = caller.invite(`sip:100@${DOMAIN}`);
        caller.onMessage = (message) => {
          if (message.status !== 200 || message.method !== "INVITE") return;
          const side = Side.ofCaller(caller, invite, message);
          side.ack(invite);
          talks.push(side);
        };
        world.run(1500 * random());
        if (random() < 0.3) caller.cancel(invite);
        for (const name of ["one", "two"]) {
          const held = world.trunks?.leases.count(name) ?? 0;
          expect(held).toBeLessThanOrEqual(callers.length);
          if (name === "one") expect(held).toBeLessThanOrEqual(3);
        }
      }
      world.run(60_000);
      for (const side of talks) side.request("BYE");
      expect(world.observer.failures).toEqual([]);
      expect(world.leftovers(5 * 3600_000)).toMatchObject({ calls: 0, client: 0, server: 0 });
      expect([world.trunks?.leases.count("one"), world.trunks?.leases.count("two")]).toEqual([0, 0]);
      expect(world.observer.cdrs).toHaveLength(world.observer.told.filter((told) => told === "started").length);
    },
  );
});
