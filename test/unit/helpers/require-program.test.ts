import { afterEach, describe, expect, it, vi } from "vitest";
import { hasPrograms } from "../../helpers/require-program.ts";

afterEach(() => vi.unstubAllEnvs());

describe("A real client that a test needs", () => {
  it("is found where it is installed", () => {
    expect(hasPrograms("sh")).toBe(true);
  });

  it("skips the test where it is missing, and says which", () => {
    vi.stubEnv("CI", "");
    const said = vi.spyOn(console, "log").mockReturnValue();
    expect(hasPrograms("sh", "no-such-client")).toBe(false);
    expect(said).toHaveBeenCalledWith(expect.stringContaining("skipped: no-such-client"));
    said.mockRestore();
  });

  it("fails the test where it is missing and CI is set", () => {
    vi.stubEnv("CI", "true");
    expect(() => hasPrograms("no-such-client")).toThrow("no-such-client");
  });
});
