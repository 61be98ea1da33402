/**
 * Has the far sides of two calls of ours hear each other. Where no audio ends here, one is asked for an offer and the other
 * answers it (RFC 3725 §4.1, flow I, within dialogs that are there); else each talks with us, and we join them.
 */
import { otherSide, type Side } from "../../../sdp/offer-answer.ts";
import type { AudioSide } from "../../audio/audio-side.ts";
import { mustAnchor } from "../../audio/must-anchor.ts";
import type { Call } from "../../call/call.ts";
import { hasDescription } from "../../call/description.ts";
import { Anchoring } from "./anchoring.ts";
import { Reinvite, type Reinvited } from "./reinvite.ts";
import { restore } from "./restore.ts";

export interface Seats {
  /** The call that lives on, and its side that stays. */
  readonly call: Call;
  readonly kept: Side;
  /** The call that ends, and its side that comes over. */
  readonly other: Call;
  readonly far: Side;
}

export interface JoinedMedia {
  readonly keptAudio: AudioSide | null;
  readonly audio: AudioSide | null;
  readonly keptDescription: string | null;
  readonly description: string | null;
}

export interface JoiningUser {
  joined(media: JoinedMedia): void;
  notJoined(status: number): void;
}

interface Place {
  readonly call: Call;
  readonly side: Side;
}

export class Joining {
  readonly #kept: Place;
  readonly #far: Place;
  readonly #user: JoiningUser;
  #work: { giveUp(): void } | null = null;
  #isOver = false;
  /** What has been changed already, and is put back where the rest fails. */
  readonly #undo: (() => void)[] = [];

  constructor({ call, kept, other, far }: Seats, user: JoiningUser) {
    this.#kept = { call, side: kept };
    this.#far = { call: other, side: far };
    this.#user = user;
  }

  start(): void {
    if (this.#needsAudio()) this.#anchor(this.#kept, null, (kept) => this.#anchorFar(kept));
    else this.#askForOffer();
  }

  giveUp(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#work?.giveUp();
    for (const undo of this.#undo) undo();
  }

  #needsAudio(): boolean {
    const [kept, far] = [this.#kept.call.state.bridges[0], this.#far.call.state.bridges[0]];
    if (kept === undefined || far === undefined || kept.isAnchored || far.isAnchored) return true;
    const { remoteTarget: uri, flow } = far[this.#far.side];
    const branch = { target: uri, uri, hop: { type: "flow", flow } } as const;
    const party = { flow: kept[this.#kept.side].flow, body: kept.media[this.#kept.side] ?? "" };
    return mustAnchor(this.#kept.call, { type: "forward", targets: [] }, [branch], party);
  }

  #anchorFar(kept: AudioSide): void {
    this.#anchor(this.#far, kept, (far) =>
      this.#done({ keptAudio: kept, audio: far, keptDescription: null, description: null }),
    );
  }

  #anchor({ call, side }: Place, near: AudioSide | null, then: (audio: AudioSide) => void): void {
    const audio = call.hasAudio ? call.audio.of(side) : undefined;
    if (audio !== undefined) {
      then(audio);
      return;
    }
    const anchoring = new Anchoring({ call, side, owner: this.#kept.call, near }, (anchored, status) => {
      if (anchored === null) {
        this.#fail(status);
        return;
      }
      this.#undo.push(() => {
        anchored.close();
        restore(call, side);
      });
      then(anchored);
    });
    this.#work = anchoring;
    anchoring.start();
  }

  #askForOffer(): void {
    const { call, side } = this.#kept;
    const dialog = call.state.bridges[0]?.[side];
    if (dialog === undefined) {
      this.#fail(481);
      return;
    }
    // An offer has to be answered, and the phone knows this answer already.
    const before = call.state.bridges[0]?.media[otherSide(side)] ?? "";
    const asking = new Reinvite(call, dialog, "", (outcome) => this.#offered(asking, before, outcome));
    this.#work = { giveUp: () => asking.giveUp(before, () => {}) };
    asking.start();
  }

  #offered(asking: Reinvite, before: string, outcome: Reinvited): void {
    if (!outcome.ok) {
      this.#fail(outcome.status);
      return;
    }
    const offer = outcome.response.body;
    const { call, side } = this.#far;
    const dialog = call.state.bridges[0]?.[side];
    if (dialog === undefined || !hasDescription(outcome.response)) {
      asking.acknowledge(before);
      this.#fail(dialog === undefined ? 481 : 488);
      return;
    }
    const telling = new Reinvite(call, dialog, offer, (answered) => {
      if (answered.ok && hasDescription(answered.response)) {
        telling.acknowledge();
        asking.acknowledge(answered.response.body);
        this.#done({ keptAudio: null, audio: null, keptDescription: offer, description: answered.response.body });
        return;
      }
      asking.acknowledge(before);
      if (answered.ok) {
        telling.acknowledge();
        restore(call, side);
      }
      this.#fail(answered.ok ? 488 : answered.status);
    });
    this.#work = {
      giveUp: () => {
        asking.acknowledge(before);
        telling.giveUp("", () => restore(call, side));
      },
    };
    telling.start();
  }

  #done(media: JoinedMedia): void {
    this.#isOver = true;
    this.#user.joined(media);
  }

  #fail(status: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const undo of this.#undo) undo();
    this.#user.notJoined(status);
  }
}
