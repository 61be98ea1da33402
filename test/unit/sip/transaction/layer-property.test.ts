import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClientTransaction, ClientUser, ServerTransaction } from "../../../../runtime/sip/transaction/layer.ts";
import { requestText, tcp, udp, World } from "./world.ts";

/** An INVITE and its CANCEL share a branch of ours; another request never has one of theirs. */
const BRANCHES = ["z9hG4bKa", "z9hG4bKb"];
const OWN_BRANCHES = ["z9hG4bKc", "z9hG4bKd"];
const FINALS = [200, 302, 486, 603];

type Action =
  | { readonly type: "receive"; readonly method: string; readonly branch: string; readonly reliable: boolean }
  | { readonly type: "respond"; readonly index: number; readonly status: number }
  | { readonly type: "call"; readonly method: string; readonly branch: string; readonly reliable: boolean }
  | { readonly type: "reply"; readonly method: string; readonly branch: string; readonly status: number }
  | { readonly type: "fail-flow" }
  | { readonly type: "wait"; readonly ms: number };

const branch = fc.constantFrom(...BRANCHES);
const anyBranch = fc.constantFrom(...BRANCHES, ...OWN_BRANCHES);
const method = fc.constantFrom("INVITE", "OPTIONS", "CANCEL");
const status = fc.constantFrom(100, 180, ...FINALS);
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    type: fc.constant("receive"),
    method: fc.constantFrom("INVITE", "OPTIONS", "CANCEL", "ACK"),
    branch,
    reliable: fc.boolean(),
  }),
  fc.record({ type: fc.constant("respond"), index: fc.nat(5), status }),
  fc.record({ type: fc.constant("call"), method: fc.constantFrom("INVITE", "CANCEL"), branch, reliable: fc.boolean() }),
  fc.record({
    type: fc.constant("call"),
    method: fc.constant("OPTIONS"),
    branch: fc.constantFrom(...OWN_BRANCHES),
    reliable: fc.boolean(),
  }),
  fc.record({ type: fc.constant("reply"), method, branch: anyBranch, status }),
  fc.record({ type: fc.constant("fail-flow") }),
  fc.record({ type: fc.constant("wait"), ms: fc.constantFrom(100, 500, 4000, 5000, 32_000) }),
);

/** Hears what a client transaction says, by transaction. */
class Listener implements ClientUser {
  readonly heard = new Map<ClientTransaction, string[]>();

  onResponse({ status: heard }: { readonly status: number }, transaction: ClientTransaction): void {
    this.#note(transaction, String(heard));
  }

  onFailure(failure: string, transaction: ClientTransaction): void {
    this.#note(transaction, failure);
  }

  #note(transaction: ClientTransaction, word: string): void {
    this.heard.set(transaction, [...(this.heard.get(transaction) ?? []), word]);
  }
}

class Play {
  readonly world = new World();
  readonly listener = new Listener();
  readonly clients: ClientTransaction[] = [];

  do(step: Action): void {
    const { world } = this;
    switch (step.type) {
      case "receive":
        if (step.method !== "ACK" || world.servers.length > 0) {
          world.receive(requestText(step.method, step), step.reliable ? tcp : udp);
        }
        break;
      case "respond": {
        const transaction = world.servers[step.index];
        if (transaction !== undefined && !isAnswered(transaction)) world.answer(step.status, transaction);
        break;
      }
      case "call":
        if (!this.clients.some((client) => client.state !== "terminated" && isSame(client, step))) {
          this.clients.push(world.call(requestText(step.method, step), step.reliable ? tcp : udp, this.listener));
        }
        break;
      case "reply":
        world.reply(requestText(step.method, step), step.status);
        break;
      case "fail-flow":
        world.layer.flowFailed(tcp);
        break;
      case "wait":
        world.clock.advance(step.ms);
        break;
    }
  }

  /** Answers what waits for its user, and lets time end the rest. */
  end(): void {
    for (const transaction of this.world.servers) {
      if (!isAnswered(transaction)) this.world.answer(500, transaction);
    }
    for (const { method: sent, branch: used, state } of this.clients) {
      if (sent === "INVITE" && state === "proceeding") {
        this.world.reply(requestText("INVITE", { branch: used }), 487);
      }
    }
    this.world.clock.advance(64_000);
  }
}

function isAnswered({ state }: ServerTransaction): boolean {
  return state !== "trying" && state !== "proceeding";
}

function isSame(client: ClientTransaction, step: { readonly method: string; readonly branch: string }): boolean {
  return client.method === step.method && client.branch === step.branch;
}

describe("the transaction layer under any sequence of inputs", () => {
  it("ends every transaction, leaves no timer running, and tells each client user one outcome", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const play = new Play();
        for (const step of actions) play.do(step);
        play.end();
        expect(play.world.layer.size).toEqual({ client: 0, server: 0 });
        expect(play.world.clock.pending).toBe(0);
        for (const client of play.clients) {
          const heard = (play.listener.heard.get(client) ?? []).filter((word) => !word.startsWith("1"));
          const outcomes = client.method === "INVITE" && heard[0] === "200" ? [...new Set(heard)] : heard;
          expect(outcomes).toHaveLength(1);
        }
      }),
      { numRuns: 500, seed: 3261 },
    );
  });
});
