/** A capture file (pcap, microseconds) whose packets begin with an IP header, as Wireshark, tshark, sngrep and tcpdump read it. */

const MAGIC = 0xa1b2c3d4;
const GLOBAL_HEADER = 24;
const RECORD_HEADER = 16;
const MOST_BYTES = 0x40000;
/** LINKTYPE_RAW: no link layer. */
const RAW_IP = 101;

export interface CapturedPacket {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly bytes: Buffer;
}

export function pcapFile(packets: readonly CapturedPacket[]): Buffer {
  const header = Buffer.alloc(GLOBAL_HEADER);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(MOST_BYTES, 16);
  header.writeUInt32LE(RAW_IP, 20);
  return Buffer.concat([header, ...packets.flatMap(recordOf)]);
}

function recordOf({ at, bytes }: CapturedPacket): Buffer[] {
  const header = Buffer.alloc(RECORD_HEADER);
  const microseconds = Math.round(at * 1000);
  header.writeUInt32LE(Math.floor(microseconds / 1_000_000), 0);
  header.writeUInt32LE(microseconds % 1_000_000, 4);
  header.writeUInt32LE(bytes.length, 8);
  header.writeUInt32LE(bytes.length, 12);
  return [header, bytes];
}
