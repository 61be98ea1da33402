/** Entity tags and preconditions (RFC 9110 §8.8.3, §13.1): so that nobody overwrites what they have not seen. */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { RequestProblem } from "./problem.ts";

/** The tag of a representation: equal content, equal tag. */
export function etagOf(text: string): string {
  return `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
}

/** Whether `If-None-Match` names the tag, so that the answer to a GET is 304. Weak comparison. */
export function isUnchanged(headers: IncomingHttpHeaders, etag: string): boolean {
  const wanted = headers["if-none-match"];
  if (wanted === undefined) return false;
  return wanted.trim() === "*" || tagsOf(wanted).some((tag) => tag.replace(/^W\//, "") === etag);
}

/** Throws where `If-Match` or `If-None-Match` of a write does not hold. `current`: the resource as it is, if it is. */
export function checkPreconditions(headers: IncomingHttpHeaders, current: unknown): void {
  checkEtag(headers, current === undefined ? undefined : etagOf(JSON.stringify(current)));
}

/** The same by the ETag that the resource has, if it is. */
export function checkEtag(headers: IncomingHttpHeaders, etag: string | undefined): void {
  const match = headers["if-match"];
  if (match !== undefined && !matches(match, etag)) {
    const state = etag === undefined ? "it does not exist" : `its ETag is ${etag} now`;
    throw new RequestProblem("precondition-failed", `If-Match ${match} does not hold: ${state}. Read it again first.`);
  }
  const noneMatch = headers["if-none-match"];
  if (noneMatch !== undefined && matches(noneMatch, etag)) {
    throw new RequestProblem("precondition-failed", `If-None-Match ${noneMatch} does not hold: it exists already.`);
  }
}

/** The number in `If-Match: "7"`; `undefined` for `*`. */
export function requireIfMatch(headers: IncomingHttpHeaders): number | undefined {
  const match = headers["if-match"]?.trim();
  if (match === undefined) {
    const detail = "Send If-Match with the ETag of the deployment you have seen, or If-Match: * to overwrite any.";
    throw new RequestProblem("precondition-required", detail);
  }
  if (match === "*") return undefined;
  const id = /^"(\d{1,15})"$/.exec(match)?.[1];
  if (id === undefined) {
    throw new RequestProblem("precondition-failed", `If-Match ${match} is not the ETag of a deployment, such as "7".`);
  }
  return Number(id);
}

function matches(wanted: string, etag: string | undefined): boolean {
  if (etag === undefined) return false;
  return wanted.trim() === "*" || tagsOf(wanted).includes(etag);
}

function tagsOf(list: string): readonly string[] {
  return list.split(",").map((tag) => tag.trim());
}
