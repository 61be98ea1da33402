/** Programs and services that write down what was said in a WAV file. They are the operator's own; what they answer is bounded. */
import { spawn } from "node:child_process";
import { openAsBlob } from "node:fs";
import { fail, ok, type Result } from "../../../base/result.ts";
import { parseJson } from "../json.ts";

export type TranscriberConfig =
  | { readonly type: "command"; readonly command: readonly string[]; readonly timeoutMs: number }
  | { readonly type: "url"; readonly url: string; readonly timeoutMs: number };

/** What was said; the problem: why that is not known. */
export type Transcribe = (file: string, signal: AbortSignal) => Promise<Result<string, string>>;

const MAX_BYTES = 64 * 1024;
const MAX_CHARACTERS = 10_000;
/** Nothing of the switch's own environment: it holds secrets. */
const PASSED_ON = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"];

export function createTranscriber(config: TranscriberConfig): Transcribe {
  const transcribe = config.type === "command" ? runCommand(config.command) : postTo(config.url);
  return async (file, signal) => {
    const answer = await transcribe(file, signal);
    return answer.ok ? toTranscript(answer.value) : answer;
  };
}

/** Runs a program with the path as its last argument, in a group of its own, so that what it starts ends with it. */
function runCommand([program = "", ...args]: readonly string[]): (
  file: string,
  signal: AbortSignal,
) => Promise<Result<string, string>> {
  return (file, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve(fail("it took too long"));
      const env = Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]]));
      const child = spawn(program, [...args, file], { stdio: ["ignore", "pipe", "ignore"], detached: true, env });
      const chunks: Buffer[] = [];
      let bytes = 0;
      const kill = (): void => killGroup(child.pid);
      signal.addEventListener("abort", kill, { once: true });
      child.stdout.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= MAX_BYTES) chunks.push(chunk);
        else kill();
      });
      child.on("error", (error) => resolve(fail(`${program} cannot be run: ${error.message}`)));
      child.on("close", (code, ended) => {
        signal.removeEventListener("abort", kill);
        if (bytes > MAX_BYTES) resolve(fail(`${program} printed more than ${MAX_BYTES} bytes`));
        else if (signal.aborted) resolve(fail(`${program} took too long`));
        else if (code === 0) resolve(ok(Buffer.concat(chunks).toString("utf8")));
        else resolve(fail(`${program} ended with ${code === null ? ended : `exit code ${code}`}`));
      });
    });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

/** Sends the file by POST; takes plain text, or JSON with the text in `text`, as services for speech answer. */
function postTo(url: string): (file: string, signal: AbortSignal) => Promise<Result<string, string>> {
  return async (file, signal) => {
    try {
      const body = await openAsBlob(file, { type: "audio/wav" });
      const headers = { "Content-Type": "audio/wav", Accept: "text/plain, application/json" };
      const response = await fetch(url, { method: "POST", body, headers, signal, redirect: "error" });
      const text = await readBounded(response);
      if (text === undefined) return fail(`${url} answered more than ${MAX_BYTES} bytes`);
      if (!response.ok) return fail(`${url} answered ${response.status}`);
      if (!/json/i.test(response.headers.get("content-type") ?? "")) return ok(text);
      const said = parseJson(text)?.text;
      return typeof said === "string" ? ok(said) : fail(`${url} answered JSON without a text`);
    } catch (error) {
      if (signal.aborted) return fail(`${url} took too long`);
      const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return fail(`${url} cannot be reached: ${reason instanceof Error ? reason.message : String(reason)}`);
    }
  };
}

async function readBounded(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** One paragraph of readable text. */
function toTranscript(text: string): Result<string, string> {
  const readable = text.replace(/[\p{C}\s]+/gu, " ").trim();
  if (readable === "") return fail("nothing was understood");
  return ok(readable.length > MAX_CHARACTERS ? `${readable.slice(0, MAX_CHARACTERS)}…` : readable);
}
