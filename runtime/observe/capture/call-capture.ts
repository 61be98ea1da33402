/**
 * The messages of a call as a capture file. What came over TCP, TLS or WebSocket is written as a datagram too: the bytes
 * of the stream around it are not kept, and a reader of captures finds the message all the same.
 */
import type { StoredCall, StoredMessage } from "../journal/stored-call.ts";
import { type End, udpPacket } from "./ip-packet.ts";
import { withOwnLength } from "./own-length.ts";
import { pcapFile } from "./pcap.ts";

const NOWHERE: End = { address: "0.0.0.0", port: 0 };

export function captureOf({ entries }: StoredCall): Buffer {
  const messages = entries.filter((entry): entry is StoredMessage => entry.type === "in" || entry.type === "out");
  return pcapFile(messages.map((message) => ({ at: message.at, bytes: packetOf(message) })));
}

function packetOf({ type, peer, local, text }: StoredMessage): Buffer {
  const remote = endOf(peer.slice(peer.indexOf(" ") + 1));
  const own = endOf(local ?? "");
  const payload = Buffer.from(withOwnLength(text), "latin1");
  return type === "in" ? udpPacket(remote, own, payload) : udpPacket(own, remote, payload);
}

/** `192.0.2.4:5060`, `[2001:db8::1]:5060`. */
function endOf(text: string): End {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  if (match === null) return NOWHERE;
  return { address: match[1] ?? match[2] ?? NOWHERE.address, port: Math.min(Number(match[3]), 0xffff) };
}
