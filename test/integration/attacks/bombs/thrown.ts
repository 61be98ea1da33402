/** Bombs that go off when somebody reads what was thrown. */
import { type Bomb, STOPPED } from "./bomb.ts";

export const thrown: readonly Bomb[] = [
  {
    name: "a hook for stacks that loops",
    body: "try { Error.prepareStackTrace = () => { for (;;); }; } catch {} throw new Error('plain');",
    ends: ["threw"],
  },
  {
    name: "a thrown object whose every text is a loop",
    body: "throw { toString() { for (;;); }, get message() { for (;;); }, get stack() { for (;;); } };",
    ends: STOPPED,
  },
  {
    name: "a thrown proxy whose every trap is a loop",
    body: "throw new Proxy({}, { get() { for (;;); }, ownKeys() { for (;;); }, getPrototypeOf() { for (;;); } });",
    ends: STOPPED,
  },
];
