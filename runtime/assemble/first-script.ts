/** The script that a new switch begins with, and which one gets the calls while there are no routes. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Deployments } from "../port/deployment.ts";

const FIRST_SCRIPT = "default";

/** The script that was deployed last: the one that gets every call while there are no routes. */
export class LastDeployed {
  script: string | undefined;
  #at = "";

  note(script: string, at: string): void {
    if (at < this.#at) return;
    this.#at = at;
    this.script = script;
  }
}

/** Two phones can call each other before anybody has written a line. */
export async function deployFirstScript(scripts: Deployments): Promise<void> {
  const file = fileURLToPath(new URL(`../../scripts/${FIRST_SCRIPT}.ts`, import.meta.url));
  const entry = `${FIRST_SCRIPT}.ts`;
  const files = { [entry]: await readFile(file, "utf8") };
  const author = "first start";
  const { version } = await scripts.upload(FIRST_SCRIPT, { entry, files, author, typecheck: "off" });
  await scripts.deploy(FIRST_SCRIPT, [{ version, percent: 100 }], { author });
}
