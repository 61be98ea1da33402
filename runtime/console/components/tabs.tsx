import type { Signal } from "@preact/signals";
import { roved } from "./roving.ts";

export interface Tab<Id extends string> {
  readonly id: Id;
  readonly title: string;
}

interface TabsProps<Id extends string> {
  /** What is chosen by them, read aloud. */
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly selected: Signal<Id>;
}

/** Arrow keys go from one to the next; what is shown below is up to the page. */
export function Tabs<Id extends string>({ label, tabs, selected }: TabsProps<Id>) {
  const choose = (event: KeyboardEvent) => {
    const index = tabs.findIndex(({ id }) => id === selected.value);
    const next = roved(event.key, index, tabs.length);
    const tab = next === undefined ? undefined : tabs[next];
    if (tab === undefined) return;
    event.preventDefault();
    selected.value = tab.id;
    const list = event.currentTarget as HTMLElement;
    (list.children[next ?? 0] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={choose}>
      {tabs.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          role="tab"
          aria-selected={selected.value === id}
          tabIndex={selected.value === id ? 0 : -1}
          onClick={() => {
            selected.value = id;
          }}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
