import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { connect, createServer, type TLSSocket } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import { ARRIVAL_TIMEOUT_MS, MAX_ARRIVALS_PER_SOURCE } from "../../../runtime/sip/transport/arrivals.ts";
import { INPUT_TIMEOUT_MS } from "../../../runtime/sip/transport/connection.ts";
import type { Flow } from "../../../runtime/sip/transport/flow.ts";
import { readMaterial } from "../../../runtime/sip/transport/tls/material.ts";
import { NO_TLS, type TlsSettings } from "../../../runtime/sip/transport/tls/settings.ts";
import type { TransportLayer } from "../../../runtime/sip/transport/transport-layer.ts";
import { type Authority, createAuthority, type Identity } from "../../helpers/authority.ts";
import { freePort } from "../../helpers/free-port.ts";
import { until } from "../../helpers/until.ts";
import { host, rawRequest, rawResponse, startLayer, tcpClient } from "./fixture.ts";

const tls = { transport: "TLS" } as const;
const via = "192.0.2.1:5099;branch=z9hG4bK1";

type LayerOptions = Parameters<typeof startLayer>[0];

/** A layer that listens on TLS with a certificate of this authority. */
async function startTls(authority: Authority, settings: Partial<TlsSettings> = {}, options: LayerOptions = {}) {
  const identity = authority.issue("switch", "DNS:switch.example", `IP:${host}`);
  const material = await readMaterial({ ...NO_TLS, identity, ...settings }, Date.now());
  const listen = [{ transport: "tls", address: host, port: await freePort() } as const];
  return startLayer({ listen, tls: () => material, ...options });
}

/** A client that trusts this authority, and keeps what it receives. */
async function tlsClient(
  port: number,
  options: { ca: string; name?: string; identity?: Identity; maxVersion?: "TLSv1.2"; minVersion?: "TLSv1.2" },
) {
  const { identity, ca, name = "switch.example", ...rest } = options;
  const own = identity === undefined ? {} : { cert: readFileSync(identity.cert), key: readFileSync(identity.key) };
  const socket = connect({ host, port, servername: name, ca: readFileSync(ca), ...own, ...rest });
  onTestFinished(() => void socket.destroy());
  const state = { text: "", isSecure: false, isClosed: false, error: "" };
  socket.on("secureConnect", () => {
    state.isSecure = true;
  });
  socket.on("data", (data) => {
    state.text += data.toString("latin1");
  });
  socket.on("error", (error) => {
    state.error = error.message;
  });
  socket.on("close", () => {
    state.isClosed = true;
  });
  await until("the handshake to end", () => state.isSecure || state.isClosed);
  return {
    socket,
    state,
    send: (text: string) => socket.write(text, "latin1"),
    has: (part: string) => until(part, () => state.text.includes(part)),
    closed: () => until("the end of the connection", () => state.isClosed),
  };
}

/** A TLS server that answers nothing and keeps what it hears. */
async function tlsServer(identity: Identity, options: { requestCert?: boolean } = {}) {
  const texts: string[] = [];
  const sockets: TLSSocket[] = [];
  const server = createServer({
    cert: readFileSync(identity.cert),
    key: readFileSync(identity.key),
    ...options,
    rejectUnauthorized: false,
  });
  server.on("secureConnection", (socket) => {
    const index = sockets.push(socket) - 1;
    texts[index] = "";
    socket.on("error", () => {});
    socket.on("data", (data) => {
      texts[index] += data.toString("latin1");
    });
  });
  server.on("tlsClientError", () => {});
  const port = await freePort();
  server.listen(port, host);
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port, texts, sockets };
}

function flowTo(layer: TransportLayer, port: number, name?: string): Flow {
  const flow = layer.flowTo({ transport: "tls", address: host, port, ...(name === undefined ? {} : { name }) });
  if (flow === undefined) throw new Error("no flow");
  return flow;
}

describe("a request over TLS", () => {
  it("is answered over its own connection, and the user sees what it came by", async () => {
    const authority = createAuthority();
    const { port, requests, layer } = await startTls(authority, {}, { answers: true });
    const client = await tlsClient(port, { ca: authority.ca });
    client.send(rawRequest(via, tls));
    await client.has("SIP/2.0 200");
    expect(client.state.text).toContain(`received=${host}`);
    expect(requests[0]?.flow).toMatchObject({ transport: "tls", localPort: port, remotePort: client.socket.localPort });
    expect(layer.sentBy(requests[0]?.flow as Flow)).toBe(`${host}:${port}`);
  });

  it("is answered by one CRLF where it is CRLFCRLF", async () => {
    const authority = createAuthority();
    const { port } = await startTls(authority);
    const client = await tlsClient(port, { ca: authority.ca });
    client.send("\r\n\r\n");
    await until("the pong", () => client.state.text === "\r\n");
  });

  it("gets the certificate of the name it asks for, of a wildcard, or the one for everybody", async () => {
    const authority = createAuthority();
    const servers = [
      { name: "one.example", ...authority.issue("one", "DNS:one.example") },
      { name: "*.wild.example", ...authority.issue("wild", "DNS:*.wild.example") },
    ];
    const { port } = await startTls(authority, { servers });
    const shown = async (name: string) => {
      const client = await tlsClient(port, { ca: authority.ca, name });
      return client.state.error || client.socket.getPeerCertificate().subject.CN;
    };
    expect(await shown("one.example")).toBe("one");
    expect(await shown("a.WILD.example")).toBe("wild");
    expect(await shown("switch.example")).toBe("switch");
    expect(await shown("other.example")).toContain("other.example. is not in the cert's altnames");
  });

  it("gets the new certificate once it has changed, while older connections go on", async () => {
    const authority = createAuthority();
    const settingsOf = (identity: Identity) => readMaterial({ ...NO_TLS, identity }, Date.now());
    let material = await settingsOf(authority.issue("first", "DNS:switch.example"));
    const { port } = await startTls(authority, {}, { answers: true, tls: () => material });
    const before = await tlsClient(port, { ca: authority.ca });
    material = await settingsOf(authority.issue("second", "DNS:switch.example"));
    const after = await tlsClient(port, { ca: authority.ca });
    expect(before.socket.getPeerCertificate().subject.CN).toBe("first");
    expect(after.socket.getPeerCertificate().subject.CN).toBe("second");
    before.send(rawRequest(via, tls));
    await before.has("SIP/2.0 200");
  });

  it.each([
    ["none", "none", true],
    ["none", "stranger", true],
    ["request", "none", true],
    ["request", "own", true],
    ["request", "stranger", false],
    ["require", "none", false],
    ["require", "own", true],
    ["require", "stranger", false],
  ] as const)("with client certificates %s and %s shown is taken: %s", async (clientCertificates, shows, isTaken) => {
    const authority = createAuthority();
    const { folder } = authority;
    const stranger = shows === "stranger" ? createAuthority(undefined, "Stranger").issue("client") : undefined;
    const identity = shows === "own" ? authority.issue("client") : stranger;
    expect(folder).not.toBe("");
    const { port, counters } = await startTls(authority, { clientCertificates, ca: authority.ca }, { answers: true });
    const client = await tlsClient(port, { ca: authority.ca, ...(identity === undefined ? {} : { identity }) });
    client.send(rawRequest(via, tls));
    if (isTaken) await client.has("SIP/2.0 200");
    else await client.closed();
    expect(client.state.text !== "").toBe(isTaken);
    if (!isTaken) await until("the count", () => counters.handshakesFailed === 1 || clientCertificates === "request");
  });

  it("is not heard where its TLS is older than may be", async () => {
    const authority = createAuthority();
    const { port } = await startTls(authority, { minVersion: "TLSv1.3" });
    const client = await tlsClient(port, { ca: authority.ca, maxVersion: "TLSv1.2" });
    await client.closed();
    expect(client.state.error).toMatch(/alert protocol version/i);
  });

  it("cannot renegotiate", async () => {
    const authority = createAuthority();
    const { port } = await startTls(authority, {}, { answers: true });
    const client = await tlsClient(port, { ca: authority.ca, maxVersion: "TLSv1.2" });
    let renegotiated = false;
    client.socket.renegotiate({}, (error) => {
      renegotiated = error === null;
    });
    client.send(rawRequest(via, tls));
    await until("the answer, or the end", () => client.state.text.includes("SIP/2.0 200") || client.state.isClosed);
    expect(renegotiated).toBe(false);
  });
});

describe("what is no TLS on its port", () => {
  it.each([
    ["SIP", rawRequest(via, { transport: "TCP" })],
    ["HTTP", "GET / HTTP/1.1\r\nHost: switch.example\r\n\r\n"],
    ["garbage", "\x16\x03\x01\xff\xff\x01\x00\xfe\xdf".padEnd(200, "\xaa")],
  ])("is cut off: %s", async (_what, text) => {
    const authority = createAuthority();
    const { port, counters, requests, failures } = await startTls(authority, {}, { answers: true });
    const client = await tcpClient(port);
    client.send(text);
    await client.closed();
    await until("the count", () => counters.handshakesFailed === 1);
    expect(requests).toEqual([]);
    expect(failures).toEqual([]);
    const good = await tlsClient(port, { ca: authority.ca });
    good.send(rawRequest(via, tls));
    await good.has("SIP/2.0 200");
  });

  it("is cut off where it says nothing in time, or drips", async () => {
    const authority = createAuthority();
    const clock = new VirtualClock();
    const { port, counters } = await startTls(authority, {}, { clock });
    const [silent, slow] = [await tcpClient(port), await tcpClient(port)];
    slow.send("\x16\x03\x01");
    await until("both to have connected", () => silent.socket.readyState === "open" && slow.socket.bytesWritten === 3);
    await until("the timers", () => clock.pending >= 2);
    clock.advance(ARRIVAL_TIMEOUT_MS);
    await silent.closed();
    await slow.closed();
    await until("the count", () => counters.handshakesFailed === 2);
  });

  it("is cut off where one source has too many handshakes under way, and others are not", async () => {
    const authority = createAuthority();
    const { port, counters } = await startTls(authority, {}, { answers: true });
    const open = Array.from({ length: MAX_ARRIVALS_PER_SOURCE + 5 }, () => connectTcp({ port, host }));
    onTestFinished(() => {
      for (const socket of open) socket.destroy();
    });
    for (const socket of open) socket.on("error", () => {});
    await until("five to be refused", () => counters.connectionsRefused === 5);
    const elsewhere = connectTcp({ port, host, localAddress: "127.0.0.2" });
    const other = connect({ socket: elsewhere, servername: "switch.example", ca: readFileSync(authority.ca) });
    onTestFinished(() => void other.destroy());
    await once(other, "secureConnect");
  });

  it("is cut off where a message drips after the handshake", async () => {
    const authority = createAuthority();
    const clock = new VirtualClock();
    const { port, requests } = await startTls(authority, {}, { clock });
    const client = await tlsClient(port, { ca: authority.ca });
    client.send(rawRequest(via, tls));
    await until("the request", () => requests.length === 1);
    client.send("OPTIONS sip:x SIP/2.0\r\n");
    await until("the deadline", () => clock.pending >= 2);
    clock.advance(INPUT_TIMEOUT_MS);
    await client.closed();
  });
});

describe("connecting over TLS", () => {
  it("sends what waited, hears the answer, and uses the connection again for that name alone", async () => {
    const authority = createAuthority();
    const server = await tlsServer(authority.issue("peer", "DNS:peer.example", "DNS:other.example"));
    const { layer, responses } = await startTls(authority, { ca: authority.ca });
    const flow = flowTo(layer, server.port, "peer.example");
    expect(layer.isOpen(flow)).toBe(false);
    layer.send("first", flow);
    await until("the text", () => server.texts[0] === "first");
    expect(layer.isOpen(flow)).toBe(true);
    expect(flowTo(layer, server.port, "peer.example")).toBe(flow);
    expect(flowTo(layer, server.port, "other.example")).not.toBe(flow);
    server.sockets[0]?.write(rawResponse(`${layer.sentBy(flow)};branch=z9hG4bK2`, "TLS"));
    await until("the response", () => responses.length === 1);
  });

  it.each([
    ["a DNS name", "DNS:peer.example", "peer.example", true],
    ["a wildcard", "DNS:*.peer.example", "sip.peer.example", true],
    ["an address", `IP:${host}`, undefined, true],
    ["the URI of the domain", "URI:sip:peer.example", "peer.example", true],
    ["the URI of another domain beside the DNS name", "URI:sip:other.example,DNS:peer.example", "peer.example", false],
    ["the URI of a person", "URI:sip:me@peer.example", "peer.example", false],
    ["another name", "DNS:other.example", "peer.example", false],
    ["another address", "IP:127.0.0.9", undefined, false],
  ])("trusts by %s (%s)", async (_what, subject, name, isTrusted) => {
    const authority = createAuthority();
    const server = await tlsServer(authority.issue("peer", ...subject.split(",")));
    const { layer, failures } = await startTls(authority, { ca: authority.ca });
    layer.send("hello", flowTo(layer, server.port, name));
    if (isTrusted) await until("the text", () => server.texts[0] === "hello");
    else {
      const failure = await until("the failure", () => failures[0]);
      expect(failure.code).toBe("tls-failed");
      expect(server.texts.join("")).toBe("");
    }
  });

  it("says nothing to a server whose authority nobody trusts, and logs why; unless nothing is verified", async () => {
    const stranger = createAuthority(undefined, "Stranger");
    const server = await tlsServer(stranger.issue("peer", "DNS:peer.example"));
    const warnings: unknown[] = [];
    const log = {
      debug() {},
      info() {},
      error() {},
      warn: (text: string, fields: unknown) => warnings.push([text, fields]),
    };
    const careful = await startTls(createAuthority(), {}, { log });
    careful.layer.send("hello", flowTo(careful.layer, server.port, "peer.example"));
    const failure = await until("the failure", () => careful.failures[0]);
    expect(failure).toMatchObject({ code: "tls-failed", message: expect.stringMatching(/certificate/) });
    expect(server.texts.join("")).toBe("");
    expect(warnings).toEqual([
      ["A TLS connection could not be made", expect.objectContaining({ why: failure.message, port: server.port })],
    ]);
    const careless = await startTls(createAuthority(), { verify: false });
    careless.layer.send("hello", flowTo(careless.layer, server.port, "peer.example"));
    await until("the text", () => server.texts.join("") === "hello");
  });

  it("shows its certificate to a server that asks", async () => {
    const authority = createAuthority();
    const server = await tlsServer(authority.issue("peer", "DNS:peer.example"), { requestCert: true });
    const { layer } = await startTls(authority, { ca: authority.ca });
    layer.send("hello", flowTo(layer, server.port, "peer.example"));
    await until("the text", () => server.texts[0] === "hello");
    expect(server.sockets[0]?.getPeerCertificate().subject.CN).toBe("switch");
  });

  it("tells of a peer that speaks no TLS", async () => {
    const authority = createAuthority();
    const { port } = await startLayer();
    const { layer, failures } = await startTls(authority);
    layer.send("hello", flowTo(layer, port));
    expect(await until("the failure", () => failures[0])).toMatchObject({ code: "tls-failed" });
  });
});
