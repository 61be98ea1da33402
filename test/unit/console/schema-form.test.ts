import { describe, expect, it } from "vitest";
import {
  type Field,
  fieldOf,
  type JsonSchema,
  titleOf,
} from "../../../runtime/console/components/schema-form/field.ts";
import { emptyValue, type Json, optionOf, withMember } from "../../../runtime/console/components/schema-form/value.ts";
import { parsePlan } from "../../../runtime/contract/decision.ts";
import { jsonSchema } from "../../../runtime/contract/json-schema.ts";

const kinds = (field: Field): string => (field.kind === "list" ? `list of ${field.item.kind}` : field.kind);

describe("The form of a JSON Schema", () => {
  it.each<[string, JsonSchema, string]>([
    ["a text", { type: "string" }, "text"],
    ["a number", { type: "integer", minimum: 1 }, "number"],
    ["yes or no", { type: "boolean" }, "flag"],
    ["one of a list", { enum: ["a", "b"] }, "choice"],
    ["the only value", { const: "x" }, "constant"],
    ["a list", { type: "array", items: { type: "string" } }, "list of text"],
    ["one or more", { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] }, "list of text"],
    ["names and values", { type: "object", additionalProperties: { type: "string" } }, "map"],
    ["members", { type: "object", properties: { a: { type: "string" } } }, "group"],
    ["one of several shapes", { anyOf: [{ type: "number" }, { type: "null" }] }, "either"],
    ["a reference", { $ref: "#/$defs/a", $defs: { a: { type: "boolean" } } }, "flag"],
    ["what it does not know", { type: ["string", "number"] }, "json"],
    ["a reference to nothing", { $ref: "#/$defs/b" }, "json"],
  ])("has a field for %s", (_of, schema, kind) => {
    expect(kinds(fieldOf(schema))).toBe(kind);
  });

  it("comes to an end where a schema is within itself", () => {
    const schema = { type: "object", properties: { next: { $ref: "#" } } };
    expect(JSON.stringify(fieldOf(schema))).toContain('"kind":"json"');
  });

  it("calls a field by words", () => {
    expect([titleOf("ringSeconds"), titleOf("to"), titleOf("max_calls")]).toEqual(["Ring seconds", "To", "Max calls"]);
  });
});

describe("The form of a decision", () => {
  const form = fieldOf(jsonSchema("decision"));
  const options = form.kind === "either" ? form.options : [];

  it("offers every decision by its type", () => {
    expect(options.map(({ title }) => title)).toEqual(
      expect.arrayContaining(["forward", "transfer", "hangup", "recordCall"]),
    );
    expect(JSON.stringify(options.map(({ field }) => field))).not.toContain('"kind":"json"');
  });

  it.each(options.map(({ title, field }) => [title, field] as const))(
    "knows an empty %s for what it is",
    (title, field) => {
      const value = emptyValue(field);
      expect(value).toMatchObject({ type: title });
      expect(options[optionOf(options, value)]?.title).toBe(title);
    },
  );

  it("makes a decision that the switch takes", () => {
    const field = options.find(({ title }) => title === "forward")?.field as Field;
    const filled = withMember(withMember(emptyValue(field), "targets", ["alice"]), "ringSeconds", 20);
    expect(filled).toEqual({ type: "forward", targets: ["alice"], ringSeconds: 20 });
    expect(parsePlan(filled)).toMatchObject({ ok: true });
  });
});

describe("The value of a form", () => {
  it("leaves out a member that is not set, and keeps the order of those that are", () => {
    const value: Json = { a: 1, b: 2 };
    expect(withMember(value, "a", undefined)).toEqual({ b: 2 });
    expect(Object.keys(withMember(value, "a", 3) as object)).toEqual(["a", "b"]);
    expect(withMember(undefined, "a", 1)).toEqual({ a: 1 });
  });
});
