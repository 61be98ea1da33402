import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { createTransportCounters } from "../../../../runtime/sip/transport/counters.ts";
import { WebSocketConnection } from "../../../../runtime/sip/transport/ws/connection.ts";

/** A WebSocket whose peer reads, or does not. */
class FakeWebSocket extends EventEmitter {
  readyState: number = WebSocket.OPEN;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  reads = true;

  send(bytes: Buffer): void {
    this.sent.push(bytes.toString("latin1"));
    if (!this.reads) this.bufferedAmount += bytes.length;
  }

  close(): void {}

  terminate(): void {
    this.readyState = WebSocket.CLOSED;
    this.emit("close");
  }
}

function connect() {
  const socket = new FakeWebSocket();
  const stream = new EventEmitter();
  const gone: string[] = [];
  const user = {
    onMessage() {},
    onRefused() {},
    onGone: (_connection: unknown, { code }: { code: string }) => void gone.push(code),
  };
  const ends = { localAddress: "192.0.2.1", localPort: 80, remoteAddress: "192.0.2.2", remotePort: 4000 };
  const flow = { transport: "ws", ...ends, connection: 1 } as const;
  const options = { clock: new VirtualClock(), counters: createTransportCounters(), user };
  new WebSocketConnection(socket as unknown as WebSocket, stream as unknown as Socket, flow, options);
  /** One piece of the stream with so many keep-alives in it. */
  const keepAlives = (count: number) => {
    for (let at = 0; at < count; at++) socket.emit("message", Buffer.from("\r\n\r\n"), false);
    stream.emit("data");
  };
  return { socket, gone, keepAlives };
}

describe("keep-alives over a WebSocket", () => {
  it("are answered once for each piece of the stream, however many it has brought", () => {
    const { socket, keepAlives } = connect();
    keepAlives(1);
    keepAlives(6000);
    expect(socket.sent).toEqual(["\r\n", "\r\n"]);
  });

  it("end the connection of a peer that reads no answers, before many wait", () => {
    const { socket, gone, keepAlives } = connect();
    socket.reads = false;
    for (let at = 0; at < 1000 && gone.length === 0; at++) keepAlives(1);
    expect(gone).toEqual(["queue-full"]);
    expect(socket.sent.length).toBeLessThan(100);
  });

  it("are answered for ever to a peer that reads", () => {
    const { socket, gone, keepAlives } = connect();
    for (let at = 0; at < 1000; at++) keepAlives(1);
    expect([socket.sent.length, gone.length]).toEqual([1000, 0]);
  });
});
