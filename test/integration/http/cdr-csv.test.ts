import { describe, expect, it } from "vitest";
import { csvLine } from "../../../runtime/http/cdr-csv.ts";
import type { CdrQuery } from "../../../runtime/port/store.ts";
import { aCdr, startFakeSwitch } from "./fake-switch.ts";

describe("call records as CSV", () => {
  it("come with a line of heads, all pages of them, by the filter that is asked for", async () => {
    const asked: CdrQuery[] = [];
    const api = await startFakeSwitch({
      cdrs: {
        async search(query) {
          asked.push(query);
          const page = Number(query.cursor ?? 0);
          const items = Array.from({ length: 1000 }, (_, index) => aCdr(`call-${page}-${index}`));
          return { items, next: page < 2 ? String(page + 1) : null };
        },
        get: async () => undefined,
      },
    });
    const { status, headers, text } = await api.send("GET", "/v1/cdrs.csv?script=desk&since=2026-01-01");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(headers.get("content-disposition")).toBe('attachment; filename="calls.csv"');
    const lines = text.split("\r\n");
    expect(lines[0]).toMatch(/^id,domain,startedAt,.*,legs,tags$/);
    expect([lines.length, lines[3000]?.split(",", 1)[0], lines[3001]]).toEqual([3002, "call-2-999", ""]);
    const filter = { script: "desk", since: "2026-01-01T00:00:00.000Z", limit: 1000 };
    expect(asked).toEqual([filter, { ...filter, cursor: "1" }, { ...filter, cursor: "2" }]);
    expect((await api.send("GET", "/v1/cdrs.csv?limit=5")).status).toBe(400);
    await api.close();
  });

  it("quotes what needs it, and lets no spreadsheet take what a caller wrote for a formula", () => {
    const line = csvLine({ ...aCdr("a"), reason: '=cmd|"/c calc"', from: "sip:a,b@example.com", tags: { queue: "x" } });
    expect(line).toContain(`,"'=cmd|""/c calc""",`);
    expect(line).toContain(',"sip:a,b@example.com",');
    expect(line.endsWith(',[],"{""queue"":""x""}"\r\n')).toBe(true);
  });

  it("ends the connection where the store fails on the way, so that nobody takes a part for the whole", async () => {
    let pages = 0;
    const api = await startFakeSwitch({
      cdrs: {
        async search() {
          if (pages++ > 0) throw new Error("the disk is gone");
          return { items: [aCdr("a")], next: "1" };
        },
        get: async () => undefined,
      },
    });
    await expect(api.send("GET", "/v1/cdrs.csv")).rejects.toThrow();
    await api.close();
  });
});
