/** A button that opens a list of things to do. Arrow keys go through them, Escape closes it. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { roved } from "./roving.ts";

export interface MenuItem {
  readonly title: string;
  readonly isDangerous?: boolean;
  onSelect(): void;
}

interface MenuProps {
  /** Read aloud: "Actions for call 123". */
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** What the button shows, and is read aloud in place of the label. @default three dots */
  readonly title?: ComponentChildren;
  /** Stands above what can be chosen. @default nothing */
  readonly head?: ComponentChildren;
}

export function Menu({ label, items, title, head }: MenuProps) {
  const isOpen = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  // Before the next key: whoever is quick is in the list already.
  useLayoutEffect(() => {
    if (!isOpen.value || list.current === null || button.current === null) return;
    list.current.showPopover();
    placeBelow(list.current, button.current);
    entriesOf(list.current)[0]?.focus();
  }, [isOpen.value]);

  const close = () => {
    list.current?.hidePopover();
    button.current?.focus();
  };
  const rove = (event: KeyboardEvent) => {
    event.stopPropagation();
    const entries = entriesOf(event.currentTarget as HTMLElement);
    const next = roved(event.key, entries.indexOf(document.activeElement as HTMLElement), entries.length);
    if (event.key === "Tab") close();
    if (next === undefined) return;
    event.preventDefault();
    entries[next]?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class={title === undefined ? "icon-button" : "button quiet"}
        aria-label={title === undefined ? label : undefined}
        aria-haspopup="menu"
        aria-expanded={isOpen.value}
        onClick={(event) => {
          event.stopPropagation();
          isOpen.value = true;
        }}
        onKeyDown={(event) => event.stopPropagation()}
      >
        {title ?? "⋯"}
      </button>
      {isOpen.value && (
        <div
          ref={list}
          id={id}
          class="menu"
          role="menu"
          tabIndex={-1}
          aria-label={label}
          popover="auto"
          onKeyDown={rove}
          onClick={(event) => event.stopPropagation()}
          onToggle={(event) => {
            if (event.newState === "closed") isOpen.value = false;
          }}
        >
          {head}
          {items.map(({ title, isDangerous = false, onSelect }) => (
            <button
              key={title}
              type="button"
              role="menuitem"
              tabIndex={-1}
              class={isDangerous ? "bad" : ""}
              onClick={() => {
                close();
                onSelect();
              }}
            >
              {title}
            </button>
          ))}
        </div>
      )}
    </>
  );
}

const entriesOf = (list: HTMLElement) => [...list.querySelectorAll<HTMLElement>("[role=menuitem]")];

/** Below the button, or above it where there is no room. */
function placeBelow(list: HTMLElement, button: HTMLElement): void {
  const from = button.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const top = from.bottom + height > innerHeight ? from.top - height : from.bottom;
  list.style.left = `${Math.max(4, Math.min(from.right - width, innerWidth - width - 4))}px`;
  list.style.top = `${Math.max(4, top)}px`;
}
