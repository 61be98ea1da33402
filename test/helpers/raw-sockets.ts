/** The right to read and write raw packets: root has it, and programs to which it was given (`setcap cap_net_raw+ep`). */
import { execFileSync } from "node:child_process";
import { findProgram, skip } from "./require-program.ts";

/** Whether this program has it; says so and is skipped where it has not, and throws where `CI` is set. */
export function mayUseRawSockets(name: string): boolean {
  if (process.getuid?.() === 0) return true;
  const getcap = findProgram("getcap");
  const program = findProgram(name);
  const isGiven =
    getcap !== undefined &&
    program !== undefined &&
    execFileSync(getcap, [program], { encoding: "utf8" }).includes("cap_net_raw");
  return isGiven || skip(`${name} may not use raw sockets: run as root, or setcap cap_net_raw+ep ${program ?? name}`);
}
