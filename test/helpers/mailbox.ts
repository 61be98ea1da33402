/** A mailbox of the switch as its owner's program sees it: over HTTP. */
import type { RunningSwitch } from "./switch.ts";
import { until } from "./until.ts";
import { readWav, type Wav } from "./wav.ts";

const ARRIVES_WITHIN_MS = 10_000;

export interface KeptMessage {
  readonly id: string;
  readonly seconds: number;
  readonly from: string;
  readonly fromName: string;
}

/** The messages, newest first, once there are so many. */
export function messagesIn(strowger: RunningSwitch, mailbox: string, count = 1): Promise<readonly KeptMessage[]> {
  const ask = async () => {
    const { items } = (await strowger.api("GET", `/v1/voicemail/${mailbox}/messages?folder=new`)).body;
    return items.length >= count && items;
  };
  return until(`${count} messages for ${mailbox}`, ask, ARRIVES_WITHIN_MS);
}

/** The recording of a message, and how it is kept. */
export function audioOf(strowger: RunningSwitch, mailbox: string, { id }: KeptMessage): Promise<Wav> {
  return wavAt(strowger, `/v1/voicemail/${mailbox}/messages/${id}/audio`);
}

/** A WAV file that the API gives. */
export async function wavAt(strowger: RunningSwitch, path: string): Promise<Wav> {
  const response = await fetch(strowger.url + path, { headers: { authorization: `Bearer ${strowger.token}` } });
  if (!response.ok) throw new Error(`No audio: ${response.status} ${await response.text()}`);
  return readWav(Buffer.from(await response.arrayBuffer()));
}

/** The samples of a recording with one channel. */
export function mono({ channels }: Wav): Float64Array {
  const [samples] = channels;
  if (samples === undefined || channels.length !== 1) throw new Error(`The recording has ${channels.length} channels.`);
  return samples;
}
