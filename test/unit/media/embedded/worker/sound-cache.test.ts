import { expect, it } from "vitest";
import {
  MAX_CACHE_BYTES,
  MAX_SOUND_BYTES,
  SoundCache,
} from "../../../../../runtime/media/embedded/worker/sound-cache.ts";

it("Sounds that were played last are kept, those of before are forgotten, and long ones are never kept", () => {
  const cache = new SoundCache();
  const sound = () => new Int16Array(MAX_SOUND_BYTES / 2);
  const room = MAX_CACHE_BYTES / MAX_SOUND_BYTES;
  for (let i = 0; i < room; i++) cache.put(`${i}`, sound());
  expect(cache.get("0")).toBeDefined();
  cache.put("new", sound());
  expect(cache.get("0")).toBeDefined();
  expect(cache.get("1")).toBeUndefined();
  expect(cache.get("new")).toBeDefined();
  cache.put("long", new Int16Array(MAX_SOUND_BYTES / 2 + 1));
  expect(cache.get("long")).toBeUndefined();
});
