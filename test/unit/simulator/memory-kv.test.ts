import { beforeEach, describe } from "vitest";
import { MemoryKv } from "../../../runtime/simulator/memory-kv.ts";
import { kvContract } from "../../contract/script-data.ts";

describe("Keys in memory keep the contract of the store", () => {
  let kv = new MemoryKv();
  beforeEach(() => {
    kv = new MemoryKv();
  });
  kvContract(() => kv);
});
