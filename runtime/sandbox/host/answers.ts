/**
 * The pipe to the switch. Written synchronously: an answer has left before the next entry begins, so that a script
 * which takes the process down takes no answer of another with it, and the first unanswered entry is the culprit.
 */
import { writeSync } from "node:fs";
import { FrameBatch, toAscii } from "../frame.ts";
import { type HostFault, TO_SWITCH, writeNumbered, writeOperation } from "../protocol.ts";

export class Answers {
  readonly #fd: number;
  readonly #batch = new FrameBatch();

  constructor(fd: number) {
    this.#fd = fd;
  }

  ready(): void {
    this.#send(TO_SWITCH.ready, 0, "");
  }

  /** `answer`: the decision, a line feed, the state. */
  returned(id: number, answer: string): void {
    this.#send(TO_SWITCH.returned, id, answer);
  }

  fault(id: number, fault: HostFault): void {
    this.#send(TO_SWITCH.fault, id, toAscii(JSON.stringify(fault)));
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

  log(id: number, level: number, text: string): void {
    this.#send(TO_SWITCH.log, id, toAscii(JSON.stringify([level, text])));
  }

  operation(id: number, number: number, name: string, json: string): void {
    writeOperation(this.#batch, TO_SWITCH.operation, id, number, toAscii(`${name}\n${json}`));
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
