/** Nobody answers, and the caller leaves a message that is heard in the mailbox: with real audio. */
import { messagesIn } from "../../helpers/mailbox.ts";
import { TalkingPhone } from "../../helpers/talking-phone.ts";
import { PATIENCE_MS, type SoakWorld } from "../world.ts";
import { nameOf } from "./calls.ts";
import { Load, unlessTurnedAway } from "./load.ts";

const BEEP_HERTZ = 1000;
const SPEAKS_MS = 1_500;
const LEAST_SECONDS = 0.5;

export function voicemailLoads(world: SoakWorld, pace: number): Load[] {
  return [
    new Load(
      "voicemail",
      0.5 * pace,
      (number) => unlessTurnedAway(leaveMessage(world, nameOf("voicemail", number))),
      8,
    ),
    new Load("mailbox", 0.2 * pace, () => clear(world), 1),
  ];
}

async function leaveMessage({ strowger }: SoakWorld, from: string): Promise<void> {
  const uri = `sip:${from}@elsewhere.invalid`;
  const phone = await TalkingPhone.call(strowger, "nobody", undefined, uri, PATIENCE_MS);
  await phone.hearsTone(BEEP_HERTZ);
  await phone.say(440, SPEAKS_MS);
  await phone.hangUp();
}

/** The owner deletes what he has. */
async function clear({ strowger }: SoakWorld): Promise<void> {
  const messages = await messagesIn(strowger, "box", 0);
  for (const { id, seconds } of messages) {
    if (seconds < LEAST_SECONDS) throw new Error(`A message has ${seconds} s.`);
    const { status } = await strowger.api("DELETE", `/v1/voicemail/box/messages/${id}`);
    if (status >= 300) throw new Error(`Deleting a message: ${status}.`);
  }
}
