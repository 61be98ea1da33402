import { afterAll, describe, expect, it } from "vitest";
import { Capture } from "../helpers/capture.ts";
import { freePort } from "../helpers/free-port.ts";
import { browserPhone, rawPhone } from "../helpers/phones.ts";
import { register } from "../helpers/raw-account.ts";
import { connectCall, hangUp } from "../helpers/raw-call.ts";
import { mayUseRawSockets } from "../helpers/raw-sockets.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { inviteScript } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";

const canRun = hasPrograms("tshark") && mayUseRawSockets("dumpcap");

describe.skipIf(!canRun)("tshark reads what the switch says", () => {
  let started: RunningSwitch | undefined;
  afterAll(() => started?.stop());

  it(
    "over UDP, TCP, WebSocket and IPv6, and STUN on the port of SIP, without a malformed packet",
    shows({ tshark: ["TCP", "WebSocket", "well-formed"] }),
    async () => {
      const port6 = await freePort();
      started = await startSwitch({ listen: [`udp://[::1]:${port6}`] });
      const strowger = started;
      const httpPort = Number(new URL(strowger.url).port);
      await strowger.deploy("main", inviteScript('forward("bob", { media: "direct" })'));
      const ports = [strowger.sipPort, port6, httpPort];
      const capture = await Capture.start(ports.map((port) => `port ${port}`).join(" or "));

      const bob = await browserPhone(strowger, "bob");
      expect((await register(bob, { user: "bob" })).status).toBe(200);
      const six = { ...strowger, sipPort: port6 } as RunningSwitch;
      const callers = [
        await rawPhone(strowger, "one"),
        await rawPhone(strowger, "two", { transport: "tcp" }),
        await rawPhone(six, "three", { address: "::1" }),
      ];
      for (const caller of callers) {
        const call = await connectCall(caller, bob, "101");
        await hangUp(call.caller, call.callee);
      }
      const [udp] = callers;
      udp?.send("\x00\x01\x00\x00\x21\x12\xa4\x42abcdefghijkl");
      await udp?.expect(/^\x01\x01/);
      await capture.stop(strowger);

      const { sipPort } = strowger;
      const decode = ["udp", "tcp"].flatMap((layer) => ["-d", `${layer}.port==${sipPort},sip`]);
      const read = [...decode, "-d", `udp.port==${port6},sip`];
      const ours = `(udp.srcport == ${sipPort} || tcp.srcport == ${sipPort} || tcp.srcport == ${httpPort} || udp.srcport == ${port6})`;
      const [answers, requests, malformed, stun] = await Promise.all([
        capture.fields(read, `sip.Status-Code == 200 && ${ours}`, ["sip.CSeq.method", "frame.protocols"]),
        capture.fields(read, `sip.Request-Line && ${ours}`, ["sip.Method", "sip.Via.transport", "sip.Contact"]),
        capture.fields(read, `(_ws.malformed || _ws.expert.severity == "Error") && ${ours}`, [
          "frame.number",
          "_ws.expert.message",
        ]),
        capture.fields(["-d", `udp.port==${sipPort},stun`], `stun && ${ours}`, ["stun.type", "stun.att.port"]),
      ]);
      expect(malformed).toEqual([]);
      const carriers = new Set(answers.map(([, protocols = ""]) => protocols.replace(/^.*:ethertype:|:sdp$/g, "")));
      expect([...carriers].sort()).toEqual(
        expect.arrayContaining([
          "ip:tcp:sip",
          "ip:udp:sip",
          "ipv6:udp:sip",
          expect.stringMatching(/^ip:tcp:http:websocket/),
        ]),
      );
      expect(requests.filter(([method]) => method === "INVITE")).toHaveLength(3);
      expect(stun).toEqual([["0x0101", String(udp?.port)]]);
    },
  );
});
