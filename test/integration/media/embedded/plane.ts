/** A media plane for one test file: in threads as always, on ports that nobody else of the tests has. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log, LogFields } from "../../../../runtime/base/log.ts";
import { TimerWheel } from "../../../../runtime/base/timer-wheel.ts";
import {
  createEmbeddedPlane,
  type EmbeddedPlane,
  type EmbeddedPlaneOptions,
} from "../../../../runtime/media/embedded/embedded-plane.ts";
import type { AudioStream, MediaAddress, MediaEndpoint, OpenRequest } from "../../../../runtime/port/media.ts";
import { freePort } from "../../../helpers/free-port.ts";
import { Owner } from "./owner.ts";
import { RtpPeer } from "./rtp-peer.ts";

/** An endpoint with its owner, and a peer that it is connected to. */
export interface Line {
  readonly endpoint: MediaEndpoint;
  readonly owner: Owner;
  readonly peer: RtpPeer;
  /** Where the endpoint listens. */
  readonly local: MediaAddress;
}

export class TestPlane {
  readonly plane: EmbeddedPlane;
  readonly folder: string;
  /** What was logged as a warning or an error. */
  readonly complaints: string[];
  readonly #peers: RtpPeer[] = [];

  private constructor(plane: EmbeddedPlane, folder: string, complaints: string[]) {
    this.plane = plane;
    this.folder = folder;
    this.complaints = complaints;
  }

  static async start(options: Partial<EmbeddedPlaneOptions> = {}, width = 40): Promise<TestPlane> {
    const complaints: string[] = [];
    const complain = (text: string, fields?: LogFields) => complaints.push(`${text} ${JSON.stringify(fields)}`);
    const log: Log = { debug() {}, info() {}, warn: complain, error: complain };
    const from = await freePort(width);
    const plane = await createEmbeddedPlane({
      ports: { from, to: from + width - 1 },
      workers: 1,
      clock: new TimerWheel(),
      log,
      country: "de",
      codecs: ["G722", "PCMU", "PCMA"],
      ...options,
    });
    return new TestPlane(plane, await mkdtemp(join(tmpdir(), "strowger-media-")), complaints);
  }

  async stop(): Promise<void> {
    await this.plane.stop();
    for (const peer of this.#peers) peer.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  async peer(): Promise<RtpPeer> {
    const peer = await RtpPeer.open();
    this.#peers.push(peer);
    return peer;
  }

  /** Opens an endpoint that is connected to a peer of its own. */
  async line(change: Partial<AudioStream> = {}, request: Partial<OpenRequest> = {}): Promise<Line> {
    const peer = await this.peer();
    const owner = new Owner();
    const endpoint = this.plane.open({ address: "127.0.0.1", ...request }, owner);
    endpoint.connect(peer.stream(change));
    const { local } = await owner.next("opened");
    return { endpoint, owner, peer, local };
  }
}
