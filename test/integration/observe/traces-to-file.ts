/** What an operator would load before the switch: an SDK whose spans go to the file that TRACES names, a line of JSON each. */
import { appendFileSync } from "node:fs";
import { trace } from "@opentelemetry/api";
import { BasicTracerProvider, type ReadableSpan, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";

const file = process.env.TRACES ?? "traces.jsonl";

function lineOf(span: ReadableSpan): string {
  const { traceId, spanId } = span.spanContext();
  const parent = span.parentSpanContext?.spanId ?? null;
  const { name, kind, attributes, status, events } = span;
  const [start, end] = [span.startTime, span.endTime].map(([seconds, nanos]) => seconds * 1000 + nanos / 1e6);
  const told = events.map((event) => event.name);
  return `${JSON.stringify({ traceId, spanId, parent, name, kind, attributes, status, events: told, start, end })}\n`;
}

const exporter = {
  export(spans: readonly ReadableSpan[], done: (result: { code: number }) => void) {
    appendFileSync(file, spans.map(lineOf).join(""));
    done({ code: 0 });
  },
  shutdown: async () => {},
};

trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
