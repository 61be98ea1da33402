/** Decisions as one would write them in a script: `forward("alice", { ringSeconds: 20 })`. */

/** The field that the builder of a decision takes first. */
const FIRST: Readonly<Record<string, string>> = {
  forward: "targets",
  redirect: "contacts",
  reject: "code",
  tag: "tags",
  wait: "seconds",
  play: "sounds",
  say: "text",
  recordCall: "action",
  sendDtmf: "digits",
  voicemail: "mailbox",
  sendMessage: "to",
  transfer: "targets",
};

/** Whatever a handler has returned. */
export function formatPlan(plan: unknown): string {
  if (plan === undefined || plan === null) return "nothing";
  if (!Array.isArray(plan)) return formatDecision(plan);
  return plan.length === 1 ? formatDecision(plan[0]) : `[${plan.map(formatDecision).join(", ")}]`;
}

export function formatDecision(decision: unknown): string {
  if (typeof decision !== "object" || decision === null || !("type" in decision)) return print(decision);
  const { type, ...fields }: Record<string, unknown> = { ...decision };
  const first = FIRST[String(type)];
  const values: string[] = [];
  if (first !== undefined && first in fields) values.push(print(single(fields[first])));
  const rest = Object.entries(fields).filter(([name, value]) => name !== first && value !== undefined);
  if (rest.length > 0) values.push(`{ ${rest.map(([name, value]) => `${name}: ${print(value)}`).join(", ")} }`);
  return `${String(type)}(${values.join(", ")})`;
}

function single(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

function print(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
