/** Virtual time: timers run when the test says so, in order of their time. */
export { VirtualClock as FakeClock } from "../../runtime/simulator/virtual-clock.ts";
