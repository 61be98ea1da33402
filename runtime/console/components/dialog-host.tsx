/** Dialogs that outlive what has opened them: a row of a table may be gone while its dialog is still filled in. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

interface Shown {
  readonly id: number;
  readonly content: ComponentChildren;
}

const shown = signal<readonly Shown[]>([]);
let lastId = 0;

/** Opens a dialog; `close` is its `onClose`. */
export function showDialog(content: (close: () => void) => ComponentChildren): void {
  const id = ++lastId;
  const close = () => {
    shown.value = shown.value.filter((other) => other.id !== id);
  };
  shown.value = [...shown.value, { id, content: content(close) }];
}

/** A page that is left takes its dialogs along. */
export function closeDialogs(): void {
  shown.value = [];
}

export function DialogHost() {
  return (
    <>
      {shown.value.map(({ id, content }) => (
        <div key={id}>{content}</div>
      ))}
    </>
  );
}
