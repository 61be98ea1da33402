/**
 * The two laws of ITU-T G.711 as tables, for telephone audio in files and in RTP. PCM is of 16 bits: the 14 bits of the
 * µ-law and the 13 bits of the A-law stand in its upper bits.
 */

/** All but the sign of an A-law octet has its even bits inverted (G.711 §3.2). */
const A_LAW_EVEN_BITS = 0x55;
/** Added to a magnitude of 14 bits, so that each segment of the µ-law begins at a power of two. */
const MU_LAW_BIAS = 33;
const MU_LAW_LARGEST = 0x1fff;

/** PCM by the octet of the µ-law. */
export const muLawToPcm: Int16Array = Int16Array.from({ length: 256 }, (_, octet) => expandMuLaw(octet));
/** PCM by the octet of the A-law. */
export const aLawToPcm: Int16Array = Int16Array.from({ length: 256 }, (_, octet) => expandALaw(octet));
/** Octets of the µ-law by PCM, taken as 16 bits without sign (`pcm & 0xffff`). */
export const pcmToMuLaw: Uint8Array = Uint8Array.from({ length: 65_536 }, (_, bits) => compressMuLaw(signed(bits)));
/** Octets of the A-law by PCM, taken as 16 bits without sign (`pcm & 0xffff`). */
export const pcmToALaw: Uint8Array = Uint8Array.from({ length: 65_536 }, (_, bits) => compressALaw(signed(bits)));

function signed(bits: number): number {
  return (bits << 16) >> 16;
}

/** A negative value falls into the interval of its one's complement, as in the reference software (ITU-T G.191). */
function magnitudeOf(pcm: number): number {
  return pcm < 0 ? ~pcm : pcm;
}

function expandMuLaw(octet: number): number {
  const inverted = ~octet & 0xff;
  const segment = (inverted >> 4) & 7;
  const step = inverted & 15;
  const magnitude = (((step << 1) + MU_LAW_BIAS) << segment) - MU_LAW_BIAS;
  return (inverted & 0x80 ? -magnitude : magnitude) * 4;
}

function compressMuLaw(pcm: number): number {
  const biased = Math.min((magnitudeOf(pcm) >> 2) + MU_LAW_BIAS, MU_LAW_LARGEST);
  const segment = 31 - Math.clz32(biased) - 5;
  const step = (biased >> (segment + 1)) & 15;
  return ~((pcm < 0 ? 0x80 : 0) | (segment << 4) | step) & 0xff;
}

function expandALaw(octet: number): number {
  const plain = octet ^ A_LAW_EVEN_BITS;
  const segment = (plain >> 4) & 7;
  const step = ((plain & 15) << 1) + 1;
  const magnitude = segment === 0 ? step : (step + 32) << (segment - 1);
  return (plain & 0x80 ? magnitude : -magnitude) * 8;
}

function compressALaw(pcm: number): number {
  const magnitude = magnitudeOf(pcm) >> 4;
  const segment = magnitude < 16 ? 0 : 31 - Math.clz32(magnitude) - 3;
  const step = segment === 0 ? magnitude : (magnitude >> (segment - 1)) & 15;
  return ((pcm < 0 ? 0 : 0x80) | (segment << 4) | step) ^ A_LAW_EVEN_BITS;
}
