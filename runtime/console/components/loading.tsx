import type { ComponentChildren } from "preact";
import type { Loaded } from "../api/resource.ts";
import { ProblemNotice } from "./notice.tsx";

/** Shown only once it has taken a moment. */
export function Loading() {
  return (
    <p class="loading quiet" role="status">
      Loading …
    </p>
  );
}

interface LoadedViewProps<Body> {
  readonly loaded: Loaded<Body>;
  readonly children: (body: Body) => ComponentChildren;
}

/** What a resource has come to: loading, the problem, or what `children` makes of it. */
export function LoadedView<Body>({ loaded, children }: LoadedViewProps<Body>) {
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") return <ProblemNotice error={loaded.error} />;
  return <>{children(loaded.body)}</>;
}
