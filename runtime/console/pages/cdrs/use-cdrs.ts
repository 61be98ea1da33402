/** The records that a search finds, a page after the other. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { CdrBody } from "../../../contract/call-api.ts";
import { get, type Page } from "../../api/client.ts";
import { reconnections } from "../../api/connection.ts";
import type { Query } from "../../api/path.ts";
import type { ApiError } from "../../api/problem.ts";
import { sayProblem } from "../../components/toast.tsx";

/** As many as the switch gives at once. */
const PAGE = 200;

export type CdrsState =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly error: ApiError }
  | {
      readonly state: "ready";
      readonly cdrs: readonly CdrBody[];
      readonly hasMore: boolean;
      /** More, or what is searched for now, is on its way. */
      readonly isBusy: boolean;
    };

export interface Cdrs {
  readonly found: ReadonlySignal<CdrsState>;
  more(): void;
}

/** `key` changes when the search is to be made anew; what was found before stays in sight until then. */
export function useCdrs(query: Query, key: string): Cdrs {
  const last = useRef<Search | null>(null);
  const search = useMemo(() => new Search(query, last.current?.found.peek()), [key, reconnections.value]);
  last.current = search;
  useEffect(() => {
    void search.begin();
    return () => search.end();
  }, [search]);
  return search;
}

class Search implements Cdrs {
  readonly found: Signal<CdrsState>;
  readonly #query: Query;
  readonly #ending = new AbortController();
  #cursor: string | null = null;

  constructor(query: Query, before?: CdrsState) {
    this.#query = query;
    this.found = signal(before?.state === "ready" ? { ...before, hasMore: false, isBusy: true } : { state: "loading" });
  }

  async begin(): Promise<void> {
    try {
      this.#add([], await this.#page());
    } catch (error) {
      if (!this.#ending.signal.aborted) this.found.value = { state: "failed", error: error as ApiError };
    }
  }

  more(): void {
    const found = this.found.value;
    if (found.state !== "ready" || found.isBusy || !found.hasMore) return;
    this.found.value = { ...found, isBusy: true };
    this.#page().then(
      (page) => this.#add(found.cdrs, page),
      (error) => {
        if (this.#ending.signal.aborted) return;
        this.found.value = { ...found, isBusy: false };
        sayProblem(error);
      },
    );
  }

  end(): void {
    this.#ending.abort();
  }

  #page(): Promise<Page<CdrBody>> {
    const query = { ...this.#query, limit: PAGE, cursor: this.#cursor };
    return get("/v1/cdrs", { query, signal: this.#ending.signal });
  }

  #add(before: readonly CdrBody[], { items, next }: Page<CdrBody>): void {
    this.#cursor = next;
    const cdrs = before.length === 0 ? items : [...before, ...items];
    this.found.value = { state: "ready", cdrs, hasMore: next !== null, isBusy: false };
  }
}
