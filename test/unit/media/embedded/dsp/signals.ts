/** Sounds for the tests of codecs and signal processing, and measures of them. */

/** A sine; `from` is the number of its first sample. */
export function sine(hz: number, rate: number, samples: number, peak = 10_000, from = 0): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) =>
    Math.round(peak * Math.sin((2 * Math.PI * hz * (from + i)) / rate)),
  );
}

/** Sounds one upon the other. */
export function sum(...sounds: readonly Int16Array[]): Int16Array {
  const total = new Int16Array(Math.max(...sounds.map((sound) => sound.length)));
  for (const sound of sounds) {
    for (let i = 0; i < sound.length; i++) total[i] = (total[i] ?? 0) + (sound[i] ?? 0);
  }
  return total;
}

/** Sounds one after the other. */
export function concat(...sounds: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(sounds.reduce((length, sound) => length + sound.length, 0));
  let at = 0;
  for (const sound of sounds) {
    whole.set(sound, at);
    at += sound.length;
  }
  return whole;
}

/** Numbers from 0 to 1, the same in each run. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
}

/** White noise that lies evenly between -peak and peak. */
export function noise(samples: number, peak: number, seed = 1): Int16Array {
  const random = randomNumbers(seed);
  return Int16Array.from({ length: samples }, () => Math.round((2 * random() - 1) * peak));
}

/** In the manner of a voice: a buzz of 90 to 250 Hz through three moving resonances, with pauses and hissing. */
export function speechLike(rate: number, samples: number, peak: number, seed = 1): Int16Array {
  const random = randomNumbers(seed);
  const state = new Float64Array(6);
  const output = new Float64Array(samples);
  let [pitch, phase, voiced, strength] = [120, 0, true, 1];
  let formants = [500, 1500, 2500];
  for (let i = 0; i < samples; i++) {
    if (i % Math.round(rate / 8) === 0) {
      formants = [250 + 600 * random(), 800 + 1500 * random(), 2300 + 700 * random()];
      [pitch, voiced, strength] = [90 + 160 * random(), random() > 0.25, random() > 0.2 ? 1 : 0.01];
    }
    phase += pitch / rate;
    const pulse = phase >= 1 ? 8 : 0;
    phase %= 1;
    let value = strength * (voiced ? pulse : random() - 0.5);
    for (const [k, hz] of formants.entries()) value = resonate(state, 2 * k, value, hz / rate);
    output[i] = value;
  }
  const loudest = output.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  return Int16Array.from(output, (value) => Math.round((value / loudest) * peak));
}

function resonate(state: Float64Array, at: number, input: number, turns: number): number {
  const radius = 0.96;
  const [last = 0, before = 0] = [state[at], state[at + 1]];
  const value = input + 2 * radius * Math.cos(2 * Math.PI * turns) * last - radius * radius * before;
  state[at + 1] = last;
  state[at] = value;
  return value;
}

/** The sound in packets of 20 ms. */
export function frames(sound: Int16Array, rate: number): Int16Array[] {
  const length = rate / 50;
  return Array.from({ length: Math.ceil(sound.length / length) }, (_, i) =>
    sound.subarray(i * length, (i + 1) * length),
  );
}

/** The root of the mean square. */
export function rmsOf(sound: Int16Array): number {
  return Math.sqrt(sound.reduce((total, sample) => total + sample * sample, 0) / Math.max(1, sound.length));
}

/** Mean power in dB against a full-scale square wave. */
export function powerDb(sound: Int16Array): number {
  const power = sound.reduce((total, sample) => total + sample * sample, 0) / sound.length;
  return 10 * Math.log10(power / 32_768 ** 2 + 1e-15);
}

/** What of the sound is at this frequency, as power in dB. The sound must hold a whole number of its waves. */
export function toneDb(sound: Int16Array, hz: number, rate: number): number {
  const turn = (2 * Math.PI * hz) / rate;
  let [re, im] = [0, 0];
  for (let i = 0; i < sound.length; i++) {
    re += (sound[i] ?? 0) * Math.cos(turn * i);
    im += (sound[i] ?? 0) * Math.sin(turn * i);
  }
  return 10 * Math.log10((2 * (re * re + im * im)) / sound.length ** 2 / 32_768 ** 2 + 1e-15);
}

/** How far the result is from the original, in dB below it; the result may come `delay` samples later. */
export function likenessDb(original: Int16Array, result: Int16Array, delay: number): number {
  const length = Math.min(original.length, result.length - delay);
  let [wanted, wrong] = [0, 1e-9];
  for (let i = 0; i < length; i++) {
    const sample = original[i] ?? 0;
    wanted += sample * sample;
    wrong += (sample - (result[i + delay] ?? 0)) ** 2;
  }
  return 10 * Math.log10(wanted / wrong);
}
