import { defineConfig } from "vitest/config";

/** Unit tests need no network and no real time; integration tests run the whole switch on loopback. */
export default defineConfig({
  test: {
    pool: "forks",
    execArgv: ["--no-node-snapshot"],
    reporters: ["default", "./test/helpers/closing-line.ts"],
    projects: [
      {
        extends: true,
        test: { name: "unit", isolate: false, include: ["test/unit/**/*.test.ts", "test/torture/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: [
            "test/contract/**/*.test.ts",
            "test/integration/**/*.test.ts",
            "test/interop/**/*.test.ts",
            "scripts/**/*.test.ts",
          ],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
