/**
 * A phone with a voice, for one call: SIP as text, RTP by a socket of its own. It says tones, presses keys, and waits until
 * it hears a prompt of the switch, which comes octet by octet as it lies in its file, or a tone. It needs no test around it,
 * so that many can talk at once.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MediaAddress } from "../../runtime/port/media.ts";
import type { SipText } from "../../runtime/simulator/network/sip-text.ts";
import { RtpPeer, type SendOptions } from "../integration/media/embedded/rtp-peer.ts";
import { fromMuLaw, inPackets, rms, share, sine, toMuLaw } from "../integration/media/embedded/sounds.ts";
import { inviteAs } from "./raw-account.ts";
import { answer } from "./raw-call.ts";
import { invite, RawDialog } from "./raw-dialog.ts";
import { freshText, RawPhone } from "./raw-phone.ts";
import { repoRoot } from "./repo-root.ts";
import type { RunningSwitch } from "./switch.ts";
import { until } from "./until.ts";

const KEYS = "0123456789*#ABCD";
const HEARS_WITHIN_MS = 15_000;
/** Of a prompt this much has to be heard, from this place on: where its sound has begun, and no key has cut it short. */
const PROMPT_FROM = 800;
const PROMPT_OCTETS = 1200;
const WINDOW_OCTETS = 1600;
const PURE = 0.8;
const LOUD = 500;
const WAV_HEADER_OCTETS = 44;
/** The two zeros of PCMU (ITU-T G.711), which sound alike. */
const [ZERO, MINUS_ZERO] = [0xff, 0x7f];

export class TalkingPhone {
  readonly phone: RawPhone;
  readonly dialog: RawDialog;
  readonly #peer: RtpPeer;
  readonly #remote: MediaAddress;
  #octets = Buffer.alloc(0);
  #packets = 0;
  /** What comes before has been waited for already. */
  #at = 0;

  private constructor(phone: RawPhone, dialog: RawDialog, peer: RtpPeer, remote: MediaAddress) {
    this.phone = phone;
    this.dialog = dialog;
    this.#peer = peer;
    this.#remote = remote;
  }

  /**
   * Calls a number that the switch answers by itself; `user`: who calls, with a password. Else it is somebody outside, who
   * says to be `from`. `patienceMs`: how long the phone waits for an answer.
   */
  static async call(
    strowger: RunningSwitch,
    number: string,
    user?: string,
    from?: string,
    patienceMs?: number,
  ): Promise<TalkingPhone> {
    const patience = patienceMs === undefined ? {} : { patienceMs };
    const phone = await RawPhone.udp({ name: user ?? "outside", switchPort: strowger.sipPort, ...patience });
    const peer = await RtpPeer.open();
    const body = description(peer.address.port);
    const sent =
      user === undefined
        ? invite(phone, number, { body, ...(from === undefined ? {} : { from }) })
        : await inviteAs(phone, { user, password: `pw-${user}` }, number, { body });
    const answered = await phone.expect("200 INVITE");
    const dialog = RawDialog.ofCaller(phone, sent, answered);
    dialog.ack(sent);
    return new TalkingPhone(phone, dialog, peer, audioOf(answered));
  }

  /** Answers the next call to a phone. */
  static async answering(phone: RawPhone): Promise<TalkingPhone> {
    const offered = await phone.expect("INVITE");
    const peer = await RtpPeer.open();
    const tag = freshText("t");
    answer(phone, { offered, tag }, description(peer.address.port));
    await phone.expect("ACK");
    return new TalkingPhone(phone, RawDialog.ofCallee(phone, offered, tag), peer, audioOf(offered));
  }

  /** A key each; by RTP (RFC 4733), or by INFO. */
  async press(keys: string, way: "rtp" | "info" = "rtp"): Promise<void> {
    for (const key of keys) {
      if (way === "rtp") await this.#peer.pressKey(this.#remote, KEYS.indexOf(key));
      else await this.#pressByInfo(key);
    }
  }

  /** Says a tone. */
  say(hertz: number, ms: number): Promise<void> {
    return this.speak(sine(hertz, ms));
  }

  /** Says these samples (8000 Hz); resolves when the last of them is out. `fate`: what becomes of each packet. */
  speak(pcm: Int16Array, fate?: SendOptions["fate"]): Promise<void> {
    return this.#peer.send(this.#remote, inPackets(toMuLaw(pcm)), fate === undefined ? {} : { fate });
  }

  /** Resolves once it has heard these prompts, in this order, after what it has waited for before. */
  async hears(...prompts: readonly string[]): Promise<void> {
    for (const prompt of prompts) {
      const sound = shippedPrompt(prompt);
      await this.#find(`"${prompt}"`, (octets) => {
        const at = octets.indexOf(sound);
        return at < 0 ? undefined : at + sound.length;
      });
    }
  }

  /** Resolves once it has heard nothing but this tone for a fifth of a second. */
  hearsTone(hertz: number): Promise<void> {
    return this.#find(`a tone of ${hertz} Hz`, (octets) => {
      for (let from = 0; from + WINDOW_OCTETS <= octets.length; from += WINDOW_OCTETS / 4) {
        const end = from + WINDOW_OCTETS;
        if (share(fromMuLaw(octets.subarray(from, end)), hertz) > PURE) return end;
      }
      return undefined;
    });
  }

  /** Resolves once somebody speaks to it, after what it has waited for before. */
  hearsSpeech(): Promise<void> {
    return this.#find("somebody speaking", (octets) => {
      const end = octets.length;
      return end >= WINDOW_OCTETS && rms(fromMuLaw(octets.subarray(-WINDOW_OCTETS))) > LOUD ? end : undefined;
    });
  }

  /** The switch hangs up. */
  async isHungUp(): Promise<void> {
    const bye = await this.phone.expect("BYE", HEARS_WITHIN_MS);
    this.phone.answer(bye, 200, { reason: "OK" });
    this.#close();
  }

  async hangUp(): Promise<void> {
    await this.dialog.bye();
    this.#close();
  }

  #close(): void {
    this.phone.close();
    this.#peer.close();
  }

  async #pressByInfo(key: string): Promise<void> {
    const fields = [["Content-Type", "application/dtmf-relay"]] as const;
    this.dialog.request("INFO", { fields, body: `Signal=${key}\r\nDuration=160\r\n` });
    await this.phone.expect("200 INFO");
  }

  /** `look` gives the end of what was sought. */
  async #find(what: string, look: (octets: Buffer) => number | undefined): Promise<void> {
    try {
      this.#at += await until(`${what} to be heard`, () => look(this.#unheard()), HEARS_WITHIN_MS);
    } catch (error) {
      throw new Error(`${this.phone.name} has not heard ${what}.\n${this.phone.ladder}`, { cause: error });
    }
  }

  #unheard(): Buffer {
    const fresh = this.#peer.heard.slice(this.#packets);
    this.#packets += fresh.length;
    const audio = fresh.filter(({ payloadType }) => payloadType === 0).map(({ payload }) => withOneZero(payload));
    if (audio.length > 0) this.#octets = Buffer.concat([this.#octets, ...audio]);
    return this.#octets.subarray(this.#at);
  }
}

function description(port: number): string {
  return [
    "v=0",
    "o=phone 7 1 IN IP4 127.0.0.1",
    "s=-",
    "c=IN IP4 127.0.0.1",
    "t=0 0",
    `m=audio ${port} RTP/AVP 0 101`,
    "a=rtpmap:0 PCMU/8000",
    "a=rtpmap:101 telephone-event/8000",
    "a=fmtp:101 0-15",
    "a=sendrecv",
    "",
  ].join("\r\n");
}

function audioOf(answer: SipText): MediaAddress {
  const address = /^c=IN IP4 (\S+)/m.exec(answer.body)?.[1];
  const port = /^m=audio (\d+)/m.exec(answer.body)?.[1];
  if (address === undefined || port === undefined) throw new Error(`The answer has no audio:\n${answer.text}`);
  return { address, port: Number(port) };
}

function shippedPrompt(name: string): Buffer {
  const file = readFileSync(join(repoRoot, "runtime/media/prompts/en", `${name}.wav`));
  const data = withOneZero(file.subarray(WAV_HEADER_OCTETS));
  return data.subarray(PROMPT_FROM, PROMPT_FROM + PROMPT_OCTETS);
}

function withOneZero(octets: Uint8Array): Buffer {
  return Buffer.from(octets.map((octet) => (octet === MINUS_ZERO ? ZERO : octet)));
}
