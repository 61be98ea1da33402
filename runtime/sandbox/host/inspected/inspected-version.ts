/** One version on a host where scripts are debugged: its files, and its isolate, which is there to attach to once it is loaded. */
import { randomBytes } from "node:crypto";
import { type HostBundle, type HostFault, type HostSetup, SEED_BYTES } from "../../protocol.ts";
import type { Answers } from "../answers.ts";
import type { IsolateOwner } from "../boot.ts";
import { withPlace } from "../position.ts";
import { InspectedIsolate } from "./isolate.ts";

export class InspectedVersion {
  readonly #slot: number;
  readonly #bundle: HostBundle;
  readonly #answers: Answers;
  readonly #files: ReadonlySet<string>;
  #isolate: InspectedIsolate | null = null;

  constructor(slot: number, bundle: HostBundle, answers: Answers) {
    this.#slot = slot;
    this.#bundle = bundle;
    this.#answers = answers;
    this.#files = new Set(bundle.modules.map((module) => module.path));
  }

  get isolate(): InspectedIsolate | null {
    return this.#isolate;
  }

  async load(id: number, setup: HostSetup, owner: IsolateOwner): Promise<HostFault | null> {
    const isolate = new InspectedIsolate(this.#bundle, setup, owner, (text) => {
      this.#answers.inspector("message", this.#slot, text);
    });
    const fault = isolate.load(id, Date.now(), randomBytes(SEED_BYTES).toString("latin1"));
    if (fault !== null) {
      await isolate.dispose();
      return this.locate(fault);
    }
    this.#isolate = isolate;
    this.#answers.inspector("isolate", this.#slot);
    return null;
  }

  /** The next event gets a new isolate, and whoever is attached to the old one is told that it is gone. */
  release(): InspectedIsolate | null {
    const isolate = this.#isolate;
    if (isolate === null) return null;
    this.#isolate = null;
    this.#answers.inspector("isolateGone", this.#slot);
    return isolate;
  }

  locate(fault: HostFault): HostFault {
    return withPlace(fault, this.#files);
  }
}
