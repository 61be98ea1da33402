/** Sounds for the media tests, made and measured without the code under test. */

/** A sine at 8 kHz. */
export function sine(hz: number, ms: number, peak = 8000, rate = 8000): Int16Array {
  return Int16Array.from({ length: (ms * rate) / 1000 }, (_, i) =>
    Math.round(peak * Math.sin((2 * Math.PI * hz * i) / rate)),
  );
}

/** A voice of sorts: a swept sine that swells and fades four times a second, so that it is like itself at one lag alone. */
export function chirp(ms: number, peak = 8000, rate = 8000): Int16Array {
  return Int16Array.from({ length: (ms * rate) / 1000 }, (_, i) => {
    const s = i / rate;
    const swell = 0.55 + 0.45 * Math.sin(2 * Math.PI * 4 * s);
    return Math.round(peak * swell * Math.sin(2 * Math.PI * (300 * s + 110 * s * s)));
  });
}

export function toMuLaw(pcm: Int16Array): Buffer {
  return Buffer.from(Uint8Array.from(pcm, muLaw));
}

function muLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), 32_635) + 132;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 15;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

export function fromMuLaw(payload: Uint8Array): Int16Array {
  return Int16Array.from(payload, (octet) => {
    const bits = ~octet & 0xff;
    const magnitude = (((bits & 15) << 3) + 132) << ((bits >> 4) & 7);
    return bits & 0x80 ? 132 - magnitude : magnitude - 132;
  });
}

/** The nearest sound that PCMU can carry: encoders may round differently, but not this. */
export function exact(pcm: Int16Array): Int16Array {
  return fromMuLaw(toMuLaw(pcm));
}

/** Payloads of 20 ms. */
export function inPackets(octets: Uint8Array, size = 160): Uint8Array[] {
  return Array.from({ length: Math.floor(octets.length / size) }, (_, i) => octets.subarray(i * size, (i + 1) * size));
}

export function joinPcm(parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function rms(pcm: Int16Array): number {
  return Math.sqrt(pcm.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, pcm.length));
}

/** How much of a sound is a sine of this frequency: 0 to 1. */
export function share(pcm: Int16Array, hz: number, rate = 8000): number {
  let [re, im, power] = [0, 0, 1e-9];
  pcm.forEach((sample, i) => {
    re += sample * Math.cos((2 * Math.PI * hz * i) / rate);
    im += sample * Math.sin((2 * Math.PI * hz * i) / rate);
    power += sample * sample;
  });
  return (2 * (re * re + im * im)) / (pcm.length * power);
}

/** The lag at which `sound` is found in `where`, and how alike they are there (1: the same but for loudness). */
export function find(sound: Int16Array, where: Int16Array): { readonly lag: number; readonly likeness: number } {
  let best = { lag: 0, likeness: 0 };
  const power = rms(sound) ** 2 * sound.length;
  for (let lag = 0; lag + sound.length <= where.length; lag++) {
    let [product, energy] = [0, 1e-9];
    for (let i = 0; i < sound.length; i += 3) {
      const there = where[lag + i] ?? 0;
      product += (sound[i] ?? 0) * there;
      energy += there * there;
    }
    const likeness = product / Math.sqrt((power / 3) * energy);
    if (likeness > best.likeness) best = { lag, likeness };
  }
  return best;
}
