/** Small WAV files (PCM16, 8000 Hz, mono) made without the switch's own code. */

const RATE = 8000;
const HEADER_BYTES = 44;
const UNKNOWN = 0xffff_ffff;

/** A file with so many seconds of a 400 Hz tone. `broken`: the header does not say how much, as while it is recorded. */
export function wavBytes(seconds: number, { broken = false }: { broken?: boolean } = {}): Buffer<ArrayBuffer> {
  const samples = Math.round(seconds * RATE);
  const bytes = Buffer.alloc(HEADER_BYTES + samples * 2);
  const length = samples * 2;
  bytes.write("RIFF", 0, "latin1");
  bytes.writeUInt32LE(broken ? UNKNOWN : 36 + length, 4);
  bytes.write("WAVEfmt ", 8, "latin1");
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(RATE, 24);
  bytes.writeUInt32LE(RATE * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36, "latin1");
  bytes.writeUInt32LE(broken ? UNKNOWN : length, 40);
  for (let sample = 0; sample < samples; sample++) {
    bytes.writeInt16LE(Math.round(Math.sin((sample * 2 * Math.PI * 400) / RATE) * 8000), HEADER_BYTES + sample * 2);
  }
  return bytes;
}
