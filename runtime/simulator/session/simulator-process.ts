/** The process that simulates, as the switch sees it: questions with answers, a deadline for each, and its end. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Clock, Timer } from "../../base/clock.ts";
import { RequestError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { FromSimulator, SessionState, ToSimulator } from "./protocol.ts";

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));
const MEMORY_MB = 256;
/** Of one step, the start of the process included. */
const DEADLINE_MS = 30_000;

type Question = Exclude<ToSimulator, { type: "end" }>;
/** A question before it has its number. */
type Unnumbered<Message> = Message extends Question ? Omit<Message, "request"> : never;

interface Waiting {
  readonly deadline: Timer;
  resolve(state: SessionState): void;
  reject(error: RequestError): void;
}

export class SimulatorProcess {
  readonly #clock: Clock;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #requests = 0;

  /** `onEnd`: told once when the process is gone, with all its sessions. */
  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }, onEnd: () => void) {
    this.#clock = clock;
    this.#child = fork(CHILD, {
      env: { PATH: process.env.PATH },
      execArgv: [`--max-old-space-size=${MEMORY_MB}`, "--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#child.on("message", (reply: FromSimulator) => this.#settle(reply));
    // What cannot be sent is told by its end.
    this.#child.on("error", (error) => log.warn("The simulation process has failed", { error }));
    this.#ended = new Promise((resolve) => {
      this.#child.on("exit", (code, signal) => {
        if (code !== 0) log.warn("The simulation process has ended", { code, signal });
        this.#refuseAll();
        onEnd();
        resolve();
      });
    });
  }

  /** Rejects with `RequestError`: `conflict` where it cannot be done, `gone` where the process has ended over it. */
  ask(question: Unnumbered<Question>): Promise<SessionState> {
    const request = ++this.#requests;
    const { promise, resolve, reject } = Promise.withResolvers<SessionState>();
    const deadline = this.#clock.startTimer(DEADLINE_MS, { expire: () => this.#child.kill("SIGKILL") }, "deadline");
    this.#waiting.set(request, { deadline, resolve, reject });
    this.#send({ ...question, request });
    return promise;
  }

  endSession(session: string): void {
    this.#send({ type: "end", session });
  }

  /** Resolves when the process is gone. */
  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const last = this.#clock.startTimer(DEADLINE_MS, { expire: () => this.#child.kill("SIGKILL") }, "stop");
    await this.#ended;
    last.cancel();
  }

  #send(message: ToSimulator): void {
    if (this.#child.connected) this.#child.send(message);
  }

  #settle(reply: FromSimulator): void {
    const waiting = this.#waiting.get(reply.request);
    if (waiting === undefined) return;
    this.#waiting.delete(reply.request);
    waiting.deadline.cancel();
    if (reply.type === "state") waiting.resolve(reply.state);
    else waiting.reject(new RequestError("conflict", reply.message));
  }

  #refuseAll(): void {
    for (const { deadline, reject } of this.#waiting.values()) {
      deadline.cancel();
      reject(new RequestError("gone", "The simulation took too much time or memory and was ended: begin a new one."));
    }
    this.#waiting.clear();
  }
}
