/** The log: pino, as JSON lines for machines, and readable on a terminal. */
import pino from "pino";
import type { Log, LogFields } from "../base/log.ts";

export interface LogOptions {
  /** @default "info" */
  readonly level?: "debug" | "info" | "warn" | "error";
  /** Readable lines in place of JSON. @default whether standard output is a terminal */
  readonly readable?: boolean;
}

export function createLog(options: LogOptions = {}): Log {
  const { level = "info", readable = process.stdout.isTTY } = options;
  const serializers = { error: pino.stdSerializers.err };
  const logger = readable
    ? pino({ level, serializers }, prettyStream())
    : pino({ level, serializers, timestamp: pino.stdTimeFunctions.isoTime, base: null });
  return {
    debug: (text: string, fields?: LogFields) => logger.debug(fields ?? {}, text),
    info: (text: string, fields?: LogFields) => logger.info(fields ?? {}, text),
    warn: (text: string, fields?: LogFields) => logger.warn(fields ?? {}, text),
    error: (text: string, fields?: LogFields) => logger.error(fields ?? {}, text),
  };
}

function prettyStream(): pino.DestinationStream {
  return pino.transport({
    target: "pino-pretty",
    options: { colorize: true, translateTime: "SYS:HH:MM:ss.l", ignore: "pid,hostname" },
  });
}
