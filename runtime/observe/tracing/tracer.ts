/**
 * Traces by the OpenTelemetry API, which does nothing until somebody has loaded an SDK before the switch
 * (`NODE_OPTIONS="--import ./tracing.mjs"`). Whether one is there is asked once; without one, nothing here is in the way of a call.
 */
import { isSpanContextValid, type SpanContext, trace } from "@opentelemetry/api";

export const tracer = trace.getTracer("strowger");

const FLUSH_MS = 2_000;

export function isTraced(): boolean {
  // One that is never ended is never told to anybody.
  return isSpanContextValid(tracer.startSpan("probe").spanContext());
}

/** W3C Trace Context §3.2. */
export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}

/** Sends what the SDK still holds; in its time, or not at all. */
export async function flushTraces(): Promise<void> {
  const provider: unknown = trace.getTracerProvider();
  const delegate = hasMethod(provider, "getDelegate") ? provider.getDelegate() : provider;
  if (!hasMethod(delegate, "forceFlush")) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, FLUSH_MS);
  });
  await Promise.race([Promise.resolve(delegate.forceFlush()).catch(() => undefined), late]);
  clearTimeout(timer);
}

function hasMethod<Name extends string>(value: unknown, name: Name): value is Record<Name, () => unknown> {
  // `Name` is of `value` here, and nothing is known of it but what is asked.
  return typeof value === "object" && value !== null && typeof (value as Record<string, unknown>)[name] === "function";
}
