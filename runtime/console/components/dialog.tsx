/** A dialog over the page: `<dialog>` keeps the focus within, Escape closes it, and the focus goes back to where it was. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren, TargetedSubmitEvent } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Button } from "./button.tsx";
import { ProblemNotice } from "./notice.tsx";

interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** @default "medium" */
  readonly size?: "medium" | "large";
  onClose(): void;
}

/** What has the focus at first: where something is to be filled in, and not the cross. */
const FIRST = ".body :is(input, select, textarea), footer button";

/** It is open as long as it is rendered. */
export function Dialog({ title, size = "medium", onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    element.current?.querySelector<HTMLElement>(FIRST)?.focus();
    return () => before instanceof HTMLElement && before.isConnected && before.focus();
  }, []);
  return (
    <dialog ref={element} class={size} aria-labelledby={id} onClose={onClose}>
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
          ×
        </button>
      </header>
      {children}
    </dialog>
  );
}

/** What is wrong stands at the fields already: the first of them gets the focus, and nothing more is said. */
export class WrongFields extends Error {}

interface FormDialogProps extends DialogProps {
  /** What the button says: "Hang up", "Save". */
  readonly action: string;
  readonly isDangerous?: boolean;
  /** Throws where it did not work; the dialog says why, unless it is `WrongFields`, and stays. */
  onSubmit(form: FormData): Promise<void>;
}

/** A form in a dialog. Closes once it has worked. */
export function FormDialog({ action, isDangerous = false, onSubmit, children, ...dialog }: FormDialogProps) {
  const form = useRef<HTMLFormElement>(null);
  const problem = useSignal<Error | null>(null);
  const isBusy = useSignal(false);
  useEffect(() => {
    if (problem.value instanceof WrongFields) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [problem.value]);
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    isBusy.value = true;
    problem.value = null;
    try {
      await onSubmit(new FormData(event.currentTarget));
      dialog.onClose();
    } catch (error) {
      problem.value = error instanceof Error ? error : new Error(String(error));
      isBusy.value = false;
    }
  };
  return (
    <Dialog {...dialog}>
      <form ref={form} onSubmit={submit}>
        <div class="body stack">
          {children}
          {problem.value !== null && !(problem.value instanceof WrongFields) && <ProblemNotice error={problem.value} />}
        </div>
        <footer>
          <Button onClick={dialog.onClose}>Cancel</Button>
          <Button kind={isDangerous ? "danger" : "primary"} type="submit" isBusy={isBusy.value}>
            {action}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

interface ConfirmDialogProps extends DialogProps {
  /** What the button says: "Remove". */
  readonly action: string;
  /** Throws where it did not work. */
  onConfirm(): Promise<void>;
}

/** Asks before something that cannot be taken back; `children` say what will be gone. */
export function ConfirmDialog({ onConfirm, ...dialog }: ConfirmDialogProps) {
  return <FormDialog {...dialog} isDangerous onSubmit={onConfirm} />;
}
