import type { Bomb } from "./bomb.ts";
import { builtin } from "./builtin.ts";
import { depth } from "./depth.ts";
import { endless } from "./endless.ts";
import { heap } from "./heap.ts";
import { outside } from "./outside.ts";
import { thrown } from "./thrown.ts";

/** 69 kinds of harm that plain JavaScript can do to the process it runs in. */
export const bombs: readonly Bomb[] = [...endless, ...depth, ...heap, ...outside, ...builtin, ...thrown];
