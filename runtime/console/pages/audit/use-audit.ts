/** What of the audit log a search finds, a page after the other. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { AuditBody } from "../../../contract/audit-api.ts";
import { get, type Page } from "../../api/client.ts";
import { reconnections } from "../../api/connection.ts";
import type { Query } from "../../api/path.ts";
import type { ApiError } from "../../api/problem.ts";
import { sayProblem } from "../../components/toast.tsx";

const PAGE = 200;

export type AuditState =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly error: ApiError }
  | { readonly state: "ready"; readonly records: readonly AuditBody[]; readonly hasMore: boolean };

export interface Audit {
  readonly found: ReadonlySignal<AuditState>;
  more(): void;
}

/** `key` changes when the search is to be made anew. */
export function useAudit(query: Query, key: string): Audit {
  const search = useMemo(() => new Search(query), [key, reconnections.value]);
  useEffect(() => {
    void search.begin();
    return () => search.end();
  }, [search]);
  return search;
}

class Search implements Audit {
  readonly found = signal<AuditState>({ state: "loading" });
  readonly #query: Query;
  readonly #ending = new AbortController();
  #cursor: string | null = null;
  #isBusy = false;

  constructor(query: Query) {
    this.#query = query;
  }

  async begin(): Promise<void> {
    try {
      await this.#load([]);
    } catch (error) {
      if (!this.#ending.signal.aborted) this.found.value = { state: "failed", error: error as ApiError };
    }
  }

  more(): void {
    const found = this.found.value;
    if (found.state !== "ready" || this.#isBusy || !found.hasMore) return;
    this.#load(found.records).catch((error: unknown) => {
      if (!this.#ending.signal.aborted) sayProblem(error);
    });
  }

  end(): void {
    this.#ending.abort();
  }

  async #load(before: readonly AuditBody[]): Promise<void> {
    this.#isBusy = true;
    try {
      const query = { ...this.#query, limit: PAGE, cursor: this.#cursor };
      const { items, next }: Page<AuditBody> = await get("/v1/audit", { query, signal: this.#ending.signal });
      this.#cursor = next;
      this.found.value = { state: "ready", records: [...before, ...items], hasMore: next !== null };
    } finally {
      this.#isBusy = false;
    }
  }
}
