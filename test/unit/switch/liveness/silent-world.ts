/** A switch with all that calls can hold: audio, a trunk, a journal; and everybody around it can be taken away at once. */
import { CallLog } from "../../../../runtime/recovery/call-log.ts";
import { readCalls } from "../../../../runtime/recovery/read-calls.ts";
import type { SimEndpoint } from "../../../../runtime/simulator/audio/sim-endpoint.ts";
import { Phone, Side } from "../../../../runtime/simulator/network/phone.ts";
import type { Field, SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import type { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { HeldTransport } from "../../../../runtime/sip/transport/held.ts";
import { sdp } from "../audio/audio-world.ts";
import { SimAudio } from "../audio/sim-audio.ts";
import type { Handlers } from "../call/scripted.ts";
import { DOMAIN, World } from "../call/world.ts";
import { MemoryFiles } from "../recovery/memory-files.ts";
import { answersPings, vanish } from "./pinged.ts";

const SECOND = 1000;
const LIFE = 1;

export class SilentWorld {
  readonly world: World;
  readonly carol: Phone;
  readonly alice: Phone;
  readonly bob: Phone;
  readonly gateway: Phone;
  readonly #audio: SimAudio[] = [];
  readonly #files = new MemoryFiles();
  readonly #log: CallLog;
  #isSilent = false;

  constructor(script: Handlers) {
    let log: CallLog | undefined;
    this.world = new World({
      script,
      trunks: [{ name: "carrier", trunk: { uri: "sip:198.51.100.1", numbers: ["+*"] } }],
      route: { public: true },
      audio: (clock) => {
        const plane = new SimAudio(clock);
        this.#audio.push(plane);
        return { plane, library: plane.library, mailboxes: plane.mailboxes };
      },
      journal: (clock) => {
        let held: HeldTransport | null = null;
        log = this.#createLog(clock, { hold: () => held?.hold(), release: () => held?.release() });
        return {
          log,
          ofWire(transport) {
            held = new HeldTransport(transport);
            return held;
          },
        };
      },
    });
    if (log === undefined) throw new Error("the world has made no journal");
    this.#log = log;
    const { observer } = this.world;
    const tell = observer.callEnded.bind(observer);
    observer.callEnded = (call, cdr) => {
      tell(call, cdr);
      this.#log.recordStored(cdr.id);
    };
    this.carol = this.world.phone("carol");
    this.alice = this.world.registered("alice");
    this.bob = this.world.registered("bob");
    this.gateway = new Phone(this.world.net, "gateway", "198.51.100.1");
    for (const phone of this.#phones) answersPings(phone);
  }

  get endpoints(): readonly SimEndpoint[] {
    return this.#audio.flatMap(({ opened }) => opened);
  }

  /** Lets a little time pass. */
  pass(ms = 100): Promise<void> {
    return this.world.pass(ms);
  }

  /** Somebody calls from outside. */
  dial(fields: readonly Field[] = [], to = "100"): SipText {
    return this.carol.invite(`sip:${to}@${DOMAIN}`, { body: sdp(this.carol.address), fields });
  }

  /** A phone answers what rings there; gives its side of the dialog. */
  async pickUp(phone: Phone, fields: readonly Field[] = []): Promise<Side> {
    const offered = phone.take("INVITE");
    phone.answer(offered, 180);
    await this.pass();
    phone.answer(offered, 200, { body: sdp(phone.address), fields });
    await this.pass();
    return Side.ofCallee(phone, offered);
  }

  /** The caller acknowledges the answer; gives his side of the dialog. */
  async acknowledge(invite: SipText, phone = this.carol): Promise<Side> {
    const side = Side.ofCaller(phone, invite, phone.take("200 INVITE"));
    side.ack(invite);
    await this.pass();
    return side;
  }

  /** Both talk: the caller's side, and that of whoever was called. */
  async talk(phone = this.alice, asks: readonly Field[] = [], answers: readonly Field[] = []) {
    const invite = this.dial(asks);
    await this.pass();
    const callee = await this.pickUp(phone, answers);
    const caller = await this.acknowledge(invite);
    return { caller, callee };
  }

  /** Everybody's power is cut. */
  silence(): void {
    this.#isSilent = true;
    vanish(...this.#phones);
  }

  async wait(minutes: number): Promise<void> {
    for (let seconds = 0; seconds < minutes * 60; seconds++) {
      if (this.#isSilent)
        for (const endpoint of this.endpoints) if (endpoint.silentSince === null) endpoint.fallSilent();
      this.world.run(SECOND);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** What the switch still holds of any call. */
  async left() {
    const { world } = this;
    for (const user of ["alice", "bob"]) void world.registrar.remove(DOMAIN, user);
    // The registrar looks once more at what has run out.
    world.run(2 * SECOND);
    this.#log.flush();
    const { client, server } = world.stack.transactions.size;
    return {
      calls: world.sw.index.size,
      transactions: client + server,
      timers: world.clock.pending,
      endpoints: this.endpoints.filter(({ isOpen }) => isOpen).length,
      lines: world.trunks?.leases.count("carrier"),
      journaled: readCalls(this.#files.all()).calls.length,
    };
  }

  get #phones(): readonly Phone[] {
    return [this.carol, this.alice, this.bob, this.gateway];
  }

  #createLog(clock: VirtualClock, wire: { hold(): void; release(): void }): CallLog {
    return new CallLog({
      files: this.#files.of(LIFE),
      defer: (work) => void clock.startTimer(0, { expire: work }, "turn"),
      retry: (work, ms) => void clock.startTimer(ms, { expire: work }, "retry"),
      wire,
      log: { debug() {}, info() {}, warn() {}, error: (text) => this.world.observer.failures.push(text) },
      now: () => clock.now(),
    });
  }
}
