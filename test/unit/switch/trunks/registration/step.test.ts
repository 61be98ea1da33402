import { describe, expect, it } from "vitest";
import {
  newRegistration,
  type Registration,
  type RegistrationInput,
  wakeAt,
} from "../../../../../runtime/switch/trunks/registration/registration.ts";
import { stepRegistration } from "../../../../../runtime/switch/trunks/registration/step.ts";

const NOW = 1_000_000_000;
const TROUBLE = { code: 503, reason: "as the test asks" };
const LATER: RegistrationInput = { type: "later", trouble: TROUBLE, retryAfterSeconds: null };
const REFUSED: RegistrationInput = { type: "refused", trouble: { code: 403, reason: "no" }, retryAfterSeconds: null };
const CREDENTIALS = [["Authorization", "Digest x"]] as const;

/** A registration, and the time, as a test moves them. */
class Course {
  registration: Registration = newRegistration(3600);
  now = NOW;
  lot = 0;
  /** Seconds that were asked for, by request. */
  readonly sent: (number | string)[] = [];

  give(input: RegistrationInput): this {
    const { next, send } = stepRegistration(this.registration, input, { now: this.now, lot: this.lot });
    this.registration = next;
    if (send !== null) this.sent.push(send.to ?? send.seconds);
    return this;
  }

  accept(seconds: number | null = null, serviceRoute: readonly string[] = []): this {
    return this.give({ type: "accepted", seconds, serviceRoute });
  }

  /** Time goes on to what is due next. */
  wake(): this {
    this.now = wakeAt(this.registration) ?? this.now;
    return this.give({ type: "wake" });
  }

  get state(): string {
    return this.registration.activity.type;
  }

  /** Seconds until what is due next. */
  get due(): number {
    return ((wakeAt(this.registration) ?? Number.NaN) - this.now) / 1000;
  }

  get stands(): boolean {
    return this.registration.binding !== null;
  }
}

function begun(): Course {
  return new Course().give({ type: "begin" });
}

describe("a registration with a carrier (RFC 3261 §10.2)", () => {
  it("is asked for at once, and refreshed before it runs out", () => {
    const course = begun().accept(600);
    expect({ state: course.state, due: course.due, sent: course.sent }).toEqual({
      state: "resting",
      due: 540,
      sent: [3600],
    });
    course.wake();
    expect({ state: course.state, stands: course.stands, sent: course.sent }).toEqual({
      state: "asking",
      stands: true,
      sent: [3600, 3600],
    });
  });

  it.each([
    ["at nine tenths of an hour", 3600, 0, 3240],
    ["a little earlier by chance", 3600, 0.999, 3078],
    ["ten seconds before the end of a short one", 60, 0, 50],
    ["at half time of the shortest", 12, 0, 6],
  ])("is refreshed %s", (_, seconds, lot, due) => {
    const course = begun();
    course.lot = lot;
    course.accept(seconds);
    expect(course.due).toBeCloseTo(due, 0);
  });

  it.each([
    ["what was asked for, where the registrar does not say", null, 3240],
    ["what was asked for, where the registrar says 2^32", 2 ** 32, 3240],
    ["what was asked for, where the registrar says more than any number holds", 999_999_999_999_999, 3240],
  ])("lasts %s", (_, seconds, due) => {
    expect(begun().accept(seconds).due).toBe(due);
  });

  it.each([0, 1, 9])("is none where the registrar keeps it for %i seconds: it is tried again later", (seconds) => {
    const course = begun().accept(seconds);
    expect({ state: course.state, stands: course.stands, due: course.due }).toEqual({
      state: "waiting",
      stands: false,
      due: 10,
    });
  });

  it("is tried again after a time that doubles up to ten minutes, a random half to whole of it", () => {
    const course = begun();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      course.give(LATER);
      waits.push(course.due);
      course.wake();
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 300, 300]);
    course.lot = 0.999;
    expect(course.give(LATER).due).toBeCloseTo(599.7, 0);
  });

  it("waits no longer than before after a success", () => {
    const course = begun().give(LATER).wake().give(LATER).wake().accept(600).wake().give(LATER);
    expect(course.due).toBe(10);
  });

  it("stands while a refresh fails, until its time is over", () => {
    const course = begun().accept(60).wake().give(LATER);
    expect({ stands: course.stands, due: course.due }).toEqual({ stands: true, due: 10 });
    course.wake();
    expect({ state: course.state, stands: course.stands }).toEqual({ state: "asking", stands: false });
  });

  it("takes no answer within 40 seconds for a failure", () => {
    const course = begun().wake();
    expect({
      state: course.state,
      passed: (course.now - NOW) / 1000,
      reason: course.registration.trouble?.reason,
    }).toEqual({
      state: "waiting",
      passed: 40,
      reason: "the registrar does not answer",
    });
  });

  it.each([
    ["as long as the registrar asks for", 300, 300],
    ["its own time where the registrar asks for less", 1, 10],
    ["half an hour at the most", 4_294_967_295, 1800],
  ])("waits %s (Retry-After)", (_, retryAfterSeconds, due) => {
    expect(begun().give({ type: "later", trouble: TROUBLE, retryAfterSeconds }).due).toBe(due);
  });

  it("does not ask a registrar that wants to be left alone, whoever says that it is back", () => {
    const course = begun().give({ type: "later", trouble: TROUBLE, retryAfterSeconds: 300 }).give({ type: "renew" });
    expect({ state: course.state, due: course.due, sent: course.sent }).toEqual({
      state: "waiting",
      due: 300,
      sent: [3600],
    });
  });

  it("answers a challenge, and asks for longer where the registrar wants that (423)", () => {
    const course = begun()
      .give({ type: "challenged", credentials: CREDENTIALS })
      .give({ type: "too-brief", leastSeconds: 7200 });
    expect(course.sent).toEqual([3600, 3600, 7200]);
    expect(course.accept(7200).due).toBe(6480);
  });

  it.each([
    ["than a day", 86_401],
    ["than 2^32", 2 ** 32],
    ["and for less than was asked for", 60],
  ])("gives up a registrar that wants longer registrations %s", (_, leastSeconds) => {
    const course = begun().give({ type: "too-brief", leastSeconds });
    expect({ state: course.state, sent: course.sent }).toEqual({ state: "refused", sent: [3600] });
  });

  it("gives up a registrar that challenges without end", () => {
    const course = begun();
    for (let round = 0; round < 50; round++) course.give({ type: "challenged", credentials: CREDENTIALS });
    expect({ state: course.state, requests: course.sent.length }).toEqual({ state: "refused", requests: 6 });
  });

  it("gives up registrars that send it round in circles", () => {
    const course = begun();
    for (let round = 0; round < 50; round++) {
      course.give({ type: "redirected", to: `sip:r${round}.example` });
    }
    expect({ state: course.state, requests: course.sent.length, second: course.sent[1] }).toEqual({
      state: "refused",
      requests: 6,
      second: "sip:r0.example",
    });
  });

  it("is tried again ten minutes after a refusal, and stands no longer", () => {
    const course = begun().accept(600).wake().give(REFUSED);
    expect({ state: course.state, stands: course.stands, due: course.due }).toEqual({
      state: "refused",
      stands: false,
      due: 600,
    });
    expect(course.wake().state).toBe("asking");
  });

  it("is made again at once when its connection is lost, and stands no longer if nobody answers then", () => {
    const course = begun().accept(600);
    course.now += 60_000;
    course.give({ type: "flow-lost" });
    expect({ state: course.state, stands: course.stands }).toEqual({ state: "asking", stands: true });
    course.give(LATER);
    expect({ state: course.state, stands: course.stands }).toEqual({ state: "waiting", stands: false });
  });

  it("does not make a connection again and again that is closed as soon as it is made", () => {
    const course = begun().accept(600).give({ type: "flow-lost" });
    expect({ state: course.state, stands: course.stands, due: course.due }).toEqual({
      state: "waiting",
      stands: false,
      due: 10,
    });
  });

  it("is made again when the registrar is back, unless it was refused", () => {
    expect(begun().accept(600).give({ type: "renew" }).state).toBe("asking");
    expect(begun().give(LATER).give({ type: "renew" }).state).toBe("asking");
    expect(begun().give(REFUSED).give({ type: "renew" }).state).toBe("refused");
  });

  it("is taken back at the end, with an answer to a challenge, and not waited for beyond two seconds", () => {
    const course = begun().accept(600).give({ type: "end" });
    expect({ state: course.state, due: course.due, sent: course.sent }).toEqual({
      state: "ending",
      due: 2,
      sent: [3600, 0],
    });
    course.give({ type: "challenged", credentials: CREDENTIALS });
    expect({ state: course.state, due: course.due, sent: course.sent }).toEqual({
      state: "ending",
      due: 2,
      sent: [3600, 0, 0],
    });
    expect(course.wake()).toMatchObject({ state: "idle", stands: false, due: Number.NaN });
  });

  it("is taken back as well where the registrar may have it without our knowledge", () => {
    expect(begun().give({ type: "end" }).sent).toEqual([3600, 0]);
    expect(begun().give(LATER).give({ type: "end" })).toMatchObject({ sent: [3600], state: "idle" });
    expect(new Course().give({ type: "end" })).toMatchObject({ sent: [], state: "idle" });
  });

  it("always has a next time while it lives, and never one that is not bounded, whatever comes", () => {
    const inputs: readonly RegistrationInput[] = [
      LATER,
      REFUSED,
      { type: "begin" },
      { type: "accepted", seconds: 600, serviceRoute: [] },
      { type: "accepted", seconds: 0, serviceRoute: [] },
      { type: "challenged", credentials: CREDENTIALS },
      { type: "too-brief", leastSeconds: 4000 },
      { type: "redirected", to: "sip:r.example" },
      { type: "flow-lost" },
      { type: "renew" },
      { type: "wake" },
    ];
    let seed = 1;
    const lot = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const course = begun();
    for (let turn = 0; turn < 20_000; turn++) {
      course.lot = lot();
      if (lot() < 0.5) course.wake();
      else course.give(inputs[Math.floor(lot() * inputs.length)] ?? LATER);
      expect(course.due).toBeLessThanOrEqual(86_400);
      expect(course.due).toBeGreaterThan(-1);
    }
    course.give({ type: "end" });
    expect(["idle", "ending"]).toContain(course.state);
  });
});
