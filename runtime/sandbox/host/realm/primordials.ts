/**
 * Built-ins as they were before the script could change them. All code of the realm calls these: a script that replaces
 * `JSON.parse` or `Map.prototype.get` changes its own answers and nothing else.
 */
export const { parse, stringify } = JSON;
export const { apply, construct, defineProperty, deleteProperty, getOwnPropertyDescriptor } = Reflect;
export const { charCodeAt, slice, split, toLowerCase, trim, indexOf } = String.prototype;
export const { imul, floor, min } = Math;
export const fromCharCode = String.fromCharCode;
export const toText = String;
export const toNumber = Number;
export const isArray = Array.isArray;
export const freeze = Object.freeze;
export const symbolFor = Symbol.for;
export const PlainError = Error;
export const WrongType = TypeError;
export const WrongRange = RangeError;
export const Bytes = Uint8Array;
export const NativePromise = Promise;
const { then } = Promise.prototype;
const { get, set, delete: remove } = Map.prototype;

/** Calls back with how a promise, or what behaves like one, ended. */
export function whenSettled(
  value: unknown,
  onValue: (value: unknown) => void,
  onError: (error: unknown) => void,
): void {
  apply(then, NativePromise.resolve(value), [onValue, onError]);
}

/** A map whose methods the script cannot reach. */
export class Table<Value> {
  readonly #map = new Map<number, Value>();

  get(key: number): Value | undefined {
    return apply(get, this.#map, [key]);
  }

  set(key: number, value: Value): void {
    apply(set, this.#map, [key, value]);
  }

  delete(key: number): void {
    apply(remove, this.#map, [key]);
  }
}

/** Puts a global where the platform has it: not listed, replaceable by the script. */
export function defineGlobal(name: string, value: unknown): void {
  defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
}
