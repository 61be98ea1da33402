/** Which hosts a script may reach: `api.example.com`, `*.example.com`, `api.example.com:8443`, or `*` for any. */
import { fail, ok, type Result } from "../base/result.ts";
import { describeValue } from "./issue.ts";

export interface HostRule {
  /** In lower case and ASCII; empty for any. */
  readonly host: string;
  /** Whether it means the names below the host, and not the host itself. */
  readonly below: boolean;
  /** `null`: any. */
  readonly port: number | null;
}

const RULE = /^(\*\.)?([^*/?#@\\\s]+?)(?::(\d{1,5}))?$/;

export function parseHostRule(text: string): Result<HostRule, string> {
  if (text === "*") return ok({ host: "", below: true, port: null });
  const [, wildcard, name = "", digits] = RULE.exec(text) ?? [];
  // A URL's host is what the rule will be compared with.
  const host = URL.parse(`http://${name}`)?.hostname ?? "";
  const port = digits === undefined ? null : Number(digits);
  if (host === "" || host.endsWith(".") || port === 0 || (port ?? 0) > 65_535) {
    return fail(
      `expected a host such as api.example.com, *.example.com or localhost:8000, found ${describeValue(text)}`,
    );
  }
  return ok({ host, below: wildcard !== undefined, port });
}

/** `host` as a URL has it. */
export function matchesHost(rule: HostRule, host: string, port: number): boolean {
  if (rule.port !== null && rule.port !== port) return false;
  if (!rule.below) return host === rule.host;
  return rule.host === "" || host.endsWith(`.${rule.host}`);
}
