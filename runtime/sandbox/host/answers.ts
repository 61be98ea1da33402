/**
 * The pipe to the switch. Written synchronously: an answer has left before the next entry begins, so that a script
 * which takes the process down takes no answer of another with it, and the first unanswered entry is the culprit.
 */
import { writeSync } from "node:fs";
import { FrameBatch, toAscii } from "../frame.ts";
import { FROM_INSPECTED } from "../inspector-frames.ts";
import { type HostFault, TO_SWITCH, writeNumbered, writeOperation } from "../protocol.ts";

const US_PER_MS = 1000;
const MOST_US = 0xffffffff;

export class Answers {
  readonly #fd: number;
  readonly #batch = new FrameBatch();

  constructor(fd: number) {
    this.#fd = fd;
  }

  ready(): void {
    this.#send(TO_SWITCH.ready, 0, "");
  }

  /** `answer`: the decision, a line feed, the state. `cpuMs`: CPU time of all entries of the event. */
  returned(id: number, answer: string, cpuMs: number): void {
    this.#answer(TO_SWITCH.returned, id, answer, cpuMs);
  }

  fault(id: number, fault: HostFault, cpuMs = 0): void {
    this.#answer(TO_SWITCH.fault, id, toAscii(JSON.stringify(fault)), cpuMs);
  }

  pending(id: number): void {
    this.#send(TO_SWITCH.pending, id, "");
  }

  resumed(id: number): void {
    this.#send(TO_SWITCH.resumed, id, "");
  }

  paused(id: number): void {
    this.#send(TO_SWITCH.paused, id, "");
  }

  loading(id: number): void {
    this.#send(TO_SWITCH.loading, id, "");
  }

  loaded(id: number): void {
    this.#send(TO_SWITCH.loaded, id, "");
  }

  /** What ran just now has taken much of the process. */
  grown(): void {
    this.#send(TO_SWITCH.grown, 0, "");
  }

  log(id: number, level: number, text: string): void {
    this.#send(TO_SWITCH.log, id, toAscii(JSON.stringify([level, text])));
  }

  operation(id: number, number: number, name: string, json: string): void {
    writeOperation(this.#batch, TO_SWITCH.operation, id, number, toAscii(`${name}\n${json}`));
    this.#flush();
  }

  /** Of the debugger of a version: `text` is a message, or empty. */
  inspector(what: keyof typeof FROM_INSPECTED, slot: number, text = ""): void {
    this.#send(FROM_INSPECTED[what], slot, toAscii(text));
  }

  #answer(kind: number, id: number, text: string, cpuMs: number): void {
    writeOperation(this.#batch, kind, id, Math.min(Math.round(cpuMs * US_PER_MS), MOST_US), text);
    this.#flush();
  }

  #send(kind: number, id: number, text: string): void {
    writeNumbered(this.#batch, kind, id, text);
    this.#flush();
  }

  #flush(): void {
    const bytes = this.#batch.take();
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#fd, bytes, written);
  }
}
