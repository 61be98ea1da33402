/**
 * The whole switch on virtual time, and around it phones that do by chance what phones may do and must not do. One call is
 * good and goes on through all of it; in the end it still works, another one can be made, and then nothing is left.
 */
import { RequestError } from "../../../runtime/base/errors.ts";
import type { Side } from "../../../runtime/simulator/network/phone.ts";
import { parseMessage } from "../../../runtime/sip/message/parse.ts";
import { LiveCalls } from "../../../runtime/switch/call-control.ts";
import { ScriptBounds } from "../../../runtime/switch/originate/script-bounds.ts";
import type { LampPhone } from "../../unit/switch/presence/lamp-phone.ts";
import { DOMAIN, Office } from "../../unit/switch/presence/office.ts";
import { decisions } from "../grammar/decisions.ts";
import { changedMessage } from "../mutate/sip.ts";
import { holds } from "../runner/target.ts";
import { GoodCall } from "./good-call.ts";
import { chosen, METHODS, script, TIMES_MS } from "./material.ts";
import { afterInvite, answerToLast, dialledUri, Requests, requestWithin } from "./requests.ts";
import { PHONES, readSteps, type Step } from "./steps.ts";

/** Every transaction is over by then. */
const SETTLING_SECONDS = 40;
const BETWEEN_STEPS_MS = 20;

/** Throws what is wrong, with all that went over the wire. `others`: messages that phones may send as they are. */
export async function play(text: string, others: readonly string[]): Promise<void> {
  const stage = new Stage(others);
  try {
    await stage.open();
    for (const step of readSteps(text)) stage.act(step);
    await stage.close();
  } catch (error) {
    if (error instanceof Error) error.stack = `${error.stack}\n${stage.ladder()}`;
    throw error;
  }
}

class Stage {
  readonly #office = new Office({ script });
  readonly #requests = new Requests(this.#office);
  readonly #calls = new LiveCalls(this.#office.sw, new ScriptBounds({ max: 20, perMinute: 30 }, this.#office.clock));
  readonly #phones = new Map<string, LampPhone>();
  readonly #others: readonly string[];
  /** By phone: what it has sent last. */
  readonly #sent = new Map<string, string>();
  #good: GoodCall | null = null;
  /** The sides of the call of carol and dave. */
  #sides: readonly Side[] = [];

  constructor(others: readonly string[]) {
    this.#others = others;
  }

  async open(): Promise<void> {
    const office = this.#office;
    await office.ready;
    for (const name of PHONES) {
      this.#phones.set(name, name === "mallory" ? office.phone(name) : office.registered(name));
    }
    this.#good = this.#connect("alice", "bob", "101");
    const { caller, callee } = this.#connect("carol", "dave", "103");
    this.#sides = [caller, callee];
  }

  act(step: Step): void {
    const { which } = step;
    const phone = this.#phone(step.who);
    switch (step.what) {
      case "request": {
        const method = chosen(METHODS, which);
        const isKnown = which % 2 === 0;
        const uri = dialledUri(which);
        this.#send(step, isKnown ? this.#requests.known(phone, method, uri) : this.#requests.plain(phone, method, uri));
        break;
      }
      case "call":
        this.#send(step, this.#requests.known(phone, "INVITE", dialledUri(which)));
        break;
      case "within": {
        const side = chosen(this.#sides, which);
        this.#send({ ...step, who: side.phone.name }, requestWithin(side, which));
        break;
      }
      case "answer": {
        const asked = this.#asked(which) ?? phone;
        this.#send({ ...step, who: asked.name }, answerToLast(asked, which));
        break;
      }
      case "ack":
      case "cancel":
        this.#send(step, afterInvite(phone, this.#sent.get(step.who) ?? "", step.what === "ack" ? "ACK" : "CANCEL"));
        break;
      case "again":
        this.#send(step, this.#sent.get(step.who));
        break;
      case "published":
        this.#send(step, chosen(this.#others, which));
        break;
      case "decide":
        this.#decide(which);
        break;
      case "time":
        this.#office.run(chosen(TIMES_MS, which));
        break;
    }
  }

  async close(): Promise<void> {
    const office = this.#office;
    await office.pass(200);
    this.#good?.works();
    this.#good?.end();
    // What he has done to his own registration is his affair.
    void office.registrar.remove(DOMAIN, "bob");
    office.register(this.#phone("bob"));
    this.#connect("alice", "bob", "101").end();
    // Phones that keep silent have no end of their own: somebody has to hang up.
    for (const { id } of this.#calls.list()) this.#calls.hangUp(id);
    // What is kept for later is promised, and promises need turns of their own.
    for (let second = 0; second < SETTLING_SECONDS; second++) {
      office.run(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#expectNothingLeft();
  }

  ladder(): string {
    return this.#office.net.ladder();
  }

  #expectNothingLeft(): void {
    const { sw, observer, errors } = this.#office;
    const { live, published, client, server, thrown } = this.#office.leftovers();
    holds(sw.index.size === 0, `${sw.index.size} calls are left.`);
    const counts = JSON.stringify({ live, published, client, server });
    holds(live + published + client + server === 0, `Something is left: ${counts}`);
    holds(thrown.length === 0, `The switch has thrown ${thrown.map(textOf).join()}`);
    holds(observer.failures.length === 0, `A call has come to grief: ${observer.failures.map(textOf).join()}`);
    holds(errors.length === 0, `The switch has written down an error: ${errors.join()}`);
    const started = observer.told.filter((what) => what === "started").length;
    holds(observer.cdrs.length === started, `${started} calls and ${observer.cdrs.length} records.`);
  }

  #phone(name: string): LampPhone {
    const phone = this.#phones.get(name);
    if (phone === undefined) throw new Error(`There is no phone ${name}.`);
    return phone;
  }

  /** A phone that has been asked last, and not answered: by that nearly every answer is to something. */
  #asked(which: number): LampPhone | undefined {
    const waiting = [...this.#phones.values()].filter(({ received }) => {
      const last = received.at(-1);
      return last?.status === 0 && last.method !== "ACK";
    });
    const invited = waiting.filter(({ received }) => received.at(-1)?.method === "INVITE");
    if (invited.length > 0) return chosen(invited, which);
    return waiting.length === 0 ? undefined : chosen(waiting, which);
  }

  #connect(from: string, to: string, number: string): GoodCall {
    const phones = { caller: this.#phone(from), callee: this.#phone(to), number };
    return GoodCall.begin(this.#office, this.#requests, phones);
  }

  /** What an operator does to some call but the good one. */
  #decide(which: number): void {
    const calls = this.#calls.list().slice(1);
    if (calls.length === 0) return;
    const decision: unknown = JSON.parse(chosen(decisions, which));
    try {
      this.#calls.decide(chosen(calls, which).id, decision);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
    }
    this.#office.run(BETWEEN_STEPS_MS);
  }

  /** Changes and sends it; what is no message any more is for another target. */
  #send({ who, changes }: Step, text = ""): void {
    const changed = changes.reduce((message, number) => changedMessage(message, number, this.#others), text);
    // Nobody but its own phones knows the dialogs of the good call.
    if (this.#good?.isNamedIn(changed) === true) return;
    this.#sent.set(who, changed);
    if (parseMessage(changed, "datagram").type === "message") this.#office.net.send(changed, this.#phone(who).flow);
    this.#office.run(BETWEEN_STEPS_MS);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
