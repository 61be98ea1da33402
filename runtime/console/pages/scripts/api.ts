/** What the page asks of the switch about scripts. All throw `ApiError`. */
import type {
  CheckedBody,
  DeployedBody,
  DeploymentBody,
  ScriptSummaryBody,
  ScriptVersionBody,
} from "../../../contract/script-api.ts";
import type { ScriptStatsBody } from "../../../contract/script-stats-api.ts";
import { get, getAll, getTagged, send, type Tagged } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { ApiError } from "../../api/problem.ts";
import type { Files } from "./check/protocol.ts";
import type { Share } from "./versions/split.ts";

/** A script as it stands. */
export interface Standing {
  readonly summary: ScriptSummaryBody;
  /** Of `summary`: another one once anybody has deployed. */
  readonly etag: string | null;
  /** Newest first. */
  readonly versions: readonly ScriptVersionBody[];
  /** `null`: nothing of it is live. */
  readonly deployment: Tagged<DeploymentBody> | null;
  readonly history: readonly DeploymentBody[];
}

export interface Source {
  readonly entry: string;
  readonly files: Files;
}

const MOST_VERSIONS = 1000;
const MOST_DEPLOYMENTS = 50;

/** `null`: there is no such script. */
export async function readStanding(name: string, signal?: AbortSignal): Promise<Standing | null> {
  const options = signal === undefined ? {} : { signal };
  const summary = await orNull(getTagged<ScriptSummaryBody>(path`/v1/scripts/${name}`, options));
  if (summary === null) return null;
  const [versions, deployment, history] = await Promise.all([
    getAll<ScriptVersionBody>(path`/v1/scripts/${name}/versions`, options, MOST_VERSIONS),
    orNull(getTagged<DeploymentBody>(path`/v1/scripts/${name}/deployment`, options)),
    getAll<DeploymentBody>(path`/v1/scripts/${name}/deployments`, options, MOST_DEPLOYMENTS),
  ]);
  return { summary: summary.body, etag: summary.etag, versions, deployment, history };
}

export function readStats(name: string, signal?: AbortSignal): Promise<ScriptStatsBody> {
  return get(path`/v1/scripts/${name}/stats`, signal === undefined ? {} : { signal });
}

/** All files of a version, with line feeds as line ends. */
export async function readSource(name: string, { version, entry, files }: ScriptVersionBody): Promise<Source> {
  const texts = files.map(async (file) => {
    const place = file.split("/").map(encodeURIComponent).join("/");
    const text = await get<string>(`${path`/v1/scripts/${name}/versions/${version}`}/files/${place}`);
    return [file, text.replaceAll("\r\n", "\n")] as const;
  });
  return { entry, files: Object.fromEntries(await Promise.all(texts)) };
}

/** What the switch has against it; nothing is stored. */
export function checkSource(name: string, source: Source): Promise<CheckedBody> {
  return send("POST", path`/v1/scripts/${name}/versions`, source, { query: { dryRun: 1 } });
}

export interface DeployOptions {
  /** Of the calls, 1 to 100. */
  readonly percent: number;
  readonly message: string;
  readonly autoRollback: boolean;
  /** Of the script that was seen; `null`: it must be new. */
  readonly etag: string | null;
}

export function deploySource(name: string, source: Source, options: DeployOptions): Promise<DeployedBody> {
  const { percent, message, autoRollback, etag } = options;
  const body = { ...source, ...(message === "" ? {} : { message }) };
  const query = { percent, autoRollback: autoRollback ? 1 : 0 };
  const condition = etag === null ? { ifNoneMatch: "*" } : { ifMatch: etag };
  return send("PUT", path`/v1/scripts/${name}`, body, { query, ...condition });
}

/** A version that gets no calls. */
export function storeSource(name: string, source: Source, message: string): Promise<ScriptVersionBody> {
  const body = { ...source, ...(message === "" ? {} : { message }) };
  return send("POST", path`/v1/scripts/${name}/versions`, body);
}

export function makeLive(
  name: string,
  versions: readonly Share[],
  options: { readonly etag: string | null; readonly message?: string; readonly autoRollback?: boolean },
): Promise<DeploymentBody> {
  const { etag, ...rest } = options;
  return send("PUT", path`/v1/scripts/${name}/deployment`, { versions, ...rest }, { ifMatch: etag ?? "*" });
}

/** What is told where somebody else has deployed in between. */
export function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 412 || error.code === "conflict");
}

async function orNull<Body>(reading: Promise<Body>): Promise<Body | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
