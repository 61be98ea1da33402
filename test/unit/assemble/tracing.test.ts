import { describe, expect, it } from "vitest";
import { assembleTracing } from "../../../runtime/assemble/tracing.ts";
import { parseConfig } from "../../../runtime/config/load.ts";
import type { SwitchObserver } from "../../../runtime/port/observer.ts";
import type { LiveHandlers, Scripts } from "../../../runtime/port/script.ts";

describe("Traces", () => {
  it("stand in nobody's way where no SDK is loaded", () => {
    const config = parseConfig("", "strowger.yaml", {});
    if (!config.ok) throw new Error("The empty configuration is not valid.");
    const tracing = assembleTracing(config.value);
    const scripts = {} as Scripts & LiveHandlers;
    const observer = {} as SwitchObserver;
    expect(tracing.ofScripts(scripts)).toBe(scripts);
    expect(tracing.ofSwitch(observer)).toBe(observer);
  });
});
