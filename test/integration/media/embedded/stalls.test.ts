import { createSocket } from "node:dgram";
import { expect, it, onTestFinished } from "vitest";
import { Ticker } from "../../../../runtime/media/embedded/worker/ticker.ts";
import { until } from "../../../helpers/until.ts";

const STALL_MS = 70;
const PACKETS = 3;

it("after a stall, a worker reads the packets that have come meanwhile before it makes up for the ticks", async () => {
  const happened: string[] = [];
  const socket = createSocket("udp4").on("message", () => happened.push("packet"));
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { promise: firstTick, resolve: ticked } = Promise.withResolvers<void>();
  const ticker = new Ticker(() => {
    happened.push("tick");
    ticked();
  });
  onTestFinished(() => {
    ticker.stop();
    socket.close();
  });
  ticker.start();

  // Long before the next tick; behind the sockets of this turn and before the timers of the next.
  await firstTick;
  await new Promise<void>((resolve) => setImmediate(resolve));
  happened.length = 0;
  for (let sent = 0; sent < PACKETS; sent++) socket.send("x", socket.address().port, "127.0.0.1");
  const end = performance.now() + STALL_MS;
  while (performance.now() < end);

  await until("the ticks", () => happened.filter((what) => what === "tick").length >= PACKETS);
  expect(happened.slice(0, 2 * PACKETS)).toEqual(["packet", "packet", "packet", "tick", "tick", "tick"]);
});
