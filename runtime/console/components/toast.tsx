/** Short words about what has been done, at the edge; what went wrong stays until it is closed. */
import { signal } from "@preact/signals";
import { textOf } from "../api/problem.ts";

interface Toast {
  readonly id: number;
  readonly kind: "good" | "bad";
  readonly text: string;
}

const SHOWN_MS = 4_000;
const MOST_SHOWN = 4;

const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

/** It is done. */
export function say(text: string): void {
  const id = add("good", text);
  setTimeout(() => close(id), SHOWN_MS);
}

/** It went wrong; for an action that has no form to say it in. */
export function sayProblem(error: unknown): void {
  add("bad", textOf(error));
}

function add(kind: Toast["kind"], text: string): number {
  const id = ++lastId;
  toasts.value = [...toasts.value, { id, kind, text }].slice(-MOST_SHOWN);
  return id;
}

function close(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, kind, text }) => (
        <div key={id} class={`toast ${kind}`}>
          <span class="wrap">{text}</span>
          <button type="button" class="icon-button" aria-label="Close" onClick={() => close(id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
