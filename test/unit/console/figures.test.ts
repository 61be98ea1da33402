import { describe, expect, it } from "vitest";
import { answeredOf, figuresOf, follows } from "../../../runtime/console/pages/live/figures.ts";
import { buckets, parseMetrics, quantile, sum } from "../../../runtime/console/pages/live/metrics-text.ts";

const reading = (atMs: number, text: string) => ({ atMs, metrics: parseMetrics(text) });

const BEFORE = `# HELP strowger_calls_total Calls that have ended, by result.
# TYPE strowger_calls_total counter
strowger_calls_total{result="answered"} 100
strowger_calls_total{result="failed"} 10
strowger_calls_active 40
strowger_registrations 7
strowger_script_faults_total{script="desk",version="1",reason="threw"} 2
strowger_script_seconds_bucket{le="0.001"} 0
strowger_script_seconds_bucket{le="0.01"} 50
strowger_script_seconds_bucket{le="+Inf"} 50
strowger_trunk_up{trunk="carrier"} 1
strowger_trunk_up{trunk="back\\"up"} 0
process_start_time_seconds 1000`;
const AFTER = `strowger_calls_total{result="answered"} 106
strowger_calls_total{result="failed"} 12
strowger_calls_active 42
strowger_registrations 8
strowger_script_faults_total{script="desk",version="1",reason="threw"} 2
strowger_script_faults_total{script="desk",version="2",reason="timeout"} 3
strowger_script_seconds_bucket{le="0.001"} 10
strowger_script_seconds_bucket{le="0.01"} 70
strowger_script_seconds_bucket{le="+Inf"} 70
strowger_trunk_up{trunk="carrier"} 1
strowger_trunk_up{trunk="back\\"up"} 0
process_start_time_seconds 1000`;

describe("The figures of a switch", () => {
  it("tells from one reading what is, and nothing of what happens", () => {
    expect(figuresOf(reading(0, BEFORE), null)).toEqual({
      calls: 40,
      registrations: 7,
      callsPerSecond: null,
      ended: 0,
      answeredPercent: null,
      scriptMedianMs: null,
      script95Ms: null,
      scriptFaults: 0,
      trunksUp: 1,
      trunksDown: ['back"up'],
    });
  });

  it("tells from two readings what happens between them", () => {
    const figures = figuresOf(reading(5_000, AFTER), reading(0, BEFORE));
    expect(figures).toMatchObject({ calls: 42, callsPerSecond: 2, ended: 8, answeredPercent: 75, scriptFaults: 3 });
    // Ten of twenty came within 1 ms, the others within 10 ms.
    expect(figures.scriptMedianMs).toBeCloseTo(1);
    expect(figures.script95Ms).toBeCloseTo(9.1);
  });

  it("begins anew with a switch that has started anew", () => {
    const again = reading(5_000, AFTER.replace("process_start_time_seconds 1000", "process_start_time_seconds 2000"));
    expect(follows(again, reading(0, BEFORE))).toBe(false);
    expect(follows(reading(5_000, AFTER), reading(0, BEFORE))).toBe(true);
  });

  it("weighs the answered calls of several readings by how many have ended", () => {
    const of = (ended: number, answeredPercent: number | null) => ({
      ...figuresOf(reading(0, ""), null),
      ended,
      answeredPercent,
    });
    expect(answeredOf([of(9, 100), of(0, null), of(1, 0)])).toEqual({ percent: 90, ended: 10 });
    expect(answeredOf([of(0, null)])).toEqual({ percent: null, ended: 0 });
  });
});

describe("The reader of metrics", () => {
  it("adds up what has the labels that are asked for", () => {
    const metrics = parseMetrics(AFTER);
    expect(sum(metrics, "strowger_script_faults_total")).toBe(5);
    expect(sum(metrics, "strowger_script_faults_total", { version: "2" })).toBe(3);
    expect(sum(metrics, "none")).toBe(0);
  });

  it("takes what is above all buckets for the highest bound", () => {
    const metrics = parseMetrics('x_bucket{le="1"} 1\nx_bucket{le="+Inf"} 10');
    expect(quantile(buckets(metrics, "x"), 0.95)).toBe(1);
    expect(quantile([], 0.5)).toBeNull();
  });
});
