/** `fetch` of a simulated script: answered by the test. What it has no answer for ends the test with advice. */
import { fail, ok, type Result } from "../base/result.ts";
import type { Fetcher, FetchProblem, FetchRequest, FetchResponse } from "../port/fetch.ts";
import type { FetchMock } from "./options.ts";
import type { Pace } from "./pace.ts";
import { SimulationError } from "./simulation-error.ts";

export class MockedFetcher implements Fetcher {
  readonly #mock: FetchMock | undefined;
  readonly #pace: Pace;

  constructor(mock: FetchMock | undefined, pace: Pace) {
    this.#mock = mock;
    this.#pace = pace;
  }

  async fetch({ url, method, headers, body, timeoutMs }: FetchRequest): Promise<Result<FetchResponse, FetchProblem>> {
    const hasBody = body !== null && method !== "GET" && method !== "HEAD";
    const request = new Request(url, {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      ...(hasBody ? { body: new Uint8Array(body) } : {}),
    });
    const response = await this.#mock?.(request);
    if (response === undefined) return this.#unanswered(method, url);
    if (response === "silence") {
      await this.#pace.sleep(timeoutMs);
      return fail({ code: "timeout", message: `${new URL(url).host} has not answered within ${timeoutMs / 1000} s` });
    }
    const { status, statusText } = response;
    const content = Buffer.from(await response.arrayBuffer());
    return ok({ url, redirected: false, status, statusText, headers: [...response.headers], body: content });
  }

  #unanswered(method: string, url: string): Result<FetchResponse, FetchProblem> {
    const advice = "simulate(script, { fetch: (request) => Response.json({ … }) }) answers it";
    const message = `nothing answers ${method} ${url} in this simulation; ${advice}`;
    this.#pace.fail(new SimulationError(message));
    return fail({ code: "network", message });
  }
}
