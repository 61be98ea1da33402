/** Asks the worker that knows the types, one question after the other. */
import type { Answers, Asked, Files, Question, QuestionType, Told } from "./protocol.ts";

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

export class Checker {
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  readonly #files: () => Files;
  readonly #waiting = new Map<number, Waiting>();
  #known: Files | null = null;
  #lastId = 0;

  /** `files` gives those of the draft as they are now: the same object as long as nothing has changed. */
  constructor(files: () => Files) {
    this.#files = files;
    this.#worker.onmessage = ({ data }: MessageEvent<Told>) => this.#settle(data);
    this.#worker.onerror = (event) => this.#fail(event.message);
  }

  /** Rejects where the worker could not be started, or has failed at it. */
  ask<Type extends QuestionType>(
    question: Answers[Type]["question"] & { type: Type },
  ): Promise<Answers[Type]["answer"]> {
    const id = ++this.#lastId;
    const files = this.#files();
    const asked: Asked = { id, files: files === this.#known ? null : files, question: question as Question };
    this.#known = files;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      this.#worker.postMessage(asked);
    });
  }

  stop(): void {
    this.#worker.terminate();
    this.#waiting.clear();
  }

  #settle(told: Told): void {
    const waiting = this.#waiting.get(told.id);
    this.#waiting.delete(told.id);
    if ("problem" in told) waiting?.reject(new Error(told.problem));
    else waiting?.resolve(told.answer);
  }

  #fail(problem: string): void {
    for (const { reject } of this.#waiting.values())
      reject(new Error(problem || "The type checker could not be loaded."));
    this.#waiting.clear();
  }
}
