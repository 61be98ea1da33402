/** Real clients: a missing one is a failure where everything must be tested (`CI` is set) and a printed skip elsewhere. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where Debian keeps servers, which is not in everybody's path. */
const SERVER_FOLDERS = ["/usr/sbin", "/usr/local/sbin"];

export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...SERVER_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Whether all programs are there. Prints which one is missing, or throws where `CI` is set. */
export function hasPrograms(...names: readonly string[]): boolean {
  const missing = names.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) return true;
  return skip(`${missing.join(", ")} not installed (see test/README.md)`);
}

/** Says why a test is skipped; throws where `CI` is set. Always `false`. */
export function skip(reason: string): false {
  if (process.env.CI) throw new Error(`Cannot be skipped while CI is set: ${reason}`);
  console.log(`skipped: ${reason}`);
  return false;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
