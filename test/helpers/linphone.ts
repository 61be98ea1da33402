/** linphonec: a second real softphone, steered by what is typed. It plays a file and presses keys. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child } from "./child.ts";
import { freePort } from "./free-port.ts";

const WRITES_WITHIN_MS = 15_000;

export interface LinphoneOptions {
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  readonly switchPort: number;
  /** The WAV file that it plays from the first moment of a call, again and again. */
  readonly sound: string;
  /** The one codec that it speaks. @default all that it has, by its own preference */
  readonly codec?: "PCMU" | "PCMA" | "G722";
  /** @default "udp" */
  readonly transport?: "udp" | "tcp";
}

export class Linphone {
  readonly #folder: string;
  readonly #child: Child;

  private constructor(folder: string, child: Child) {
    this.#folder = folder;
    this.#child = child;
  }

  /** Starts a phone; it registers by itself. */
  static async start(options: LinphoneOptions): Promise<Linphone> {
    const folder = mkdtempSync(join(tmpdir(), "linphone-"));
    mkdirSync(join(folder, ".local", "share", "linphone"), { recursive: true });
    const rc = join(folder, "rc");
    writeFileSync(rc, configOf(options, { sip: await freePort(), rtp: await freePort(2) }));
    const child = new Child("linphonec", ["-c", rc, "-d", "4", "-l", join(folder, "log")], {
      input: true,
      env: { ...process.env, HOME: folder },
    });
    const phone = new Linphone(folder, child);
    await child.wrote(/linphonec>/, WRITES_WITHIN_MS);
    child.write("soundcard use files");
    child.write(`play ${options.sound}`);
    return phone;
  }

  async call(uri: string): Promise<void> {
    this.#child.write(`call ${uri}`);
    await this.#child.wrote(/Media streams established|connected/i, WRITES_WITHIN_MS);
  }

  /** Waits for a call, and takes it. */
  async answer(): Promise<void> {
    await this.#child.wrote(/incoming call/i, WRITES_WITHIN_MS);
    this.#child.write("answer");
    await this.#child.wrote(/Media streams established|connected/i, WRITES_WITHIN_MS);
  }

  /** Sends a text message. */
  say(uri: string, text: string): void {
    this.#child.write(`chat ${uri} ${text}`);
  }

  /** Resolves once it has printed something. */
  wrote(pattern: RegExp): Promise<void> {
    return this.#child.wrote(pattern, WRITES_WITHIN_MS);
  }

  /** Presses one key. */
  press(key: string): void {
    this.#child.write(key);
  }

  /** Takes its call back. */
  resume(): void {
    this.#child.write("resume");
  }

  /** Puts its call on hold. */
  hold(): void {
    this.#child.write("pause");
  }

  /** Calls somebody while another call waits. */
  async callAgain(uri: string): Promise<void> {
    this.#child.write(`call ${uri}`);
    await this.#child.wrote(/for call 2 \(audio\)/, WRITES_WITHIN_MS);
  }

  /** Has the other side of its call transferred. */
  transfer(uri: string): void {
    this.#child.write(`transfer ${uri}`);
  }

  /** Has the far sides of its two calls transferred to each other. */
  joinCalls(): void {
    this.#child.write("transfer 1 --to-call 2");
  }

  hangUp(): void {
    this.#child.write("terminate");
  }

  async ended(): Promise<void> {
    await this.#child.wrote(/ended \(No error\)|Call \d+ .* ended/, WRITES_WITHIN_MS);
  }

  async stop(): Promise<void> {
    if (this.#child.running) await this.#child.stop("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function configOf(
  { user, password, domain, switchPort, codec, transport = "udp" }: LinphoneOptions,
  ports: { sip: number; rtp: number },
): string {
  const server = `<sip:127.0.0.1:${switchPort};transport=${transport}`;
  return `[sip]
sip_port=${transport === "udp" ? ports.sip : -2}
sip_tcp_port=${transport === "tcp" ? ports.sip : -2}
sip_tls_port=-2
bind_address=127.0.0.1
use_ipv6=0
guess_hostname=0
contact=sip:${user}@${domain}
default_proxy=0
use_info=0
use_rfc2833=1
[sound]
echocancellation=0
${codec === undefined ? "" : codecAlone(codec)}[rtp]
bind_address=127.0.0.1
audio_rtp_port=${ports.rtp}
[auth_info_0]
username=${user}
userid=${user}
passwd=${password}
realm=${domain}
[proxy_0]
reg_proxy=${server}>
reg_route=${server};lr>
reg_identity=sip:${user}@${domain}
reg_expires=120
reg_sendregister=1
publish=0
`;
}

function codecAlone(codec: string): string {
  return `[misc]
add_missing_audio_codecs=0
[audio_codec_0]
mime=${codec}
rate=8000
channels=1
enabled=1
`;
}
