/** The bell, and the tone of a phone that rings elsewhere: made here, no file. Silent where the browser allows no sound yet. */

interface Cadence {
  readonly hertz: readonly number[];
  readonly onSeconds: number;
  readonly everySeconds: number;
  readonly level: number;
}

export type Sound = "bell" | "ringback";

const CADENCES: Readonly<Record<Sound, Cadence>> = {
  bell: { hertz: [880, 660], onSeconds: 1, everySeconds: 3, level: 0.1 },
  ringback: { hertz: [425], onSeconds: 1, everySeconds: 5, level: 0.05 },
};
const FADE_SECONDS = 0.02;

/** Until the function that it returns is called. */
export function sound(name: Sound): () => void {
  const context = new AudioContext();
  const { everySeconds } = CADENCES[name];
  const once = () => void ring(context, CADENCES[name]);
  once();
  const timer = setInterval(once, everySeconds * 1000);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

function ring(context: AudioContext, { hertz, onSeconds, level }: Cadence): void {
  const gain = context.createGain();
  gain.connect(context.destination);
  const [from, to] = [context.currentTime, context.currentTime + onSeconds];
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(level, from + FADE_SECONDS);
  gain.gain.setValueAtTime(level, to - FADE_SECONDS);
  gain.gain.linearRampToValueAtTime(0, to);
  for (const frequency of hertz) {
    const tone = new OscillatorNode(context, { frequency });
    tone.connect(gain);
    tone.start(from);
    tone.stop(to);
  }
}
