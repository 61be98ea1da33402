/** A switch that listens on UDP and TCP alone reaches a carrier over TLS: it needs no certificate of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { answerText, type Field, requestText, type SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { type Authority, createAuthority } from "../../helpers/authority.ts";
import { registeredPhone } from "../../helpers/phones.ts";
import { inviteAs } from "../../helpers/raw-account.ts";
import { expectRefusal, RawDialog } from "../../helpers/raw-dialog.ts";
import { freshText, type RawPhone } from "../../helpers/raw-phone.ts";
import { type RawServer, rawServer } from "../../helpers/raw-server.ts";
import { inviteScript, script } from "../../helpers/script-source.ts";
import { sdp, sdpFields } from "../../helpers/sdp.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

const NUMBER = "+4930123456";
const ALICE = { user: "alice", password: "pw-alice" };
/** Names of this machine, which every hosts file has. */
const NAME = "localhost";

const folder = mkdtempSync(join(tmpdir(), "strowger-tls-"));
const authority = createAuthority(folder);
const strowger = await startSwitch({ tls: { ca: authority.ca } });
afterAll(async () => {
  await strowger.stop();
  rmSync(folder, { recursive: true, force: true });
});
await strowger.deploy(
  "main",
  script(`  invite: (call) => (call.trunk === "carrier" ? forward("alice") : forward("${NUMBER}")),`),
);

/** A carrier over TLS whose certificate says these names, and the trunk to it until the test is over. */
async function begin(
  options: { names?: string[]; trunk?: Record<string, unknown>; authority?: Authority; running?: RunningSwitch } = {},
) {
  const { names = [`DNS:${NAME}`], running = strowger } = options;
  const carrier = await rawServer({ identity: (options.authority ?? authority).issue("carrier", ...names) });
  const uri = `sip:${NAME}:${carrier.port};transport=tls`;
  const { status } = await running.api("PUT", "/v1/trunks/carrier", { uri, probe: false, ...options.trunk });
  expect(status).toBe(201);
  onTestFinished(async () => void (await running.api("DELETE", "/v1/trunks/carrier")));
  return { carrier, alice: await registeredPhone(running, "alice") };
}

/** What the carrier answers; its Contact is an address, as that of carriers is. */
function answerFrom(carrier: RawServer, offered: SipText, tag: string, fields: readonly Field[] = []): void {
  const contact: Field = ["Contact", `<sip:gw@127.0.0.1:${carrier.port};transport=tls>`];
  carrier.send(answerText(offered, 200, { toTag: tag, fields: [contact, ...fields, ...sdpFields], body: sdp(7000) }));
}

/** A call of alice by the trunk, up and acknowledged. */
async function connect(alice: RawPhone, carrier: RawServer, fields: readonly Field[] = []) {
  const sent = await inviteAs(alice, ALICE, "100", { body: sdp(6000) });
  const offered = await carrier.expect("INVITE");
  const tag = freshText("t");
  answerFrom(carrier, offered, tag, fields);
  const caller = RawDialog.ofCaller(alice, sent, await alice.expect("200 INVITE"));
  caller.ack(sent);
  return { offered, tag, caller, ack: await carrier.expect("ACK") };
}

/** A request of the carrier within the call, over the connection that the switch has made. */
function requestFrom(carrier: RawServer, offered: SipText, tag: string, method: string): void {
  carrier.send(
    requestText({
      method,
      uri: offered.uriOf("Contact"),
      fields: [
        ["Via", `SIP/2.0/TLS 127.0.0.1:${carrier.port};branch=${freshText("z9hG4bK")}`],
        ["Max-Forwards", "70"],
        ["From", `${offered.header("To")};tag=${tag}`],
        ["To", offered.header("From")],
        ["Call-ID", offered.header("Call-ID")],
        ["CSeq", `1 ${method}`],
      ],
    }),
  );
}

describe("a trunk over TLS of a switch without a certificate", () => {
  it("is called, and hangs up over the same connection", async () => {
    const { carrier, alice } = await begin();
    const { offered, tag } = await connect(alice, carrier);
    const { sipPort } = strowger;
    // RFC 5923 §5: it asks for requests to come back by this connection.
    expect(offered.header("Via")).toMatch(new RegExp(`^SIP/2\\.0/TLS 127\\.0\\.0\\.1:${sipPort};.*;alias$`));
    expect(offered.uriOf("Contact")).toMatch(new RegExp(`^sip:[^@]+@127\\.0\\.0\\.1:${sipPort};transport=tls$`));
    requestFrom(carrier, offered, tag, "BYE");
    alice.answer(await alice.expect("BYE"), 200);
    await carrier.expect("SIP/2.0 200");
    expect(carrier.connections).toBe(1);
    expect((await strowger.cdr(() => true)).result).toBe("answered");
  });

  it("gets requests of the call by its connection where the route names its address, which no certificate does", async () => {
    const { carrier, alice } = await begin();
    const route: Field = ["Record-Route", `<sip:127.0.0.1:${carrier.port};transport=tls;lr>`];
    const { ack, caller } = await connect(alice, carrier, [route]);
    expect(ack.header("Route")).toContain(`127.0.0.1:${carrier.port}`);
    caller.request("BYE");
    carrier.send(answerText(await carrier.expect("BYE"), 200));
    await alice.expect("200 BYE");
    expect(carrier.connections).toBe(1);
  });

  it("is connected to again where the connection is lost during a call, and proves its name again", async () => {
    const { carrier, alice } = await begin();
    const { caller } = await connect(alice, carrier);
    carrier.drop();
    await until("the connection to be gone", async () => (await openConnections()) === 0);
    caller.request("BYE");
    carrier.send(answerText(await carrier.expect("BYE"), 200));
    await alice.expect("200 BYE");
    expect(carrier.connections).toBe(2);
  });

  it.each<[string, { by?: string; names?: string[] }, RegExp]>([
    ["names somebody else", { names: ["DNS:other.example"] }, /Hostname\/IP does not match|not in the cert's altnames/],
    ["is signed by somebody whom the switch does not trust", { by: "Stranger" }, /unable to|self.signed/],
  ])(
    "hears nothing where its certificate %s: the caller gets 500, and the log says why",
    async (_what, { by, names }: { by?: string; names?: string[] }, why) => {
      const before = strowger.log().length;
      const other = by === undefined ? {} : { authority: createAuthority(undefined, by) };
      const { carrier, alice } = await begin({ ...other, ...(names === undefined ? {} : { names }) });
      const sent = await inviteAs(alice, ALICE, "100", { body: sdp(6000) });
      await expectRefusal(alice, sent, 500);
      const line = await until("the log", () =>
        strowger
          .log()
          .slice(before)
          .split("\n")
          .find((text) => text.includes("A TLS connection could not be made")),
      );
      expect(line).toMatch(why);
      expect(carrier.connections).toBe(0);
    },
  );

  it("is called though its certificate is not good, where the operator wants so; by the name that is advertised", async () => {
    const running = await startSwitch({ tls: { verify: false }, advertise: "sip.example.test" });
    onTestFinished(() => running.stop());
    await running.deploy("main", inviteScript(`forward("${NUMBER}")`));
    const { carrier, alice } = await begin({ names: ["DNS:other.example"], running });
    const { offered } = await connect(alice, carrier);
    expect(offered.header("Via")).toContain(`SIP/2.0/TLS sip.example.test:${running.sipPort};`);
    expect(offered.uriOf("Contact")).toContain(`@sip.example.test:${running.sipPort};transport=tls`);
  });

  it("is registered with over TLS, and calls come in over the connection that there is when the first one is lost", async () => {
    const { carrier, alice } = await begin({
      trunk: { username: "4711", password: "carrier-secret", register: true },
    });
    const accept = (register: SipText) =>
      carrier.send(
        answerText(register, 200, {
          toTag: "c",
          fields: [["Contact", `${register.header("Contact")};expires=${register.header("Expires")}`]],
        }),
      );
    const registered = await carrier.expect("REGISTER");
    accept(registered);
    const contact = registered.uriOf("Contact");
    expect(contact).toContain(";transport=tls");
    await until(
      "the trunk to be up",
      async () => (await strowger.api("GET", "/v1/trunks/carrier")).body.state === "up",
    );
    carrier.drop();
    // Lost a moment after it was made: the registration waits, and the next call does not.
    const { caller } = await connect(alice, carrier);
    expect(carrier.connections).toBe(2);
    caller.request("BYE");
    carrier.send(answerText(await carrier.expect("BYE"), 200));
    await alice.expect("200 BYE");
    carrier.send(
      requestText({
        method: "INVITE",
        uri: contact,
        fields: [
          ["Via", `SIP/2.0/TLS 127.0.0.1:${carrier.port};branch=${freshText("z9hG4bK")}`],
          ["Max-Forwards", "70"],
          ["From", `<sip:+49171234567@${NAME}>;tag=${freshText("f")}`],
          ["To", `<${contact}>`],
          ["Call-ID", freshText("call")],
          ["CSeq", "1 INVITE"],
          ["Contact", `<sip:gw@127.0.0.1:${carrier.port};transport=tls>`],
          ...sdpFields,
        ],
        body: sdp(7000),
      }),
    );
    const incoming = await alice.expect("INVITE");
    expect(incoming.uriOf("From")).toContain("+49171234567");
  });
});

async function openConnections(): Promise<number> {
  const { body } = await strowger.api("GET", "/metrics");
  return Number(/^strowger_transport_total\{[^}]*"connections"\} (\d+)/m.exec(String(body))?.[1] ?? Number.NaN);
}
