import { describe, expect, it } from "vitest";
import {
  type Ending,
  next,
  type PhoneEvent,
  type PhoneState,
  SILENT,
  soundOf,
} from "../../../../runtime/console/pages/phone/phone-state.ts";
import { endingText, phaseText } from "../../../../runtime/console/pages/phone/words.ts";

const AT = "2026-01-01T12:00:00.000Z";
const dialled: PhoneEvent = { type: "dialled", party: "700" };
const rang: PhoneEvent = { type: "rang", party: "bob", callId: "in" };
const answered: PhoneEvent = { type: "answered", at: AT };
const hungUp: Ending = { type: "hung-up", by: "them" };

function stateAfter(...events: readonly PhoneEvent[]): PhoneState {
  return events.reduce(next, SILENT);
}

function textOf({ call }: PhoneState): string | null {
  return call === null ? null : phaseText(call);
}

describe("The state of the console's phone", () => {
  it("goes from the microphone by the ringing to the call that is up", () => {
    const events: PhoneEvent[] = [
      dialled,
      { type: "sent", callId: "out" },
      { type: "progress", hasEarlyMedia: false },
      answered,
    ];
    const texts = events.map((_event, index) => textOf(stateAfter(...events.slice(0, index + 1))));
    expect(texts).toEqual(["Asking for the microphone", "Calling", "Ringing", "Connected"]);
    expect(stateAfter(...events).call).toMatchObject({ direction: "outgoing", callId: "out", answeredAt: AT });
  });

  it("does not ring again where a late 180 follows the answer", () => {
    expect(stateAfter(dialled, answered, { type: "progress", hasEarlyMedia: false }).call?.phase).toBe("up");
  });

  it("keeps one call at a time, whichever comes first", () => {
    expect(stateAfter(dialled, rang).call?.party).toBe("700");
    expect(stateAfter(rang, dialled).call?.party).toBe("bob");
  });

  it("sounds the bell for who calls, and the tone of ringing for who is called, unless the network plays its own", () => {
    expect(soundOf(stateAfter(rang))).toBe("bell");
    expect(soundOf(stateAfter(rang, { type: "answering" }))).toBeNull();
    const ringing = [dialled, { type: "sent", callId: "out" }] as const;
    expect(soundOf(stateAfter(...ringing))).toBeNull();
    expect(soundOf(stateAfter(...ringing, { type: "progress", hasEarlyMedia: false }))).toBe("ringback");
    expect(soundOf(stateAfter(...ringing, { type: "progress", hasEarlyMedia: true }))).toBeNull();
    expect(soundOf(stateAfter(...ringing, answered))).toBeNull();
  });

  it("tells who holds", () => {
    const held = (by: "us" | "them", isHeld = true): PhoneEvent => ({ type: "held", by, isHeld });
    expect(textOf(stateAfter(rang, answered, held("us")))).toBe("On hold");
    expect(textOf(stateAfter(rang, answered, held("them")))).toBe("Held by the other side");
    expect(textOf(stateAfter(rang, answered, held("us"), held("them")))).toBe("Held by both");
    expect(textOf(stateAfter(rang, answered, held("us"), held("us", false)))).toBe("Connected");
    expect(textOf(stateAfter(rang, answered, { type: "muted", isMuted: true }))).toBe("Connected, muted");
  });

  it("keeps what was pressed, as far as there is room for it", () => {
    const keys = Array.from({ length: 40 }, (_, index): PhoneEvent => ({ type: "pressed", key: String(index % 10) }));
    expect(stateAfter(rang, answered, ...keys).call?.keys).toBe("89012345678901234567890123456789");
  });

  it("says of the last call how it ended, until another begins", () => {
    const state = stateAfter(rang, answered, { type: "ended", ending: hungUp });
    expect(state.call).toBeNull();
    expect(state.last).toEqual({ party: "bob", callId: "in", ending: hungUp });
    expect(next(state, dialled).last).toBeNull();
  });

  it("takes the end of a call that is handed on for what it is", () => {
    const asked: PhoneEvent = { type: "transfer", transfer: { state: "asked", target: "carol" } };
    const failed: PhoneEvent = {
      type: "transfer",
      transfer: { state: "failed", target: "carol", problem: { code: "486 Busy Here", text: "" } },
    };
    const end = (...events: PhoneEvent[]) => {
      const ending = stateAfter(rang, answered, ...events, { type: "ended", ending: hungUp }).last?.ending;
      return ending === undefined || ending.type === "failed" ? null : endingText(ending);
    };
    expect(end(asked)).toBe("Handed on to carol.");
    expect(end(asked, failed)).toBe("The other side hung up.");
  });

  it("keeps the call while the registration is lost and found", () => {
    const lost: PhoneEvent = { type: "registration", registration: { state: "connecting", problem: null } };
    expect(stateAfter(rang, answered, lost).call?.phase).toBe("up");
  });

  it("has nothing to do with what comes of a call that is gone", () => {
    for (const event of [answered, { type: "ended", ending: hungUp }, { type: "pressed", key: "1" }] as const) {
      expect(stateAfter(event)).toEqual(SILENT);
    }
  });
});
