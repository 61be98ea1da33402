/** `strowger calls`: live calls, and what can be done with them. */
import type { Command } from "commander";
import type { CallBody } from "../../contract/call-api.ts";
import type { CallQualityBody, SideQualityBody } from "../../contract/call-quality-api.ts";
import { at } from "../api-client.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { openSession } from "../session.ts";
import { formatTable, printable } from "../table.ts";
import { definePcap } from "./pcap.ts";
import { defineTimeline } from "./timeline.ts";

export function defineCalls(program: Command): void {
  const calls = program.command("calls").description("live calls");
  calls
    .command("list", { isDefault: true })
    .description("list live calls")
    .action(async (_options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const items = await api.list<CallBody>("/v1/calls");
      const heads = ["ID", "STATE", "FROM", "TO", "SCRIPT", "TRUNK", "SECONDS"];
      out.list(
        items,
        heads,
        (call) => [call.id, call.state, call.from, call.to, scriptOf(call), trunkOf(call), seconds(call)],
        "No calls.",
      );
    });
  calls
    .command("show")
    .description("show a live call")
    .argument("<id>")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const call = await api.call<CallBody>(at`/v1/calls/${id}`, { method: "GET" });
      const query = { calls: call.id };
      const quality = await api.call<{ items: CallQualityBody[] }>("/v1/calls/quality", { method: "GET", query });
      const sides = quality.items[0]?.sides ?? [];
      out.result({ ...call, sides }, () => [formatCall(call), ...formatSides(sides)].join("\n\n"));
    });
  defineTimeline(calls);
  definePcap(calls);
  calls
    .command("hangup")
    .description("hang up")
    .argument("<id>")
    .option("--reason <text>", "said to both sides")
    .action(async (id: string, { reason }: { reason?: string }, command: Command) => {
      const { api, out } = openSession(command);
      await api.call(at`/v1/calls/${id}`, { method: "DELETE", query: { reason } });
      out.result({ id }, () => `${id} is hung up.`);
    });
  calls
    .command("decide")
    .description("do a decision, or a plan of several, on a call")
    .argument("<id>")
    .argument("<decision>", `JSON: '{"type":"forward","targets":["bob"]}'`)
    .action(async (id: string, text: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      await api.call(at`/v1/calls/${id}/decisions`, { method: "POST", body: parseDecision(text) });
      out.result({ id }, () => `${id} does it.`);
    });
}

function parseDecision(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`the decision is not JSON: ${reason}`, exitCodes.usage);
  }
}

function scriptOf({ script, version }: CallBody): string {
  return script === "" ? "-" : `${script} v${version}`;
}

/** That it came by, else that it leaves by. */
function trunkOf({ trunk, legs }: CallBody): string | null {
  return trunk ?? legs.findLast((leg) => leg.trunk !== undefined && leg.state !== "ended")?.trunk ?? null;
}

function seconds({ seconds }: CallBody): string {
  return seconds.toFixed(0);
}

function formatCall(call: CallBody): string {
  const facts: readonly (readonly [string, string | null])[] = [
    ["id", call.id],
    ["direction", call.direction],
    ["state", call.state],
    ["from", call.from],
    ["to", call.to],
    ["user", call.user],
    ["trunk", call.trunk],
    ["script", scriptOf(call)],
    ["route", call.route],
    ["started", call.startedAt],
    ["ringing", call.ringingAt],
    ["answered", call.answeredAt],
    ["seconds", seconds(call)],
    [
      "tags",
      Object.entries(call.tags)
        .map(([name, value]) => `${name}=${value}`)
        .join(" ") || null,
    ],
  ];
  const lines = facts.map(([name, value]) => `${name.padEnd(9)} ${value === null ? "-" : printable(value)}`);
  if (call.legs.length === 0) return lines.join("\n");
  const legs = call.legs.map(({ id, state, target, uri, trunk = null }) => [id, state, target, uri, trunk]);
  return `${lines.join("\n")}\n\n${formatTable(["LEG", "STATE", "TARGET", "URI", "TRUNK"], legs)}`;
}

/** Where audio passes through the switch. */
function formatSides(sides: readonly SideQualityBody[]): readonly string[] {
  if (sides.length === 0) return [];
  const heads = ["SIDE", "CODEC", "SENT", "RECEIVED", "LOST", "JITTER", "ROUND TRIP", "MOS"];
  const rows = sides.map(({ side, codec, packetsSent, packetsReceived, lossPercent, jitterMs, roundTripMs, mos }) => [
    side,
    codec,
    packetsSent,
    packetsReceived,
    `${lossPercent.toFixed(1)} %`,
    `${jitterMs.toFixed(1)} ms`,
    roundTripMs === null ? null : `${roundTripMs.toFixed(0)} ms`,
    mos === null ? null : mos.toFixed(1),
  ]);
  return [formatTable(heads, rows)];
}
