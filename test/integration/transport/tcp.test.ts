import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import { PARSE_LIMITS } from "../../../runtime/sip/message/limits.ts";
import {
  CONNECT_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  INPUT_TIMEOUT_MS,
  LINGER_MS,
  MAX_QUEUED_BYTES,
} from "../../../runtime/sip/transport/connection.ts";
import type { Flow } from "../../../runtime/sip/transport/flow.ts";
import type { TransportLayer } from "../../../runtime/sip/transport/transport-layer.ts";
import { freePort } from "../../helpers/free-port.ts";
import { until } from "../../helpers/until.ts";
import { host, rawRequest, rawResponse, startLayer, tcpClient, tcpServer } from "./fixture.ts";

const tcp = { transport: "TCP" } as const;
const via = "192.0.2.1:5099;branch=z9hG4bK1";

function flowTo(layer: TransportLayer, port: number): Flow {
  const flow = layer.flowTo({ transport: "tcp", address: host, port });
  if (flow === undefined) throw new Error("no flow");
  return flow;
}

describe("a request over TCP", () => {
  it("is answered over its own connection", async () => {
    const { port } = await startLayer({ answers: true });
    const client = await tcpClient(port);
    client.send(rawRequest(via, tcp));
    await client.has("SIP/2.0 200");
    expect(client.text).toContain(`received=${host}`);
  });

  it("is answered over a new connection to the port of its sent-by once its own is closed", async () => {
    const { layer, port, requests, failures } = await startLayer();
    const server = await tcpServer();
    const client = await tcpClient(port);
    client.send(rawRequest(`192.0.2.1:${server.port};branch=z9hG4bK1`, tcp));
    const { request, flow } = await until("the request", () => requests[0]);
    expect(layer.responseFlow(request, flow)).toBe(flow);
    client.socket.destroy();
    await until("the end of the flow", () => failures.length === 1);
    const other = layer.responseFlow(request, flow);
    expect(other).toMatchObject({ remoteAddress: host, remotePort: server.port });
    layer.send("answer", other);
    await until("the answer", () => server.texts[0] === "answer");
  });

  it("comes in pieces or together with others", async () => {
    const { port, requests } = await startLayer();
    const client = await tcpClient(port);
    const [first, second] = [
      rawRequest(via, { ...tcp, callId: "a", body: "abc" }),
      rawRequest(via, { ...tcp, callId: "b" }),
    ];
    client.send(`\r\n${first}${second}${first.slice(0, 100)}`);
    await until("two requests", () => requests.length === 2);
    client.send(first.slice(100));
    await until("three requests", () => requests.length === 3);
    expect(requests.map(({ request }) => `${request.callId} ${request.body}`)).toEqual(["a abc", "b ", "a abc"]);
  });
});

describe("a keep-alive over TCP (RFC 5626 §4.4.1)", () => {
  it("is answered with one CRLF for each CRLFCRLF", async () => {
    const { port, counters } = await startLayer();
    const client = await tcpClient(port);
    client.send("\r\n\r\n");
    await client.has("\r\n");
    client.send("\r\n\r\n\r\n\r\n");
    await client.has("\r\n\r\n\r\n");
    expect(client.text).toBe("\r\n\r\n\r\n");
    expect(counters.keepAlives).toBe(3);
  });
});

describe("what cannot be understood over TCP", () => {
  it.each([
    ["no Content-Length", rawRequest(via, { ...tcp, without: "Content-Length" }), "SIP/2.0 400 "],
    ["a bad Content-Length", rawRequest(via, tcp).replace("Length: 0", "Length: x"), "SIP/2.0 400 "],
    [
      "too large a body",
      rawRequest(via, tcp).replace("Length: 0", `Length: ${PARSE_LIMITS.bodyBytes + 1}`) +
        "x".repeat(PARSE_LIMITS.bodyBytes),
      "SIP/2.0 513 ",
    ],
    [
      "too large a head",
      rawRequest(via, tcp).replace("\r\n\r\n", `\r\nX: ${"x".repeat(PARSE_LIMITS.headBytes)}\r\n\r\n`),
      "SIP/2.0 513 ",
    ],
  ])("is answered, and the connection closed: %s", async (_case, text, answer) => {
    const { port, requests, failures } = await startLayer({ answers: true });
    const client = await tcpClient(port);
    client.send(text + rawRequest(via, tcp));
    await client.has(answer);
    await client.closed();
    expect(client.text.match(/SIP\/2\.0 \d/g)).toHaveLength(1);
    expect(requests).toEqual([]);
    await until("the end of the flow", () => failures.length === 1);
    expect(failures[0]?.code).toBe("bad-input");
  });

  it.each([
    ["no Content-Length", rawRequest(via, { ...tcp, method: "ACK", without: "Content-Length" })],
    [
      "too large a head",
      rawRequest(via, { ...tcp, method: "ACK" }).replace(/\r\n$/, `X: ${"x".repeat(PARSE_LIMITS.headBytes)}`),
    ],
  ])("is not answered when it is an ACK with %s", async (_case, text) => {
    const { port } = await startLayer();
    const client = await tcpClient(port);
    client.send(text);
    await client.closed();
    expect(client.text).toBe("");
  });

  it("does not cost the peer the answer though it goes on sending", async () => {
    const { port } = await startLayer();
    const client = await tcpClient(port);
    client.send(rawRequest(via, { ...tcp, without: "Content-Length" }) + "x".repeat(8 * 1024 * 1024));
    await client.has("SIP/2.0 400");
  });

  it.each(["\x16\x03\x01\x02\x00\x01\x00\x01", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"])(
    "ends the connection without an answer when it is another protocol: %j",
    async (text) => {
      const { port } = await startLayer();
      const client = await tcpClient(port);
      client.send(text);
      await client.closed();
      expect(client.text).toBe("");
    },
  );

  it("keeps the connection where only the message is malformed", async () => {
    const { port } = await startLayer({ answers: true });
    const client = await tcpClient(port);
    client.send(rawRequest(via, tcp).replace("SIP/2.0\r\n", "SIP/3.0\r\n") + rawRequest(via, tcp));
    await client.has("SIP/2.0 505");
    await client.has("SIP/2.0 200");
  });
});

describe("time limits of a TCP connection", () => {
  it("close it when a message is not whole in time, however it drips", async () => {
    const clock = new VirtualClock();
    const { port, requests, failures } = await startLayer({ clock });
    const client = await tcpClient(port);
    client.send(rawRequest(via, tcp));
    await until("the request", () => requests.length === 1);
    client.send("OPTIONS ");
    const before = clock.now();
    await until("the end of the flow", () => {
      client.send("x");
      clock.advance(1000);
      return failures.length > 0;
    });
    expect(clock.now() - before).toBeGreaterThanOrEqual(INPUT_TIMEOUT_MS);
    await client.closed();
    await until("the end of the flow", () => failures.length === 1);
    expect(failures[0]?.code).toBe("timeout");
    expect(clock.pending).toBe(0);
  });

  it("close it when the peer never sends a message", async () => {
    const clock = new VirtualClock();
    const { port, counters } = await startLayer({ clock });
    const client = await tcpClient(port);
    client.send("\r\n\r\n");
    await client.has("\r\n");
    clock.advance(INPUT_TIMEOUT_MS);
    await client.closed();
    await until("no connection", () => counters.connections === 0);
  });

  it("close it when it has been idle for longer than any registration lasts, counted from the last octet", async () => {
    const clock = new VirtualClock();
    const { port, requests, failures } = await startLayer({ clock });
    const client = await tcpClient(port);
    client.send(rawRequest(via, tcp));
    await until("the request", () => requests.length === 1);
    clock.advance(IDLE_TIMEOUT_MS - 1000);
    client.send(rawRequest(via, tcp));
    await until("another request", () => requests.length === 2);
    clock.advance(IDLE_TIMEOUT_MS - 1000);
    // Still there: it takes another one.
    client.send(rawRequest(via, tcp));
    await until("one more request", () => requests.length === 3);
    clock.advance(IDLE_TIMEOUT_MS);
    await client.closed();
    await until("the end of the flow", () => failures.length === 1);
    expect(failures[0]?.code).toBe("idle");
  });

  it("end it when the peer does not close after the last answer", async () => {
    const clock = new VirtualClock();
    const { port, counters } = await startLayer({ clock });
    const client = await tcpClient(port, { allowHalfOpen: true });
    client.send(rawRequest(via, { ...tcp, without: "Content-Length" }));
    await client.has("SIP/2.0 400");
    expect(counters.connections).toBe(1);
    clock.advance(LINGER_MS);
    await until("no connection", () => counters.connections === 0);
  });

  it("give up a connection that is not made in time", async () => {
    const clock = new VirtualClock();
    const { layer, failures } = await startLayer({ clock });
    const server = await tcpServer();
    const flow = flowTo(layer, server.port);
    // Before the system can tell that it is connected.
    clock.advance(CONNECT_TIMEOUT_MS);
    await until("the end of the flow", () => failures.length === 1);
    expect(failures[0]).toMatchObject({ code: "timeout", flow });
  });
});

describe("a TCP connection that we open", () => {
  it("takes what is sent while it is being made, and is used for all that goes to its far end", async () => {
    const { layer, port, counters } = await startLayer();
    const server = await tcpServer();
    const flow = flowTo(layer, server.port);
    expect(layer.isOpen(flow)).toBe(false);
    layer.send("one ", flow);
    expect(flowTo(layer, server.port)).toBe(flow);
    layer.send("two", flowTo(layer, server.port));
    await until("both texts", () => server.texts[0] === "one two");
    expect(layer.isOpen(flow)).toBe(true);
    expect(server.sockets).toHaveLength(1);
    expect(counters.connections).toBe(1);
    expect(layer.sentBy(flow)).toBe(`${host}:${port}`);
  });

  it("leaves from the address of its listener", async () => {
    const listen = [{ transport: "tcp" as const, address: "127.0.0.2", port: await freePort() }];
    const { layer } = await startLayer({ listen });
    const server = await tcpServer();
    flowTo(layer, server.port);
    const socket = await until("the connection", () => server.sockets[0]);
    expect(socket.remoteAddress).toBe("127.0.0.2");
  });

  it("brings the answers", async () => {
    const { layer, port, responses } = await startLayer();
    const server = await tcpServer();
    layer.send(rawRequest(`${host}:${port};branch=z9hG4bK1`, tcp), flowTo(layer, server.port));
    await until("the request", () => server.texts[0]?.endsWith("\r\n\r\n"));
    server.sockets[0]?.write(rawResponse(`${host}:${port};branch=z9hG4bK1`, "TCP"));
    await until("the response", () => responses.length === 1);
  });

  it("is told as failed, and not within the call, where nobody listens", async () => {
    const { layer, failures } = await startLayer();
    const flow = flowTo(layer, await freePort());
    layer.send("x", flow);
    expect(failures).toEqual([]);
    await until("the failure", () => failures.length === 1);
    expect(failures).toMatchObject([{ code: "refused", flow }]);
    expect(layer.isOpen(flow)).toBe(false);
  });

  it("is told as failed when the far end closes it, and made anew for what follows", async () => {
    const { layer, failures } = await startLayer();
    const server = await tcpServer();
    const flow = flowTo(layer, server.port);
    await until("the connection", () => server.sockets.length === 1);
    server.sockets[0]?.destroy();
    await until("the failure", () => failures.length === 1);
    layer.send("lost", flow);
    await until("another failure", () => failures.length === 2);
    expect(failures.map(({ code }) => code)).toEqual(["closed", "closed"]);
    const next = flowTo(layer, server.port);
    expect(next.connection).not.toBe(flow.connection);
    layer.send("again", next);
    await until("the text", () => server.texts[1] === "again");
  });
});

describe("a TCP connection that a peer opened", () => {
  it("carries what belongs to its flow, and never what goes to its address", async () => {
    const { layer, port, requests } = await startLayer();
    const client = await tcpClient(port);
    client.send(rawRequest(via, tcp));
    const { flow } = await until("the request", () => requests[0]);
    layer.send("to you", flow);
    await client.has("to you");
    expect(flowTo(layer, client.port).connection).not.toBe(flow.connection);
  });

  it("is not taken for the one that had its number in an earlier process", async () => {
    const { layer, port, requests, failures } = await startLayer();
    const client = await tcpClient(port);
    client.send(rawRequest(via, tcp));
    const { flow } = await until("the request", () => requests[0]);
    const stale = { ...flow, remotePort: flow.remotePort === 40_000 ? 40_001 : 40_000 };
    expect(layer.isOpen(stale)).toBe(false);
    layer.send("x", stale);
    await until("the failure", () => failures.length === 1);
    expect(client.text).toBe("");
  });

  it("ends when the peer does not read", async () => {
    const { layer, port, requests, failures, counters } = await startLayer();
    const client = await tcpClient(port);
    client.send(rawRequest(via, tcp));
    const { flow } = await until("the request", () => requests[0]);
    client.socket.pause();
    const text = "x".repeat(MAX_QUEUED_BYTES / 4);
    await until("the end of the flow", () => {
      for (let sent = 0; sent < 10 && failures.length === 0; sent++) layer.send(text, flow);
      return failures.length > 0;
    });
    expect(failures[0]?.code).toBe("queue-full");
    expect(counters.queueOverflows).toBe(1);
  });

  it("is told as closed once it is gone, though nothing was under way on it, and is kept alive by CRLFCRLF until then", async () => {
    const { port, layer, requests, closed } = await startLayer();
    const client = await tcpClient(port);
    client.send(rawRequest(via, tcp));
    const { flow } = await until("the request", () => requests[0]);
    layer.keepAlive(flow);
    await client.has("\r\n\r\n");
    expect(closed).toEqual([]);
    client.socket.destroy();
    await until("the end", () => closed.length > 0);
    expect(closed).toEqual([flow]);
  });

  it("is refused when there are too many", async () => {
    const { layer, port, failures, counters } = await startLayer({ maxConnections: 2, answers: true });
    const [first, second, third] = [await tcpClient(port), await tcpClient(port), await tcpClient(port)];
    await third.closed();
    expect(counters).toMatchObject({ connections: 2, connectionsRefused: 1 });
    const flow = flowTo(layer, await freePort());
    await until("the failure", () => failures.length === 1);
    expect(failures[0]).toMatchObject({ code: "too-many-connections", flow });
    first.send(rawRequest(via, tcp));
    await first.has("SIP/2.0 200");
    first.socket.destroy();
    second.socket.destroy();
    await until("no connection", () => counters.connections === 0);
    const fourth = await tcpClient(port);
    fourth.send(rawRequest(via, tcp));
    await fourth.has("SIP/2.0 200");
  });
});

describe("TCP connections of one source", () => {
  it("are refused beyond its share, and taken again when one has ended", async () => {
    const { port, counters } = await startLayer({ maxConnectionsPerSource: 1, answers: true });
    const [first, second] = [await tcpClient(port), await tcpClient(port)];
    await second.closed();
    expect(counters).toMatchObject({ connections: 1, connectionsRefused: 1 });
    first.socket.destroy();
    await until("no connection", () => counters.connections === 0);
    const third = await tcpClient(port);
    third.send(rawRequest(via, tcp));
    await third.has("SIP/2.0 200");
  });

  it("have no such limit where the source is exempt", async () => {
    const isExempt = (address: string) => address === host;
    const { port, counters } = await startLayer({ maxConnectionsPerSource: 1, isExempt, answers: true });
    await tcpClient(port);
    await tcpClient(port);
    await until("two connections", () => counters.connections === 2);
  });
});

describe("TCP listeners", () => {
  it("report a port in use with transport, address, port and what to do", async () => {
    const { port } = await startLayer();
    const listen = [{ transport: "tcp" as const, address: host, port }];
    const message = expect.stringMatching(new RegExp(`tcp://${host}:${port} is in use already.*another port`));
    await expect(startLayer({ listen })).rejects.toMatchObject({ name: "ConfigError", code: "port-in-use", message });
  });

  it("end with all their connections when the layer is closed, without a word to the user", async () => {
    const clock = new VirtualClock();
    const { layer, port, requests, failures } = await startLayer({ clock });
    const client = await tcpClient(port);
    client.send(rawRequest(via, tcp));
    await until("the request", () => requests.length === 1);
    const ended = once(client.socket, "close");
    await layer.close();
    await ended;
    expect(failures).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
