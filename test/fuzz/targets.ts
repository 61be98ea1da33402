/** What there is to be fuzzed, each loaded by the thread that runs it alone. `ciInputs`: what one run of the tests tries. */
import type { Target } from "./runner/target.ts";

interface Entry {
  /** Inputs of `npm test`: about two seconds' worth. */
  readonly ciInputs: number;
  load(): Promise<Target>;
}

export const targets: Readonly<Record<string, Entry>> = {
  "sip-message": { ciInputs: 25_000, load: async () => (await import("./targets/sip-message.ts")).sipMessage },
  "sip-headers": { ciInputs: 50_000, load: async () => (await import("./targets/sip-headers.ts")).sipHeaders },
  "sip-uri": { ciInputs: 60_000, load: async () => (await import("./targets/sip-uri.ts")).sipUri },
  framing: { ciInputs: 15_000, load: async () => (await import("./targets/framing.ts")).framing },
  stun: { ciInputs: 100_000, load: async () => (await import("./targets/stun.ts")).stun },
  dns: { ciInputs: 15_000, load: async () => (await import("./targets/dns.ts")).dns },
  sdp: { ciInputs: 20_000, load: async () => (await import("./targets/sdp.ts")).sdp },
  rtp: { ciInputs: 20_000, load: async () => (await import("./targets/rtp.ts")).rtp },
  rtcp: { ciInputs: 60_000, load: async () => (await import("./targets/rtcp.ts")).rtcp },
  srtp: { ciInputs: 5000, load: async () => (await import("./targets/srtp.ts")).srtp },
  codec: { ciInputs: 5000, load: async () => (await import("./targets/codecs.ts")).codec },
  wav: { ciInputs: 80_000, load: async () => (await import("./targets/wav.ts")).wav },
  digest: { ciInputs: 20_000, load: async () => (await import("./targets/digest.ts")).digest },
  xml: { ciInputs: 20_000, load: async () => (await import("./targets/xml.ts")).xml },
  decision: { ciInputs: 15_000, load: async () => (await import("./targets/decision.ts")).decision },
  numbers: { ciInputs: 12_000, load: async () => (await import("./targets/numbers.ts")).numbers },
  names: { ciInputs: 12_000, load: async () => (await import("./targets/names.ts")).names },
  config: { ciInputs: 2000, load: async () => (await import("./targets/config.ts")).config },
  "sandbox-frames": { ciInputs: 20_000, load: async () => (await import("./targets/sandbox-frames.ts")).sandboxFrames },
  switch: { ciInputs: 400, load: async () => (await import("./targets/switch.ts")).wholeSwitch },
  "http-api": { ciInputs: 200, load: async () => (await import("./targets/http-api.ts")).httpApi },
};

export async function loadTarget(name: string): Promise<Target> {
  const entry = targets[name];
  if (entry === undefined) throw new Error(`There is no target ${name}: ${Object.keys(targets).join(", ")}.`);
  return await entry.load();
}
