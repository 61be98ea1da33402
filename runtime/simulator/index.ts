/**
 * `strowger/testing`: runs a script on the switch itself, without a phone, a network or a second of waiting.
 *
 * @example
 * import { simulate } from "strowger/testing";
 *
 * const call = simulate(frontDesk).invite({ to: "100", from: "bob" });
 * await call.rings("alice");
 * call.noAnswer(20);
 * expect(call).toBeIn(voicemail("alice"));
 */
import type { Script } from "../../sdk/script.ts";
import type { SimulationOptions } from "./options.ts";
import { InProcessScripts } from "./script/in-process-scripts.ts";
import { Simulation } from "./simulation.ts";

export type { PressOptions, SimulatedCall, WithinOptions } from "./call.ts";
export type { Decided, FaultOfEvent, LogLine, SimulatedResponse } from "./call-facts.ts";
export type { CallerParts } from "./caller.ts";
export { type CallMatchers, matchers } from "./matchers.ts";
export type { SimulatedUser, SimulationOptions } from "./options.ts";
export type { SimulatedRegistration } from "./registrations.ts";
export type { SimulatedRequest, SimulatedSchedule } from "./script-events.ts";
export type { SimulatedText } from "./sent-texts.ts";
export type { OfGateway, SimulatedTrunk, ToldOfTrunk } from "./simulated-trunk.ts";
export type { SimulatedTrunkOptions } from "./simulated-trunks.ts";
export type { Simulation } from "./simulation.ts";
export { SimulationError } from "./simulation-error.ts";
export type {
  SimulatedMessageParts,
  SimulatedPublication,
  SimulatedRequestParts,
  SimulatedSubscription,
} from "./sip-requests.ts";

/** A switch of its own with this script, which gets every call. */
export function simulate(script: Script, options: SimulationOptions = {}): Simulation {
  return new Simulation(
    ({ script: name, ...around }) => new InProcessScripts({ ...around, scripts: { [name]: script } }),
    options,
  );
}
