import { createSocket } from "node:dgram";
import { describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "../helpers/free-port.ts";
import { Kamailio } from "../helpers/kamailio.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { inviteScript } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { runSippClient, startSippCallee } from "../helpers/sipp.ts";
import { startSwitch } from "../helpers/switch.ts";
import { CUSTOMER, carrierConfig } from "./kamailio-carrier.ts";

const CALLS = 20;
const RATE = 5;

/** A gateway that takes what it is sent, and says nothing. */
async function deadGateway(): Promise<string> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => void socket.close());
  return `sip:127.0.0.1:${socket.address().port}`;
}

describe.skipIf(!hasPrograms("kamailio", "sipp"))("SIPp calls SIPp by a trunk", () => {
  it("whose first gateway is dead, and whose second is Kamailio, which asks for a password: every call is answered", {
    ...shows({ SIPp: ["call"], Kamailio: ["trunk", "failover"] }),
    timeout: 120_000,
  }, async () => {
    const port = await freePort();
    const world = await freePort();
    const kamailio = await Kamailio.start(carrierConfig({ port, world }), port);
    onTestFinished(() => kamailio.stop());
    const answering = await startSippCallee({ scenario: "uas-call", port: world, calls: CALLS });
    onTestFinished(() => answering.stop());
    const trunk = {
      gateways: [{ uri: await deadGateway() }, { uri: kamailio.uri, priority: 1 }],
      ...CUSTOMER,
      failoverSeconds: 1,
      probe: false,
      from: ["192.0.2.0/24"],
    };
    const strowger = await startSwitch({ trunks: { carrier: trunk } });
    onTestFinished(() => strowger.stop());
    await strowger.deploy("main", inviteScript('forward("+4930123456", { ringSeconds: 30 })'));
    await runSippClient({
      switchPort: strowger.sipPort,
      domain: strowger.domain,
      scenario: "uac-call",
      port: await freePort(),
      calls: CALLS,
      rate: RATE,
      rows: ["700;"],
    });
    await answering.done();
    await strowger.noCalls();
    const cdrs = await strowger.cdrs();
    expect(cdrs).toHaveLength(CALLS);
    for (const { result, trunk, legs } of cdrs) {
      expect([result, trunk]).toEqual(["answered", "carrier"]);
      expect(legs.at(-1)).toMatchObject({ code: 200, trunk: "carrier" });
    }
    // The first to find it dead has waited for it; those that come later need not.
    expect(cdrs.some(({ legs }) => legs.length === 2 && legs[0]?.code === 408)).toBe(true);
    expect((await strowger.api("GET", "/v1/trunks/carrier")).body).toMatchObject({
      state: "up",
      calls: 0,
      gateways: [{ state: "down" }, { state: "up" }],
    });
  });
});
