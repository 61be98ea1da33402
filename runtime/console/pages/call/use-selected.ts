/** What is open beside the ladder, by its number. The address has it too, a little later: browsers let it change only so often. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { query, setQuery } from "../../app/router.ts";

const WRITTEN_AFTER_MS = 250;

export function useSelected(): Signal<number | null> {
  const asked = numberIn(query.value.get("n"));
  const selected = useSignal(asked);
  useEffect(() => {
    selected.value = asked;
  }, [asked]);
  const { value } = selected;
  useEffect(() => {
    if (value === numberIn(query.peek().get("n"))) return;
    const timer = setTimeout(() => setQuery({ n: value === null ? null : String(value) }), WRITTEN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return selected;
}

function numberIn(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
