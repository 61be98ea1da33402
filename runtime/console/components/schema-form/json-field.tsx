import { useSignal } from "@preact/signals";
import { TextArea } from "../field.tsx";
import type { Json } from "./value.ts";

interface JsonFieldProps {
  readonly label: string;
  readonly rows: number;
  readonly value: Json | undefined;
  onChange(value: Json): void;
}

/** What is no JSON is not passed on; it stays to be mended. */
export function JsonField({ label, rows, value, onChange }: JsonFieldProps) {
  const text = useSignal(value === undefined ? "" : JSON.stringify(value, null, 2));
  const problem = useSignal<string | undefined>(undefined);
  const read = (typed: string) => {
    text.value = typed;
    try {
      onChange(JSON.parse(typed) as Json);
      problem.value = undefined;
    } catch (error) {
      problem.value = `This is not JSON: ${(error as Error).message}. What was valid last counts.`;
    }
  };
  return <TextArea label={label} rows={rows} required value={text.value} problem={problem.value} onInput={read} />;
}
