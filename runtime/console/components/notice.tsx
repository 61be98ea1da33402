import type { ComponentChildren } from "preact";
import { ApiError } from "../api/problem.ts";

interface NoticeProps {
  readonly kind: "good" | "warn" | "bad" | "info";
  readonly children: ComponentChildren;
}

/** Something that is to be read before one goes on. */
export function Notice({ kind, children }: NoticeProps) {
  return (
    <div class={`notice ${kind}`} role={kind === "bad" ? "alert" : "status"}>
      {children}
    </div>
  );
}

/** What went wrong, with each field or place that is named, and how the log of the switch calls it. */
export function ProblemNotice({ error }: { readonly error: ApiError | Error }) {
  const { errors, instance, status } = error instanceof ApiError ? error : { errors: [], instance: null, status: 0 };
  return (
    <Notice kind="bad">
      <p>{error.message}</p>
      {errors.length > 1 && (
        <ul>
          {errors.map((one, index) => (
            <li key={index}>
              <code>{"path" in one ? one.path : `${one.file}:${one.line}:${one.column}`}</code> {one.message}
            </li>
          ))}
        </ul>
      )}
      {status >= 500 && instance !== null && <p class="small">In the log of the switch: {instance}</p>}
    </Notice>
  );
}
