/** The value that a form has: plain JSON, changed by making another one. What is `undefined` is left out. */
import { type Field, typeField } from "./field.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** What a field that must be there begins with. */
export function emptyValue(field: Field): Json {
  switch (field.kind) {
    case "constant":
      return field.value;
    case "text":
      return "";
    case "number":
      return field.min ?? 0;
    case "flag":
      return false;
    case "choice":
      return field.values[0] ?? "";
    case "list":
      return Array.from({ length: field.least }, () => emptyValue(field.item));
    case "map":
    case "json":
      return {};
    case "group":
      return Object.fromEntries(
        field.members.filter(({ isRequired }) => isRequired).map((member) => [member.name, emptyValue(member.field)]),
      );
    case "either":
      return field.options[0] === undefined ? null : emptyValue(field.options[0].field);
  }
}

/** Which option of several a value is of; the first where it is of none. */
export function optionOf(options: readonly { readonly field: Field }[], value: Json | undefined): number {
  return Math.max(
    0,
    options.findIndex(({ field }) => fits(field, value)),
  );
}

/** By its kind, and by `type`: not by what is in it. */
function fits(field: Field, value: Json | undefined): boolean {
  switch (field.kind) {
    case "constant":
      return value === field.value;
    case "text":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    case "flag":
      return typeof value === "boolean";
    case "choice":
      return field.values.some((one) => one === value);
    case "list":
      return Array.isArray(value);
    case "group": {
      const type = typeField(field);
      return isRecord(value) && (type === undefined || value.type === type);
    }
    case "map":
      return isRecord(value);
    case "either":
      return field.options.some((option) => fits(option.field, value));
    case "json":
      return value !== undefined;
  }
}

/** With a member set, or left out. */
export function withMember(value: Json | undefined, name: string, member: Json | undefined): Json {
  const { [name]: _before, ...rest } = recordOf(value);
  if (member === undefined) return rest;
  // In the place that it had.
  return isRecord(value) && name in value ? { ...value, [name]: member } : { ...rest, [name]: member };
}

/** What is empty and need not be there is left out. */
export function orAbsent(value: Json | undefined, isRequired: boolean): Json | undefined {
  if (isRequired) return value;
  return value === "" || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as Json];
}

export function recordOf(value: Json | undefined): Readonly<Record<string, Json>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
