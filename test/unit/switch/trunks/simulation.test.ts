import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../runtime/simulator/network/sim-net.ts";
import { friendly, type Manner, NOTHING_LEFT, silent, World } from "./world.ts";

const MANNERS: readonly Manner[] = [
  friendly,
  silent,
  () => ({ status: 503, fields: [["Retry-After", "4000000000"]] }),
  () => ({ status: 401, fields: [["WWW-Authenticate", 'Digest realm="x", nonce="y", qop="auth"']] }),
  () => ({ status: 200, fields: [["Expires", "1"]] }),
  () => ({ status: 302, fields: [["Contact", "<sip:198.51.100.2>"]] }),
  () => ({ status: 423, fields: [["Min-Expires", "600"]] }),
  () => ({ status: 500 }),
  () => ({ status: 403 }),
];

/** All that a carrier may be asked in two hours by two trunks with probes every half minute, whatever it answers. */
const MOST_REQUESTS = 2 * (7200 / 2 + 400);

describe("trunks on a bad network, with carriers that change their minds", () => {
  it.each(Array.from({ length: 12 }, (_, index) => index + 1))(
    "come back by themselves when all is well (run %i)",
    async (seed) => {
      const world = new World({ seed, loss: 0.2, duplication: 0.1, maxDelayMs: 400 });
      const random = seededRandom(seed);
      const carriers = [world.carrier(), world.carrier(friendly, "198.51.100.2")];
      const account = { username: "4711", password: "secret", register: { expiresSeconds: 300 } };
      const trunks = [
        world.declare({ ...account, uri: "sip:198.51.100.1" }, "one"),
        world.declare({ ...account, gateways: carriers.map(({ address }) => ({ uri: `sip:${address}` })) }, "both"),
      ];
      for (let turn = 0; turn < 120; turn++) {
        const carrier = carriers[Math.floor(random() * 2)];
        if (carrier !== undefined) carrier.manner = MANNERS[Math.floor(random() * MANNERS.length)] ?? friendly;
        const trunk = trunks[Math.floor(random() * 2)];
        for (const gateway of trunk?.gateways ?? []) {
          if (trunk !== undefined && random() < 0.3)
            world.trunks.report(trunk, gateway, random() < 0.5 ? "answered" : "unreachable");
        }
        world.pass(60 * random());
        for (const one of trunks) expect(world.trunks.order(one).length).toBeLessThanOrEqual(one.gateways.length);
      }
      for (const carrier of carriers) {
        expect(carrier.requests.length).toBeLessThan(MOST_REQUESTS);
        carrier.manner = friendly;
      }
      world.pass(2400);
      for (const trunk of trunks) {
        expect(world.trunks.status(trunk).state).toBe("up");
        expect(world.trunks.status(trunk).registrations.every(({ state }) => state === "registered")).toBe(true);
      }
      expect(await world.leftovers()).toEqual(NOTHING_LEFT);
    },
  );
});
