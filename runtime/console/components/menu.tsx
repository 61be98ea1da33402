/** A button that opens a list of things to do. Arrow keys go through them, Escape closes it. */
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
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
}

export function Menu({ label, items }: MenuProps) {
  const isOpen = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    if (!isOpen.value || list.current === null || button.current === null) return;
    list.current.showPopover();
    placeBelow(list.current, button.current);
    (list.current.firstElementChild as HTMLElement | null)?.focus();
  }, [isOpen.value]);

  const close = () => {
    list.current?.hidePopover();
    button.current?.focus();
  };
  const rove = (event: KeyboardEvent) => {
    event.stopPropagation();
    const entries = [...(event.currentTarget as HTMLElement).children] as HTMLElement[];
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
        class="icon-button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen.value}
        onClick={(event) => {
          event.stopPropagation();
          isOpen.value = true;
        }}
        onKeyDown={(event) => event.stopPropagation()}
      >
        ⋯
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

/** Below the button, or above it where there is no room. */
function placeBelow(list: HTMLElement, button: HTMLElement): void {
  const from = button.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const top = from.bottom + height > innerHeight ? from.top - height : from.bottom;
  list.style.left = `${Math.max(4, Math.min(from.right - width, innerWidth - width - 4))}px`;
  list.style.top = `${Math.max(4, top)}px`;
}
