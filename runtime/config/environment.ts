/**
 * `${NAME}` in the texts of the configuration, taken from the environment; `$${` stands for `${` itself. Only values are
 * looked at, never keys. Entries without a value are left out on the way, so that `users:` alone means the default.
 */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface VariableProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Aliases of aliases make a small file large beyond measure; no configuration has as many values as this. */
const MAX_VALUES = 100_000;
const REFERENCE = /\$(\$(?=\{)|\{([^}]*)\})/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Whether a text is one variable and nothing else. */
export function isReference(text: string): boolean {
  return text.startsWith("${") && text.endsWith("}") && NAME.test(text.slice(2, -1));
}

/** A copy of `data` with its variables filled in. What cannot be filled in stays as it is and goes to `problems`. */
export function fillIn(data: unknown, env: Environment, problems: VariableProblem[]): unknown {
  return new Filler(env, problems).fill(data, []);
}

class Filler {
  readonly #env: Environment;
  readonly #problems: VariableProblem[];
  /** Objects that are being copied: an alias may lead back to one of them. */
  readonly #open = new Set<object>();
  #values = 0;

  constructor(env: Environment, problems: VariableProblem[]) {
    this.#env = env;
    this.#problems = problems;
  }

  fill(data: unknown, path: readonly PropertyKey[]): unknown {
    if (++this.#values > MAX_VALUES) return this.#tooMany(path);
    if (typeof data === "string") return this.#text(data, path);
    if (typeof data !== "object" || data === null) return data;
    if (this.#open.has(data)) {
      this.#problems.push({ path, message: "an alias may not contain itself" });
      return undefined;
    }
    this.#open.add(data);
    const copy = Array.isArray(data)
      ? data.map((item, index) => this.fill(item, [...path, index]))
      : this.#entries(data, path);
    this.#open.delete(data);
    return copy;
  }

  /** Told once; what follows is left out. */
  #tooMany(path: readonly PropertyKey[]): undefined {
    if (this.#values > MAX_VALUES + 1) return;
    this.#problems.push({
      path,
      message: `with this, the file has more than ${MAX_VALUES} values, its aliases filled in`,
    });
  }

  #entries(data: object, path: readonly PropertyKey[]): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(data)) {
      if (key === "__proto__") this.#problems.push({ path: [...path, key], message: `"__proto__" is no name` });
      else if (value !== null) copy[key] = this.fill(value, [...path, key]);
    }
    return copy;
  }

  #text(text: string, path: readonly PropertyKey[]): string {
    return text.replace(REFERENCE, (reference, _, name: string | undefined) => {
      if (name === undefined) return "$";
      const value = NAME.test(name) ? this.#env[name] : undefined;
      if (value !== undefined) return value;
      this.#problems.push({
        path,
        message: NAME.test(name)
          ? `the environment has no variable ${name}`
          : `${JSON.stringify(reference)} names no environment variable; write "$\${" for a plain "\${"`,
      });
      return reference;
    });
  }
}
