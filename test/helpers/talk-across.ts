/** Two phones that talk through the switch, while something happens to it in between. */
import { register } from "./raw-account.ts";
import { RawPhone } from "./raw-phone.ts";
import type { RunningSwitch } from "./switch.ts";
import { TalkingPhone } from "./talking-phone.ts";

/** The script records the call of `recorded` to the user bob. They hear each other before and afterwards, at the same ports. */
export async function talkAcross(strowger: RunningSwitch, happens: () => Promise<void>): Promise<void> {
  // It is closed with its call.
  const phone = await RawPhone.udp({ name: "bob", switchPort: strowger.sipPort });
  const { status } = await register(phone, { user: "bob" });
  if (status !== 200) throw new Error(`bob's REGISTER got ${status}`);
  const answering = TalkingPhone.answering(phone);
  const caller = await TalkingPhone.call(strowger, "recorded");
  const callee = await answering;
  await Promise.all([caller.say(440, 1500), callee.hearsTone(440)]);
  await happens();
  await Promise.all([caller.say(600, 2500), callee.hearsTone(600)]);
  await Promise.all([callee.say(700, 2500), caller.hearsTone(700)]);
  const bye = callee.isHungUp();
  await caller.hangUp();
  await bye;
  await strowger.noCalls();
}
