/** What a page shows of the API: read when the page opens, read again when asked, on a schedule, or after a lost connection. */
import { effect, type ReadonlySignal, type Signal, signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { reconnections } from "./connection.ts";
import { ApiError } from "./problem.ts";

export type Loaded<Body> =
  | { readonly state: "loading" }
  | { readonly state: "ready"; readonly body: Body }
  | { readonly state: "failed"; readonly error: ApiError };

export interface Resource<Body> {
  /** What was read last stays while it is read again. */
  readonly loaded: ReadonlySignal<Loaded<Body>>;
  /** That it is read now. */
  readonly isBusy: ReadonlySignal<boolean>;
  /** Reads again; resolves when it is there. Never throws. */
  reload(): Promise<void>;
}

export interface ResourceOptions {
  /** Reads again this often while the page is in sight. @default never */
  readonly everyMs?: number;
}

/** `read` is called anew whenever one of `inputs` changes. */
export function useResource<Body>(
  read: (signal: AbortSignal) => Promise<Body>,
  inputs: readonly unknown[],
  { everyMs }: ResourceOptions = {},
): Resource<Body> {
  const isBusy = useSignal(false);
  const resource = useMemo(() => new Reading(read, isBusy), inputs);
  useEffect(() => {
    let seen = -1;
    const stopWatching = effect(() => {
      if (reconnections.value === seen) return;
      seen = reconnections.value;
      void resource.reload();
    });
    const timer = everyMs === undefined ? undefined : setInterval(() => !document.hidden && resource.reload(), everyMs);
    return () => {
      stopWatching();
      clearInterval(timer);
      resource.end();
    };
  }, [resource, everyMs]);
  return resource;
}

class Reading<Body> implements Resource<Body> {
  readonly loaded = signal<Loaded<Body>>({ state: "loading" });
  readonly isBusy: Signal<boolean>;
  readonly #read: (signal: AbortSignal) => Promise<Body>;
  #current = new AbortController();

  constructor(read: (signal: AbortSignal) => Promise<Body>, isBusy: Signal<boolean>) {
    this.#read = read;
    this.isBusy = isBusy;
  }

  async reload(): Promise<void> {
    this.#current.abort();
    const current = new AbortController();
    this.#current = current;
    this.isBusy.value = true;
    try {
      const body = await this.#read(current.signal);
      if (!current.signal.aborted) this.loaded.value = { state: "ready", body };
    } catch (error) {
      if (!current.signal.aborted) this.loaded.value = { state: "failed", error: asApiError(error) };
    } finally {
      if (this.#current === current) this.isBusy.value = false;
    }
  }

  end(): void {
    this.#current.abort();
  }
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError({
    status: 0,
    code: "unexpected",
    detail: error instanceof Error ? error.message : String(error),
  });
}
