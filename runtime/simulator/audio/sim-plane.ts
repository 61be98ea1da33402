/** A media plane on virtual time. */
import type { Clock } from "../../base/clock.ts";
import type { AudioSource, MediaEndpoint, MediaOwner, MediaPlane, OpenRequest } from "../../port/media.ts";
import { type EndpointOptions, SimEndpoint } from "./sim-endpoint.ts";

const FIRST_PORT = 20_000;

export interface PlaneOptions
  extends Partial<Pick<EndpointOptions, "heard" | "recorded" | "noticesSilence" | "promised">> {
  readonly clock: Clock;
  readonly lengthOf: (source: AudioSource) => number;
}

export class SimPlane implements MediaPlane {
  readonly codecs = ["PCMU", "PCMA"] as const;
  /** In the order in which they were opened: the caller's first. */
  readonly opened: SimEndpoint[] = [];
  hasPorts = true;
  readonly #options: PlaneOptions;

  constructor(options: PlaneOptions) {
    this.#options = options;
  }

  get endpoints(): number {
    return this.opened.filter(({ isOpen }) => isOpen).length;
  }

  open({ address, resumed }: OpenRequest, owner: MediaOwner): MediaEndpoint {
    const { heard = () => {}, recorded = () => {}, noticesSilence = false, promised = () => {} } = this.#options;
    const port = resumed?.port ?? FIRST_PORT + this.opened.length * 2;
    const endpoint = new SimEndpoint({
      ...this.#options,
      heard,
      recorded,
      noticesSilence,
      promised,
      address,
      port,
      owner,
    });
    if (!this.hasPorts) {
      endpoint.isOpen = false;
      const event = { type: "failed", reason: "no-port", message: "no media port is free" } as const;
      endpoint.after(1, () => owner.mediaEvent(event, endpoint));
    }
    this.opened.push(endpoint);
    return endpoint;
  }
}
