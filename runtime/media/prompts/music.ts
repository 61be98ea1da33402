/**
 * The music on hold: a piece of our own, eight bars of broken chords with a slow melody over them, synthesised. What still
 * sounds at the end sounds on at the beginning, so that it can be played round and round without a seam.
 */

const SAMPLE_RATE = 8_000;
const BEAT_SECONDS = 0.625;
const BEATS_PER_BAR = 4;
/** RMS of -20 dBm0 in 16 bit samples (a sine of 0 dBm0 peaks 3.17 dB below the largest sample, ITU-T G.711). */
const TARGET_RMS = (32_768 / Math.SQRT2) * 10 ** ((-20 - 3.17) / 20);

/** MIDI notes: the bass, and the chord from below. All lie where a telephone can carry them. */
const BARS: readonly { readonly bass: number; readonly chord: readonly [number, number, number, number] }[] = [
  { bass: 50, chord: [62, 66, 69, 73] },
  { bass: 57, chord: [61, 64, 69, 71] },
  { bass: 59, chord: [62, 66, 69, 74] },
  { bass: 55, chord: [59, 62, 66, 71] },
  { bass: 52, chord: [59, 62, 67, 71] },
  { bass: 57, chord: [61, 64, 67, 73] },
  { bass: 54, chord: [61, 64, 69, 73] },
  { bass: 55, chord: [59, 62, 66, 69] },
];
/** Which note of the chord each half beat plucks. */
const PATTERN = [0, 2, 1, 3, 2, 1, 3, 2] as const;
/** Beat, MIDI note, beats. */
const MELODY: readonly (readonly [number, number, number])[] = [
  [0, 78, 3],
  [3, 76, 1],
  [4, 73, 4],
  [8, 74, 2],
  [10, 76, 2],
  [12, 71, 4],
  [16, 74, 3],
  [19, 71, 1],
  [20, 76, 3],
  [23, 73, 1],
  [24, 76, 2],
  [26, 73, 2],
  [28, 74, 4],
];

interface Voice {
  /** How loud each harmonic is, the fundamental first. */
  readonly harmonics: readonly number[];
  readonly gain: number;
  readonly attackSeconds: number;
  /** In which it falls to a third; higher harmonics fall faster. */
  readonly decaySeconds: number;
}

const PLUCK: Voice = { harmonics: [1, 0.45, 0.2, 0.08], gain: 0.5, attackSeconds: 0.006, decaySeconds: 0.5 };
const BASS: Voice = { harmonics: [0.7, 0.6, 0.3, 0.12], gain: 0.6, attackSeconds: 0.012, decaySeconds: 0.9 };
const LEAD: Voice = { harmonics: [1, 0.22, 0.1], gain: 0.55, attackSeconds: 0.06, decaySeconds: 1.1 };

/** One round of the music: 20 seconds at 8 kHz. */
export function composeMusic(): { readonly sampleRate: number; readonly samples: Int16Array } {
  const seconds = BARS.length * BEATS_PER_BAR * BEAT_SECONDS;
  const sound = new Float64Array(seconds * SAMPLE_RATE);
  for (const [bar, { bass, chord }] of BARS.entries()) {
    const start = bar * BEATS_PER_BAR;
    addNote(sound, BASS, bass, start);
    addNote(sound, BASS, bass + 7, start + 2);
    for (const [step, note] of PATTERN.entries()) addNote(sound, PLUCK, chord[note], start + step / 2);
  }
  for (const [beat, note, beats] of MELODY) addNote(sound, LEAD, note, beat, beats);
  return { sampleRate: SAMPLE_RATE, samples: toSamples(sound) };
}

function addNote(sound: Float64Array, voice: Voice, note: number, beat: number, beats = 1): void {
  const hertz = 440 * 2 ** ((note - 69) / 12);
  const decay = voice.decaySeconds * Math.sqrt(beats);
  const start = Math.round(beat * BEAT_SECONDS * SAMPLE_RATE);
  const length = Math.min(sound.length, Math.round(6 * decay * SAMPLE_RATE));
  for (let index = 0; index < length; index++) {
    const seconds = index / SAMPLE_RATE;
    const attack = Math.min(1, seconds / voice.attackSeconds);
    // To nothing at the very end, where cutting it off would click.
    const release = Math.min(1, (length - index) / (0.05 * SAMPLE_RATE));
    const at = (start + index) % sound.length;
    sound[at] = (sound[at] ?? 0) + voice.gain * attack * release * toneAt(voice, hertz, seconds, decay);
  }
}

function toneAt(voice: Voice, hertz: number, seconds: number, decay: number): number {
  return voice.harmonics.reduce((sum, loudness, index) => {
    const number = index + 1;
    if (number * hertz > 0.45 * SAMPLE_RATE) return sum;
    const fall = Math.exp((-seconds / decay) * Math.sqrt(number));
    return sum + loudness * fall * Math.sin(2 * Math.PI * number * hertz * seconds);
  }, 0);
}

function toSamples(sound: Float64Array): Int16Array {
  const power = sound.reduce((sum, sample) => sum + sample * sample, 0) / sound.length;
  const gain = TARGET_RMS / Math.sqrt(power);
  return Int16Array.from(sound, (sample) => Math.round(sample * gain));
}
