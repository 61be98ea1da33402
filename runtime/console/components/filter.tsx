/** What narrows a list, above it: no frames, and labels that are read aloud. */
import { useEffect, useRef } from "preact/hooks";
import type { Choice } from "./field.tsx";

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  onChange(value: string): void;
}

/** What `/` goes to; Escape empties it, and Escape in an empty one leaves it. One on a page. */
export function SearchField({ label, value, placeholder = "Search", onChange }: SearchFieldProps) {
  return (
    <input
      type="search"
      class="search"
      aria-label={label}
      aria-keyshortcuts="/"
      placeholder={`${placeholder}  /`}
      spellcheck={false}
      autocomplete="off"
      value={value}
      onInput={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        if (event.currentTarget.value === "") event.currentTarget.blur();
        else onChange("");
      }}
    />
  );
}

interface FilterSelectProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  onChange(value: string): void;
}

export function FilterSelect({ label, value, choices, onChange }: FilterSelectProps) {
  return (
    <select class="filter" aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.title}
        </option>
      ))}
    </select>
  );
}

interface SearchEntryProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  onChange(value: string): void;
}

/** Searched for once it has been typed, for what is asked of the switch. */
export function SearchEntry({ label, placeholder, value, onChange }: SearchEntryProps) {
  const field = useRef<HTMLInputElement>(null);
  // What the address says shows, unless somebody is typing.
  useEffect(() => {
    if (field.current !== null && field.current !== document.activeElement) field.current.value = value;
  }, [value]);
  return (
    <input
      ref={field}
      type="search"
      class="search"
      aria-label={label}
      placeholder={placeholder}
      spellcheck={false}
      autocomplete="off"
      maxLength={256}
      defaultValue={value}
      onChange={(event) => onChange(event.currentTarget.value.trim())}
    />
  );
}

interface FilterMomentProps {
  readonly label: string;
  readonly value: string;
  onChange(value: string): void;
}

export function FilterMoment({ label, value, onChange }: FilterMomentProps) {
  return (
    <label class="row">
      {label}
      <input type="datetime-local" value={value} onChange={(event) => onChange(event.currentTarget.value)} />
    </label>
  );
}
