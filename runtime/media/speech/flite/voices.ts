/** The voices of flite that can say any text. (`awb_time` is in the package too and can tell the time alone.) */
export const FLITE_VOICES = ["slt", "rms", "awb", "kal16", "kal"] as const;

export type FliteVoice = (typeof FLITE_VOICES)[number];

/** The quickest of them, and the clearest in a telephone's band. */
export const DEFAULT_FLITE_VOICE: FliteVoice = "slt";

export function isFliteVoice(name: string): name is FliteVoice {
  return FLITE_VOICES.some((voice) => voice === name);
}
