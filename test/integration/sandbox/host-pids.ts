import { readFileSync } from "node:fs";

/** Script hosts among the children of this process. */
export function hostPids(): number[] {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "latin1").trim();
  const pids = children === "" ? [] : children.split(" ").map(Number);
  return pids.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("host/main"));
}
