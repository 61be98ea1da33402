/** Several packets as one text: two octets of length before each. */
export function joinPackets(packets: readonly string[]): string {
  return packets.map((packet) => String.fromCharCode(packet.length >> 8, packet.length & 0xff) + packet).join("");
}

/** At most 256; the last one may be cut short. */
export function splitPackets(text: string): Buffer[] {
  const bytes = Buffer.from(text, "latin1");
  const packets: Buffer[] = [];
  for (let at = 0; at + 2 <= bytes.length && packets.length < 256; ) {
    const end = at + 2 + bytes.readUInt16BE(at);
    packets.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return packets;
}
