import { defineConfig } from "vitest/config";

/** What listens to real audio is measured against real time, and wants the machine for itself. */
const heard = [
  "test/integration/call/media-worker-dies.test.ts",
  "test/integration/media/{embedded,webrtc}/**/*.test.ts",
  "test/integration/script/cookbook.test.ts",
  "test/integration/voicemail/{mail,mailboxes,recovery}.test.ts",
  "test/interop/*{baresip,browser,audio,linphone-and}*.test.ts",
  "test/interop/{call-through,real-clients,the-switch-calls,transfers}*.test.ts",
  "test/interop/{sipp-early-media,sipp-is-transferred}.test.ts",
  "scripts/attendant.test.ts",
  "scripts/voicemail-menu.test.ts",
];
/** Real clients and real time on a machine that others use: where everything must pass, one failure is looked at twice, and told of. */
const patience = { testTimeout: 30_000, hookTimeout: 30_000, retry: process.env.CI ? 1 : 0 };

/** Unit tests need no network and no real time; integration tests run the whole switch on loopback. */
export default defineConfig({
  test: {
    pool: "forks",
    execArgv: ["--no-node-snapshot"],
    reporters: ["default", "./test/helpers/interop-table.ts", "./test/helpers/closing-line.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          isolate: false,
          // They take no real time, but some much work: a slow machine that does other things as well is no failure.
          testTimeout: 30_000,
          include: ["test/unit/**/*.test.ts", "test/torture/**/*.test.ts"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: [
            "test/contract/**/*.test.ts",
            "test/fuzz/**/*.test.ts",
            "test/integration/**/*.test.ts",
            "test/interop/**/*.test.ts",
            "scripts/**/*.test.ts",
          ],
          exclude: heard,
          // Most of them wait for a phone or a timer: one worker alone would leave a machine of two cores idle.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          ...patience,
        },
      },
      {
        extends: true,
        test: { name: "heard", include: heard, maxWorkers: 1, sequence: { groupOrder: 2 }, ...patience },
      },
      {
        extends: true,
        test: {
          name: "console",
          include: ["test/console/**/*.test.ts"],
          globalSetup: "./test/console/built-page.ts",
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
          ...patience,
        },
      },
    ],
  },
});
