import { describe, expect, it } from "vitest";
import type { SipRequest, SipResponse } from "../../../../runtime/sip/message/message.ts";
import { parseMessage } from "../../../../runtime/sip/message/parse.ts";
import { type Flow, LOST_CONNECTION } from "../../../../runtime/sip/transport/flow.ts";
import { SetAside } from "../../../../runtime/sip/transport/set-aside.ts";
import type { Transport } from "../../../../runtime/sip/transport/transport.ts";
import type { TransportUser } from "../../../../runtime/sip/transport/transport-layer.ts";

const UDP: Flow = {
  transport: "udp",
  localAddress: "192.0.2.1",
  localPort: 5060,
  remoteAddress: "192.0.2.2",
  remotePort: 5060,
  connection: 0,
};
const TCP: Flow = { ...UDP, transport: "tcp", connection: 7 };

function message(startLine: string, toTag = ""): SipRequest | SipResponse {
  const method = startLine.startsWith("SIP/") ? "INVITE" : startLine.split(" ")[0];
  const text = [
    startLine,
    "Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKone",
    "From: <sip:alice@example.test>;tag=a",
    `To: <sip:bob@example.test>${toTag === "" ? "" : `;tag=${toTag}`}`,
    "Call-ID: one",
    `CSeq: 1 ${method}`,
    "Max-Forwards: 70",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
  const parsed = parseMessage(text, "datagram");
  if (parsed.type !== "message") throw new Error(`This is no message: ${text}`);
  return parsed.message;
}

const request = (method: string, toTag?: string) =>
  message(`${method} sip:bob@example.test SIP/2.0`, toTag) as SipRequest;
const response = (toTag?: string) => message("SIP/2.0 200 OK", toTag) as SipResponse;

/** A wire that gives messages, and those that were heard behind it. */
function wire(isKnown = false) {
  const heard: string[] = [];
  const setAside = new SetAside(() => isKnown);
  const wires: TransportUser[] = [];
  setAside.ofWire((user) => {
    wires.push(user);
    return {} as Transport;
  })({
    onRequest: ({ method }) => heard.push(method),
    onResponse: ({ status }) => heard.push(String(status)),
    onFlowFailed: () => heard.push("failed"),
    onFlowClosed: () => heard.push("closed"),
  });
  const [user] = wires;
  if (user === undefined) throw new Error("Nobody has connected.");
  return { setAside, user, heard };
}

describe("Messages that come while this process hands over", () => {
  it("are all handled as long as it has not begun", () => {
    const { setAside, user, heard } = wire();
    user.onRequest(request("INVITE"), UDP);
    user.onResponse(response("b"), UDP);
    expect(heard).toEqual(["INVITE", "200"]);
    expect(setAside.take()).toEqual([]);
  });

  it("wait for the next process where they begin something, as they have come and in their order", () => {
    const { setAside, user, heard } = wire();
    setAside.beginnings();
    for (const method of ["INVITE", "REGISTER", "BYE"]) user.onRequest(request(method), UDP);
    expect(heard).toEqual([]);
    expect(setAside.take()).toEqual(
      [request("INVITE"), request("REGISTER"), request("BYE")].map(({ text }) => ({ text, flow: UDP })),
    );
    expect(setAside.take()).toEqual([]);
  });

  it("are handled where something that has begun needs them", () => {
    const { setAside, user, heard } = wire();
    setAside.beginnings();
    for (const method of ["ACK", "CANCEL", "PRACK"]) user.onRequest(request(method, "b"), UDP);
    user.onResponse(response("b"), UDP);
    expect(heard).toEqual(["ACK", "CANCEL", "PRACK", "200"]);
  });

  it("are handled where they belong to a transaction that is there", () => {
    const { setAside, user, heard } = wire(true);
    setAside.beginnings();
    user.onRequest(request("INVITE"), UDP);
    expect(heard).toEqual(["INVITE"]);
  });

  it("are handled where they come by a connection, which nobody else can answer over", () => {
    const { setAside, user, heard } = wire();
    setAside.beginnings();
    user.onRequest(request("INVITE"), TCP);
    expect(heard).toEqual(["INVITE"]);
  });
});

describe("Messages that come when this process has finished", () => {
  it("wait, whatever they are", () => {
    const { setAside, user, heard } = wire(true);
    setAside.everything();
    user.onRequest(request("ACK", "b"), UDP);
    user.onResponse(response("b"), UDP);
    user.onFlowFailed(TCP, { code: "closed", message: "" });
    user.onFlowClosed?.(TCP);
    expect(heard).toEqual([]);
    expect(setAside.take()).toHaveLength(2);
  });

  it("wait where they have come by a connection and belong to a dialog, as from one that is lost", () => {
    const { setAside, user } = wire();
    setAside.everything();
    user.onRequest(request("BYE", "b"), TCP);
    user.onRequest(request("INVITE"), TCP);
    expect(setAside.take()).toEqual([
      { text: request("BYE", "b").text, flow: { ...TCP, connection: LOST_CONNECTION } },
    ]);
  });
});
