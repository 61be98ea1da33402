/** How a call stands: live, as the list of calls has it; ended, as its record has it. */
import { useSignal } from "@preact/signals";
import type { CallBody, CdrBody } from "../../../contract/call-api.ts";
import { get } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { ApiError } from "../../api/problem.ts";
import { type Resource, useResource } from "../../api/resource.ts";
import { can } from "../../app/session.ts";

export type KnownStanding =
  | { readonly type: "live"; readonly call: CallBody }
  | { readonly type: "ended"; readonly cdr: CdrBody };

/** `unknown`: it is not up, and its record is not there, or not for whoever is signed in. */
export type Standing = KnownStanding | { readonly type: "unknown" };

/** The attempts to reach somebody, as far as they are known. */
export function legsOf(standing: Standing): CallBody["legs"] | CdrBody["legs"] {
  if (standing.type === "unknown") return [];
  return standing.type === "live" ? standing.call.legs : standing.cdr.legs;
}

const EVERY_MS = 2_000;

/** Asked again and again until the record of the call is there; not where it `isOver` since long. */
export function useStanding(id: string, isOver: boolean): Resource<Standing> {
  const isFinal = useSignal(false);
  const read = async (signal: AbortSignal): Promise<Standing> => {
    const call = await found(get<CallBody>(path`/v1/calls/${id}`, { signal }));
    if (call !== null) return { type: "live", call };
    const mayRead = can("cdrs:read");
    const cdr = mayRead ? await found(get<CdrBody>(path`/v1/cdrs/${id}`, { signal })) : null;
    isFinal.value = cdr !== null || !mayRead;
    return cdr === null ? { type: "unknown" } : { type: "ended", cdr };
  };
  return useResource(read, [id], isFinal.value || isOver ? {} : { everyMs: EVERY_MS });
}

async function found<Body>(reading: Promise<Body>): Promise<Body | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
