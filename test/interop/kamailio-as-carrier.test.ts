import { describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "../helpers/free-port.ts";
import { Kamailio } from "../helpers/kamailio.ts";
import { registeredPhone } from "../helpers/phones.ts";
import { inviteAs } from "../helpers/raw-account.ts";
import { answer, hangUp } from "../helpers/raw-call.ts";
import { invite, RawDialog } from "../helpers/raw-dialog.ts";
import { RawPhone } from "../helpers/raw-phone.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { script } from "../helpers/script-source.ts";
import { sdp } from "../helpers/sdp.ts";
import { shows } from "../helpers/shows.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import { until } from "../helpers/until.ts";
import { type CarrierParts, CUSTOMER, carrierConfig } from "./kamailio-carrier.ts";

const NUMBER = "+15551234567";
/** What comes from the trunk goes to alice; all else leaves by it. */
const OFFICE = script('  invite: (call) => (call.trunk === "carrier" ? forward("alice") : forward(call.to.user)),');

interface World {
  readonly kamailio: Kamailio;
  readonly strowger: RunningSwitch;
  /** Whoever is called, and calls, in the rest of the world. */
  readonly world: RawPhone;
  readonly alice: RawPhone;
}

async function begin(parts: Pick<CarrierParts, "algorithm"> & { readonly transport?: string } = {}): Promise<World> {
  const port = await freePort();
  const world = await RawPhone.udp({ name: "world", switchPort: port, port: await freePort() });
  onTestFinished(() => world.close());
  const { algorithm = "MD5", transport = "" } = parts;
  const kamailio = await Kamailio.start(carrierConfig({ port, world: world.port, algorithm }), port);
  onTestFinished(() => kamailio.stop());
  const uri = `${kamailio.uri}${transport}`;
  // Calls of the trunk are known by its registration: everybody here has the address of the gateway.
  const trunk = { uri, ...CUSTOMER, register: true, probe: { seconds: 5 }, from: ["192.0.2.0/24"] };
  const strowger = await startSwitch({ trunks: { carrier: trunk } });
  onTestFinished(() => strowger.stop());
  await strowger.deploy("main", OFFICE);
  const alice = await registeredPhone(strowger, "alice");
  await isRegistered(strowger);
  return { kamailio, strowger, world, alice };
}

// biome-ignore lint/suspicious/noExplicitAny: what the API answers is what the test is about.
async function trunkOf(strowger: RunningSwitch): Promise<any> {
  return (await strowger.api("GET", "/v1/trunks/carrier")).body;
}

async function isRegistered(strowger: RunningSwitch): Promise<void> {
  await until("the registration", async () => (await trunkOf(strowger)).registrations[0]?.state === "registered");
}

async function expiresAt(strowger: RunningSwitch): Promise<string> {
  return (await trunkOf(strowger)).registrations[0]?.expiresAt ?? "";
}

/** alice calls the world. */
async function callOut({ alice, world }: World): Promise<void> {
  const who = { user: "alice", password: "pw-alice" };
  const sent = await inviteAs(alice, who, NUMBER, { body: sdp(6000) });
  const offered = await world.expect("INVITE");
  expect(offered.uri).toContain(NUMBER);
  const tag = "world-answers";
  answer(world, { offered, tag });
  const answered = await alice.expect("200 INVITE");
  const caller = RawDialog.ofCaller(alice, sent, answered);
  caller.ack(sent);
  await world.expect("ACK");
  await hangUp(caller, RawDialog.ofCallee(world, offered, tag));
}

/** The world calls alice. */
async function callIn({ alice, world }: World): Promise<void> {
  const uri = `sip:+4930123456@127.0.0.1:${world.switchPort}`;
  const sent = invite(world, "", { uri, from: "sip:+15557654321@127.0.0.1", body: sdp(6000) });
  const offered = await alice.expect("INVITE");
  expect(offered.header("From")).toContain("+15557654321");
  const tag = "alice-answers";
  answer(alice, { offered, tag });
  const answered = await world.expect("200 INVITE");
  const caller = RawDialog.ofCaller(world, sent, answered);
  caller.ack(sent);
  await alice.expect("ACK");
  await hangUp(caller, RawDialog.ofCallee(alice, offered, tag));
}

describe.skipIf(!hasPrograms("kamailio"))("Kamailio as the carrier", () => {
  it.each(["MD5", "SHA-256"] as const)(
    "takes the registration, calls of the switch and calls to it, by %s",
    { ...shows({ Kamailio: ["register", "call", "trunk"] }), timeout: 60_000 },
    async (algorithm) => {
      const world = await begin({ algorithm });
      await callOut(world);
      await callIn(world);
      const [cdr] = await world.strowger.cdrs();
      expect(cdr).toMatchObject({ trunk: "carrier", result: "answered" });
    },
  );

  it("is killed and comes back: the trunk goes down, registers anew by itself, and calls follow", {
    ...shows({ Kamailio: ["register", "trunk"] }),
    timeout: 120_000,
  }, async () => {
    const world = await begin();
    const { kamailio, strowger } = world;
    const state = (wanted: string) =>
      until(`the gateway to be ${wanted}`, async () => (await trunkOf(strowger)).gateways[0]?.state === wanted, 40_000);
    await state("up");
    const before = await expiresAt(strowger);
    await kamailio.kill();
    await state("down");
    expect(await trunkOf(strowger)).toMatchObject({ state: "down" });
    expect(strowger.log()).toContain("A trunk is down");
    // It has lost all that it knew.
    await kamailio.startAgain();
    await state("up");
    await until("the new registration", async () => (await expiresAt(strowger)) > before);
    await callIn(world);
    await callOut(world);
  });

  it("is killed while the switch is registered over TCP: it registers anew when the connection can be made", {
    ...shows({ Kamailio: ["register", "TCP"] }),
    timeout: 150_000,
  }, async () => {
    const world = await begin({ transport: ";transport=tcp" });
    const { kamailio, strowger } = world;
    await callIn(world);
    await kamailio.kill();
    await until("the loss to be noticed", async () => (await trunkOf(strowger)).state === "down", 40_000);
    await kamailio.startAgain();
    await until("the trunk to be up", async () => (await trunkOf(strowger)).state === "up", 60_000);
    await callIn(world);
    await callOut(world);
  });
});
