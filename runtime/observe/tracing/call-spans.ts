/** A span for each call that is up. Who calls whom is told only where the operator wants it. */
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Cdr } from "../../../sdk/events.ts";
import type { ObservedCall } from "../../port/observer.ts";
import { tracer } from "./tracer.ts";

/** Calls that are over and whose last event may still come. */
const MOST_ENDED = 10_000;
/** As many as there may be calls, at the most. */
const MOST_SPANS = 1_000_000;
const FIRST_SERVER_FAILURE = 500;

export interface SpanTerms {
  /** Whether addresses of people, numbers and messages of errors may be in spans. */
  readonly personal: boolean;
}

export class CallSpans {
  readonly #spans = new Map<string, { readonly span: Span; readonly context: Context }>();
  readonly #ended = new Map<string, Context>();
  readonly #terms: SpanTerms;

  constructor(terms: SpanTerms) {
    this.#terms = terms;
  }

  /** What the spans of a call's events belong to; of no call, a trace of their own. */
  contextOf(callId: string | null): Context {
    if (callId === null) return ROOT_CONTEXT;
    return this.#spans.get(callId)?.context ?? this.#ended.get(callId) ?? ROOT_CONTEXT;
  }

  begin(call: ObservedCall, attributes: Readonly<Record<string, boolean>> = {}): void {
    if (this.#spans.size >= MOST_SPANS) return;
    const { id, script, version, startedAt } = call;
    const ref = script === "" ? {} : { "strowger.script": script, "strowger.script.version": version };
    const span = tracer.startSpan(
      "call",
      {
        kind: SpanKind.SERVER,
        startTime: startedAt,
        root: true,
        attributes: { "strowger.call.id": id, ...ref, ...attributes },
      },
      ROOT_CONTEXT,
    );
    if (span.isRecording()) {
      const { direction, route, from, to } = call.summary();
      span.setAttribute("strowger.call.direction", direction);
      if (route !== null) span.setAttribute("strowger.route", route);
      if (this.#terms.personal) span.setAttributes({ "strowger.call.from": from, "strowger.call.to": to });
    }
    this.#spans.set(id, { span, context: trace.setSpan(ROOT_CONTEXT, span) });
  }

  happened(callId: string, what: string): void {
    this.#spans.get(callId)?.span.addEvent(what);
  }

  end(callId: string, { result, code, endedBy, legs }: Cdr): void {
    const begun = this.#spans.get(callId);
    if (begun === undefined) return;
    this.#spans.delete(callId);
    if (this.#ended.size >= MOST_ENDED) this.#ended.delete(this.#ended.keys().next().value ?? "");
    this.#ended.set(callId, begun.context);
    const { span } = begun;
    span.setAttributes({
      "strowger.call.result": result,
      "strowger.call.ended_by": endedBy,
      "strowger.call.legs": legs.length,
      "sip.response.status_code": code,
    });
    if (result === "failed" && code >= FIRST_SERVER_FAILURE) {
      span.setAttribute("error.type", String(code));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  }
}
