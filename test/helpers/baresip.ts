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

const EVENT_WITHIN_MS = 15_000;
/** baresip quits by itself after this long, should the test not stop it. */
const LIFE_SECONDS = 90;
/** 16-bit samples at 8 kHz. */
const BYTES_PER_SECOND = 16_000;

export interface BaresipOptions {
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  readonly switchPort: number;
  readonly answer: "auto" | "manual";
  /** The tone it plays, in Hz. */
  readonly tone: number;
  /** @default "udp" */
  readonly transport?: "udp" | "tcp";
}

export interface BaresipEvent {
  readonly type: string;
  readonly param?: string;
}

export class Baresip {
  readonly #folder: string;
  readonly #child: Child;
  readonly #control: Socket;
  readonly #events: BaresipEvent[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(folder: string, child: Child, control: Socket) {
    this.#folder = folder;
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
    await writeTone(join(folder, "tone.wav"), options.tone, LIFE_SECONDS);
    const [sip, control, rtp] = [await freePort(2), await freePort(), await freePort(20)];
    writeFileSync(join(folder, "config"), configOf(folder, { sip, control, rtp }));
    writeFileSync(join(folder, "accounts"), accountOf(options));
    writeFileSync(join(folder, "contacts"), "");
    const child = new Child("baresip", ["-f", folder, "-t", String(LIFE_SECONDS)]);
    const socket = await until("baresip's control port", () => open(control));
    return new Baresip(folder, child, socket);
  }

  /** Resolves once the registrar has accepted it. */
  registered(): Promise<void> {
    return this.#child.wrote(/\b200 OK\b/, EVENT_WITHIN_MS);
  }

  command(command: string, params = ""): void {
    this.#control.write(encodeNetstring(JSON.stringify({ command, params, token: command })));
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
    const isLong = (file: string) => statSync(file).size > seconds * BYTES_PER_SECOND;
    const ask = () => globSync(join(this.#folder, "dump-*-dec.wav")).find(isLong);
    return until(`${seconds} s of sound`, ask, EVENT_WITHIN_MS);
  }

  async stop(): Promise<void> {
    this.#control.destroy();
    if (this.#child.running) await this.#child.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #receive(message: { readonly event?: boolean; readonly type?: string; readonly param?: string }): void {
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
  const transport = options.transport === "tcp" ? ";transport=tcp" : "";
  const address = `<sip:${options.user}@${options.domain}${transport}>`;
  const outbound = `outbound="sip:127.0.0.1:${options.switchPort}${transport}"`;
  const credentials = `auth_user=${options.user};auth_pass=${options.password}`;
  return `${address};${outbound};${credentials};answermode=${options.answer};regint=120;audio_codecs=PCMU\n`;
}

function configOf(folder: string, ports: { sip: number; control: number; rtp: number }): string {
  return `poll_method epoll
sip_listen 127.0.0.1:${ports.sip}
net_interface 127.0.0.1
audio_source aufile,${folder}/tone.wav
audio_player aufile,${folder}/unused.wav
audio_alert aufile,${folder}/unused.wav
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
rtp_ports ${ports.rtp}-${ports.rtp + 19}
module_path /usr/lib/baresip/modules
module stdio.so
module g711.so
module aufile.so
module sndfile.so
snd_path ${folder}
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:${ports.control}
`;
}
