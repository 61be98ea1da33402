/** Messages to begin with: published ones that lie beside the checkout, where they do, and those of our own. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { corpusRoot } from "../../helpers/repo-root.ts";
import { readSeeds } from "../runner/files.ts";

interface NistRow {
  readonly text: string;
}

interface DigestVectors {
  readonly vectors: readonly Readonly<Record<string, unknown>>[];
}

/** Whole messages, one character per octet. */
export function knownMessages(): string[] {
  const files = ["torture", "callflows"].flatMap((part) => filesOf(join(corpusRoot, part)));
  const messages = files.filter((file) => !file.endsWith(".json")).map((file) => readFileSync(file, "latin1"));
  return [...messages, ...nistMessages(), ...readSeeds("sip-message").map(({ input }) => input)];
}

/** Their bodies. */
export function knownBodies(): string[] {
  return knownMessages().flatMap((text) => {
    const end = text.indexOf("\r\n\r\n");
    return end < 0 || end + 4 === text.length ? [] : [text.slice(end + 4)];
  });
}

/** Authorization as the published examples of digest have it. */
export function publishedCredentials(): string[] {
  const file = join(corpusRoot, "digest", "vectors.json");
  if (!existsSync(file)) return [];
  const { vectors } = JSON.parse(readFileSync(file, "utf8")) as DigestVectors; // A file of ours, beside the checkout.
  const names = ["username", "realm", "nonce", "uri", "response", "algorithm", "cnonce", "opaque", "qop", "nc"];
  return vectors.map((vector) => {
    const given = names.filter((name) => typeof vector[name] === "string");
    return `Digest ${given.map((name) => `${name}="${vector[name]}"`).join(", ")}`;
  });
}

function nistMessages(): string[] {
  const file = join(corpusRoot, "parser", "nist-torture.jsonl");
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => (JSON.parse(line) as NistRow).text.replaceAll("\n", "\r\n"));
}

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
