/** baresip: a real softphone without a sound card. It plays a tone, records what it hears, and is steered by its control port. */
import { globSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child } from "./child.ts";
import { freePort } from "./free-port.ts";
import { encodeNetstring, NetstringReader } from "./netstring.ts";
import { writeTone } from "./tone.ts";
import { until, within } from "./until.ts";
import { readWavFile, type Wav } from "./wav.ts";

const EVENT_WITHIN_MS = 15_000;
/** baresip quits by itself after this long, should the test not stop it. */
const LIFE_SECONDS = 90;
const BYTES_PER_SAMPLE = 2;
const TONE_HERTZ = 440;

/** Codecs, with the module and the sample rate that baresip wants for each. */
const CODECS = {
  PCMU: { module: "g711.so", rate: 8000 },
  PCMA: { module: "g711.so", rate: 8000 },
  G722: { module: "g722.so", rate: 16_000 },
  opus: { module: "opus.so", rate: 48_000 },
} as const;

export type BaresipCodec = keyof typeof CODECS;

export interface BaresipOptions {
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  readonly switchPort: number;
  readonly answer: "auto" | "manual";
  /** The tone it plays, in Hz. @default 440 */
  readonly tone?: number;
  /** Plays this WAV file in place of a tone: mono, at the rate of the codec. It hangs up when the file ends. */
  readonly sound?: string;
  /** The one codec it speaks. @default "PCMU" */
  readonly codec?: BaresipCodec;
  /** Subscribes to its mailbox, and prints how many messages there are. */
  readonly mwi?: boolean;
  /** Publishes its presence, and subscribes to that of these users. @default neither */
  readonly watches?: readonly string[];
  /** @default "udp" */
  readonly transport?: "udp" | "tcp" | "tls";
  /** The authority that it trusts, a file. @default none */
  readonly ca?: string;
}

export interface BaresipEvent {
  readonly type: string;
  readonly param?: string;
}

/** What comes by the control port: an event, or the answer to a command, which bears its name. */
interface ControlMessage {
  readonly event?: boolean;
  readonly type?: string;
  readonly param?: string;
  readonly response?: boolean;
  readonly data?: string;
  readonly token?: string;
}

export class Baresip {
  readonly #folder: string;
  readonly #rate: number;
  readonly #child: Child;
  readonly #control: Socket;
  readonly #events: BaresipEvent[] = [];
  readonly #replies = new Map<string, string>();
  readonly #waiting = new Set<() => void>();

  constructor(folder: string, rate: number, child: Child, control: Socket) {
    this.#folder = folder;
    this.#rate = rate;
    this.#child = child;
    this.#control = control;
    const reader = new NetstringReader();
    control.on("data", (octets) => {
      for (const text of reader.push(octets)) this.#receive(JSON.parse(text));
    });
    control.on("error", () => control.destroy());
  }

  /** Starts a phone; it registers by itself. */
  static async start(options: BaresipOptions): Promise<Baresip> {
    const folder = mkdtempSync(join(tmpdir(), "baresip-"));
    const { codec = "PCMU" } = options;
    const { rate } = CODECS[codec];
    const sound = options.sound ?? join(folder, "tone.wav");
    if (options.sound === undefined) await writeTone(sound, options.tone ?? TONE_HERTZ, LIFE_SECONDS, rate);
    const [sip, control, rtp] = [await freePort(2), await freePort(), await freePort(20)];
    writeFileSync(
      join(folder, "config"),
      configOf(
        { folder, sound, codec, mwi: options.mwi ?? false, presence: options.watches !== undefined, ca: options.ca },
        { sip, control, rtp },
      ),
    );
    writeFileSync(join(folder, "accounts"), accountOf(options));
    const contacts = (options.watches ?? []).map((user) => `"${user}" <sip:${user}@${options.domain}>;presence=p2p\n`);
    writeFileSync(join(folder, "contacts"), contacts.join(""));
    const child = new Child("baresip", ["-f", folder, "-t", String(LIFE_SECONDS)]);
    const socket = await until("baresip's control port", () => open(control));
    return new Baresip(folder, rate, child, socket);
  }

  /** Resolves once the registrar has accepted it. */
  registered(): Promise<void> {
    return this.#child.wrote(/\b200 OK\b/, EVENT_WITHIN_MS);
  }

  /** Resolves once it has printed something. */
  wrote(pattern: RegExp): Promise<void> {
    return this.#child.wrote(pattern, EVENT_WITHIN_MS);
  }

  command(command: string, params = ""): void {
    this.#control.write(encodeNetstring(JSON.stringify({ command, params, token: command })));
  }

  /** Gives a command, and gives what baresip says to it. */
  async ask(command: string): Promise<string> {
    this.#replies.delete(command);
    this.command(command);
    return until(`baresip's answer to ${command}`, async () => this.#replies.get(command), EVENT_WITHIN_MS);
  }

  dial(uri: string): void {
    this.command("dial", uri);
  }

  hangUp(): void {
    this.command("hangup");
  }

  /** The first event of this type, once it is there. */
  async event(type: string): Promise<BaresipEvent> {
    for (;;) {
      const found = this.#events.find((event) => event.type === type);
      if (found !== undefined) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      await within(`${type} from baresip, which wrote:\n${this.#child.output}`, promise, EVENT_WITHIN_MS);
    }
  }

  /** Resolves once it has recorded this many seconds of what it hears, with the file. */
  heard(seconds: number): Promise<string> {
    return this.#recording(seconds, () => globSync(join(this.#folder, "dump-*-dec.wav"))[0]);
  }

  /** What it hears from now on, for so many seconds. */
  async hears(seconds: number): Promise<Wav> {
    const file = await this.heard(0);
    const before = readWavFile(file);
    const start = before.channels[0]?.length ?? 0;
    await this.#recording(start / before.rate + seconds, () => file);
    const { rate, channels } = readWavFile(file);
    return { rate, channels: channels.map((samples) => samples.slice(start)) };
  }

  async stop(): Promise<void> {
    this.#control.destroy();
    if (this.#child.running) await this.#child.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #recording(seconds: number, which: () => string | undefined): Promise<string> {
    const bytes = seconds * this.#rate * BYTES_PER_SAMPLE;
    const ask = () => {
      const file = which();
      return file !== undefined && statSync(file).size > bytes && file;
    };
    return until(`${seconds} s of sound`, ask, EVENT_WITHIN_MS);
  }

  #receive(message: ControlMessage): void {
    if (message.response === true) this.#replies.set(message.token ?? "", message.data ?? "");
    if (message.event !== true || message.type === undefined) return;
    this.#events.push({ type: message.type, ...(message.param === undefined ? {} : { param: message.param }) });
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

function open(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.once("error", () => resolve(undefined));
  });
}

function accountOf(options: BaresipOptions): string {
  const { transport: name = "udp" } = options;
  const transport = name === "udp" ? "" : `;transport=${name}`;
  const address = `<sip:${options.user}@${options.domain}${transport}>`;
  const outbound = `outbound="sip:127.0.0.1:${options.switchPort}${transport}"`;
  const credentials = `auth_user=${options.user};auth_pass=${options.password}`;
  const extras = `audio_codecs=${options.codec ?? "PCMU"}${options.mwi === true ? ";mwi=yes" : ""}${options.watches === undefined ? "" : ";pubint=120"}`;
  return `${address};${outbound};${credentials};answermode=${options.answer};regint=120;${extras}\n`;
}

interface Setup {
  readonly folder: string;
  readonly sound: string;
  readonly codec: BaresipCodec;
  readonly mwi: boolean;
  readonly presence: boolean;
  readonly ca: string | undefined;
}

function configOf(
  { folder, sound, codec, mwi, presence, ca }: Setup,
  ports: { sip: number; control: number; rtp: number },
): string {
  const { module, rate } = CODECS[codec];
  return `poll_method epoll
sip_listen 127.0.0.1:${ports.sip}
net_interface 127.0.0.1
audio_source aufile,${sound}
audio_player aufile,${folder}/unused.wav
audio_alert aufile,${folder}/unused.wav
ausrc_srate ${rate}
auplay_srate ${rate}
ausrc_channels 1
auplay_channels 1
rtp_ports ${ports.rtp}-${ports.rtp + 19}
module_path /usr/lib/baresip/modules
module stdio.so
module ${module}
module aufile.so
module sndfile.so
snd_path ${folder}
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:${ports.control}
${mwi ? "module_app mwi.so\n" : ""}${presence ? "module_app contact.so\nmodule_app presence.so\n" : ""}${ca === undefined ? "" : `sip_cafile ${ca}\n`}`;
}
