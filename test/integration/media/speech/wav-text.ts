/** Reads and writes WAV files without the code under test: 16 bit PCM and PCMU, mono. */

export interface ReadWav {
  /** 1: PCM, 7: PCMU. */
  readonly format: number;
  readonly sampleRate: number;
  readonly seconds: number;
  /** Of 16 bits. */
  readonly samples: readonly number[];
}

export function readWav(bytes: Buffer): ReadWav {
  if (bytes.toString("latin1", 0, 4) !== "RIFF" || bytes.toString("latin1", 8, 12) !== "WAVE")
    throw new Error("no WAV");
  if (bytes.readUInt32LE(4) !== bytes.length - 8) throw new Error("the length in the header is wrong");
  const [fmt, data] = ["fmt ", "data"].map((name) => chunkOf(bytes, name));
  if (fmt === undefined || data === undefined || fmt.readUInt16LE(2) !== 1) throw new Error("no mono WAV");
  const format = fmt.readUInt16LE(0);
  const sampleRate = fmt.readUInt32LE(4);
  const samples =
    format === 7 ? Array.from(data, expandMuLaw) : Array.from(new Int16Array(Uint8Array.from(data).buffer));
  return { format, sampleRate, seconds: samples.length / sampleRate, samples };
}

/** A sine of 440 Hz. */
export function toneWav(sampleRate: number, seconds: number): Buffer {
  const data = Buffer.alloc(2 * Math.round(sampleRate * seconds));
  for (let at = 0; at < data.length; at += 2) {
    data.writeInt16LE(Math.round(8_000 * Math.sin((Math.PI * 440 * at) / sampleRate)), at);
  }
  const header = Buffer.alloc(44);
  header.write("RIFF....WAVEfmt ", "latin1");
  header.writeUInt32LE(36 + data.length, 4);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(2 * sampleRate, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

export function rmsOf(samples: readonly number[]): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

function chunkOf(bytes: Buffer, name: string): Buffer | undefined {
  for (let at = 12; at + 8 <= bytes.length; at += 8 + bytes.readUInt32LE(at + 4) + (bytes.readUInt32LE(at + 4) & 1)) {
    if (bytes.toString("latin1", at, at + 4) === name)
      return bytes.subarray(at + 8, at + 8 + bytes.readUInt32LE(at + 4));
  }
  return undefined;
}

/** ITU-T G.711 §3.1, 14 bits in the upper bits of 16. */
function expandMuLaw(octet: number): number {
  const bits = ~octet & 0xff;
  const magnitude = ((((bits & 15) << 1) + 33) << ((bits >> 4) & 7)) - 33;
  return 4 * (bits & 0x80 ? -magnitude : magnitude);
}
