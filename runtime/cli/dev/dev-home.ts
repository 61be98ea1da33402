/** The installation that scripts are developed in: the one around the current folder, or one that is gone afterwards. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const OWN_CONFIGURATION = "strowger.yaml";

export interface DevHome {
  readonly configFile: string;
  /** Whether all that is kept is gone at the end. */
  readonly isTemporary: boolean;
  remove(): void;
}

export interface HomeOptions {
  /** @default strowger.yaml, where there is one */
  readonly config?: string | undefined;
  /** Of a temporary installation. */
  readonly sipPort: number;
  readonly httpPort: number;
}

/** `firstScript` gets the calls of an installation that is made here. */
export function openHome({ config, sipPort, httpPort }: HomeOptions, firstScript: string): DevHome {
  if (config !== undefined) return { configFile: config, isTemporary: false, remove: () => undefined };
  if (existsSync(OWN_CONFIGURATION))
    return { configFile: OWN_CONFIGURATION, isTemporary: false, remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), "strowger-dev-"));
  const configFile = join(folder, OWN_CONFIGURATION);
  // JSON is YAML.
  const text = {
    listen: ["udp", "tcp"].map((transport) => `${transport}://0.0.0.0:${sipPort}`),
    http: { listen: `127.0.0.1:${httpPort}` },
    data: "./data",
    routes: [{ name: "dev", script: firstScript }],
    guard: { exempt: ["127.0.0.0/8"] },
  };
  writeFileSync(configFile, JSON.stringify(text));
  return { configFile, isTemporary: true, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
