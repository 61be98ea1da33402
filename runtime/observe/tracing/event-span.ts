/** The span of one event of a script, and of each operation that it waits for; passes on to whoever else writes it down. */
import { type Context, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { FixedChance, RunTrace } from "../../port/journal.ts";
import type { ScriptOutcome, ScriptRun } from "../../port/script.ts";
import type { SpanTerms } from "./call-spans.ts";
import { traceparentOf, tracer } from "./tracer.ts";

const FETCH = "web.fetch";

export class EventSpan implements RunTrace {
  readonly #span: Span;
  readonly #context: Context;
  readonly #terms: SpanTerms;
  readonly #next: RunTrace | undefined;
  /** Those that wait for their result, by their numbers. */
  readonly #operations = new Map<number, Span>();

  constructor({ ref, handler, callId, eventId, trace: next }: ScriptRun, parent: Context, terms: SpanTerms) {
    const id = callId === null ? { "strowger.event.id": eventId ?? "" } : { "strowger.call.id": callId };
    this.#span = tracer.startSpan(
      `event ${handler}`,
      {
        kind: SpanKind.INTERNAL,
        attributes: {
          "strowger.event": handler,
          "strowger.script": ref.script,
          "strowger.script.version": ref.version,
          ...id,
        },
      },
      parent,
    );
    this.#context = trace.setSpan(parent, this.#span);
    this.#terms = terms;
    this.#next = next;
  }

  sent(given: FixedChance): void {
    // Its first host was lost, and all begins anew.
    this.#endOperations("lost");
    this.#next?.sent(given);
  }

  asked(number: number, name: string, args: string): void {
    const isFetch = name === FETCH;
    const span = tracer.startSpan(
      name,
      { kind: isFetch ? SpanKind.CLIENT : SpanKind.INTERNAL, attributes: { "strowger.operation": name } },
      this.#context,
    );
    if (isFetch && span.isRecording()) span.setAttributes(targetOf(args));
    this.#operations.set(number, span);
    this.#next?.asked(number, name, args);
  }

  traceparent(number: number): string | undefined {
    const span = this.#operations.get(number);
    return span === undefined ? undefined : traceparentOf(span.spanContext());
  }

  answered(number: number, result: string): void {
    const span = this.#operations.get(number);
    this.#operations.delete(number);
    if (span !== undefined) {
      if (span.isRecording()) this.#conclude(span, result);
      span.end();
    }
    this.#next?.answered(number, result);
  }

  printed(level: string, text: string): void {
    this.#next?.printed(level, text);
  }

  ended(outcome: ScriptOutcome, text: string, times: { readonly wallMs: number; readonly cpuMs: number }): void {
    const fault = outcome.type === "fault" ? outcome.fault : null;
    this.#span.setAttribute("strowger.event.outcome", fault?.reason ?? "returned");
    this.#span.setAttribute("strowger.event.cpu_ms", times.cpuMs);
    if (fault !== null) this.#fail(this.#span, fault.reason, fault.message);
    this.#end();
    this.#next?.ended(outcome, text, times);
  }

  abandoned(): void {
    this.#span.setAttribute("strowger.event.outcome", "abandoned");
    this.#end();
    this.#next?.abandoned();
  }

  /** `result`: as in `RunTrace.answered`. */
  #conclude(span: Span, result: string): void {
    const value = fieldsOf(result.slice(1));
    if (result.startsWith("f")) this.#fail(span, String(value.code ?? "failed"), String(value.message ?? ""));
    else if (typeof value.status === "number") span.setAttribute("http.response.status_code", value.status);
  }

  #fail(span: Span, reason: string, message: string): void {
    span.setAttribute("error.type", reason);
    // What a script says about an error may be about people.
    span.setStatus({ code: SpanStatusCode.ERROR, ...(this.#terms.personal ? { message } : {}) });
  }

  #end(): void {
    this.#endOperations("abandoned");
    this.#span.end();
  }

  #endOperations(why: string): void {
    for (const span of this.#operations.values()) {
      span.setAttribute("error.type", why);
      span.end();
    }
    this.#operations.clear();
  }
}

/** By the conventions for HTTP, without path and query: they may name people. */
function targetOf(args: string): Record<string, string | number> {
  const { url, method } = fieldsOf(args);
  if (typeof url !== "string" || !URL.canParse(url)) return {};
  const { hostname, port, protocol } = new URL(url);
  return {
    "http.request.method": typeof method === "string" ? method : "GET",
    "server.address": hostname,
    "server.port": port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
    "url.scheme": protocol.slice(0, -1),
  };
}

function fieldsOf(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
