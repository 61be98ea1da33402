/**
 * The two sockets of an endpoint: RTP on an even port, RTCP on the next (RFC 3550 §11). Unconnected, since a connected
 * one fails as long as the other side does not listen yet, and packets may come from another address than was said.
 */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import type { MediaAddress } from "../../../port/media.ts";

export interface SocketsUser {
  rtpArrived(packet: Buffer, from: RemoteInfo): void;
  rtcpArrived(packet: Buffer, from: RemoteInfo): void;
}

export type BindOutcome =
  | { readonly type: "bound" }
  | { readonly type: "refused"; readonly message: string; readonly isInUse: boolean };

export class RtpSockets {
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  #state: "binding" | "bound" | "closed" = "binding";

  constructor(address: string, user: SocketsUser) {
    this.#rtp = createUdpSocket(address);
    this.#rtcp = createUdpSocket(address);
    this.#rtp.on("message", (packet, from) => user.rtpArrived(packet, from));
    this.#rtcp.on("message", (packet, from) => user.rtcpArrived(packet, from));
    // What the network tells of earlier packets; the lack of answers shows it as well.
    for (const socket of [this.#rtp, this.#rtcp]) socket.on("error", () => {});
  }

  /** Once. `onDone` is called once, perhaps before this returns, and not any more after `close`. */
  bind(address: string, port: number, onDone: (outcome: BindOutcome) => void): void {
    let waiting = 2;
    const settle = (error: Error | null): void => {
      if (this.#state !== "binding") return;
      if (error !== null) {
        const code = "code" in error ? error.code : null;
        this.close(() => {});
        onDone({ type: "refused", message: error.message, isInUse: code === "EADDRINUSE" || code === "EACCES" });
      } else if (--waiting === 0) {
        this.#state = "bound";
        onDone({ type: "bound" });
      }
    };
    bindOne(this.#rtp, address, port, settle);
    // Where the first is refused at once, both are closed already.
    if (this.#state === "binding") bindOne(this.#rtcp, address, port + 1, settle);
  }

  /** Sends the first `length` octets of `bytes`; they are free again on return. */
  sendRtp(bytes: Uint8Array, length: number, to: MediaAddress): void {
    if (this.#state === "bound") this.#rtp.send(bytes, 0, length, to.port, to.address);
  }

  /** From the port of RTCP, or from that of RTP where the two share one (RFC 5761). */
  sendRtcp(bytes: Uint8Array, length: number, to: MediaAddress, isShared: boolean): void {
    if (this.#state !== "bound") return;
    (isShared ? this.#rtp : this.#rtcp).send(bytes, 0, length, to.port, to.address);
  }

  /** `onClosed` is called when the ports are free. Once. */
  close(onClosed: () => void): void {
    this.#state = "closed";
    this.#rtp.close(() => this.#rtcp.close(onClosed));
  }
}

function createUdpSocket(address: string): Socket {
  const isIPv6 = address.includes(":");
  return createSocket({
    type: isIPv6 ? "udp6" : "udp4",
    ipv6Only: isIPv6,
    // Addresses alone come here: nothing is looked up, and each packet leaves within its tick.
    lookup: (host, _options, callback) => callback(null, host, isIPv6 ? 6 : 4),
  });
}

function bindOne(socket: Socket, address: string, port: number, settle: (error: Error | null) => void): void {
  const refuse = (error: Error): void => settle(error);
  socket.once("error", refuse);
  socket.bind({ address, port, exclusive: true }, () => {
    socket.off("error", refuse);
    settle(null);
  });
}
