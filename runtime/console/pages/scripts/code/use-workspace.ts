/** Opens the files of a script: the draft that this browser keeps, else a version. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, textOf } from "../../../api/problem.ts";
import type { Loaded } from "../../../api/resource.ts";
import { can } from "../../../app/session.ts";
import { readSource, type Standing } from "../api.ts";
import { leaderOf } from "../versions/split.ts";
import { type Draft, readDraft } from "./drafts.ts";
import { newScript } from "./new-script.ts";
import { ownDrafts } from "./own-drafts.ts";
import { type Base, Workspace } from "./workspace.ts";

/** `wanted`: a version to begin with, where no draft is kept. `standing`: `null` for a script that is new. */
export function useWorkspace(
  name: string,
  standing: Standing | null | undefined,
  wanted: number | null,
): ReadonlySignal<Loaded<Workspace>> {
  const loaded = useSignal<Loaded<Workspace>>({ state: "loading" });
  const isKnown = standing !== undefined;
  useEffect(() => {
    if (standing === undefined || loaded.value.state === "ready") return;
    let isWanted = true;
    openWorkspace(name, standing, wanted).then(
      (body) => {
        if (isWanted) loaded.value = { state: "ready", body };
      },
      (error: unknown) => {
        if (isWanted) loaded.value = { state: "failed", error: asApiError(error) };
      },
    );
    return () => {
      isWanted = false;
    };
  }, [name, isKnown]);
  return loaded;
}

async function openWorkspace(name: string, standing: Standing | null, wanted: number | null): Promise<Workspace> {
  const isReadOnly = !can("scripts:write");
  const drafts = ownDrafts();
  const draft = isReadOnly ? null : readDraft(drafts, name);
  const base = standing === null ? newScript(name) : await baseOf(name, standing, draft?.base ?? wanted);
  return new Workspace({ script: name, isReadOnly, base, draft, drafts });
}

/** The version that is wanted, else the one that most calls get, else the newest. */
export async function baseOf(name: string, standing: Standing, wanted: Draft["base"]): Promise<Base> {
  const { versions, summary, etag } = standing;
  const byNumber = (number: number | null) => versions.find(({ version }) => version === number);
  const version = byNumber(wanted) ?? byNumber(leaderOf(summary.active)) ?? versions[0];
  if (version === undefined) return newScript(name);
  return { version: version.version, etag, ...(await readSource(name, version)) };
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError({ status: 0, code: "unexpected", detail: textOf(error) });
}
