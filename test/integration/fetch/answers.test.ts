import type { RequestListener } from "node:http";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { readAll, serve, serveRaw, serveSecurely, Web, type WebServer } from "./web.ts";

const web = new Web();
let server: WebServer;
let answer: RequestListener = () => {};
const others: WebServer[] = [];

beforeAll(async () => {
  server = await serve((request, response) => answer(request, response));
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const other of others.splice(0)) other.close();
});
afterAll(() => {
  server.close();
  web.fetcher.close();
});

function at(path = "/"): string {
  return `http://web.example:${server.port}${path}`;
}

async function raw(listener: Parameters<typeof serveRaw>[0]): Promise<string> {
  const other = await serveRaw(listener);
  others.push(other);
  return `http://raw.example:${other.port}/`;
}

describe("A request", () => {
  it("arrives as the script made it, with the name of its host", async () => {
    answer = async (request, response) => {
      const { method, url, headers } = request;
      response.end(JSON.stringify({ method, url, headers, body: await readAll(request) }));
    };
    const body = Buffer.from("gr\u00fc\u00dfe");
    const asked = { method: "POST", headers: [["X-Key", "k\u00e9"]], body } as const;
    expect(JSON.parse(await web.text(at("/a%20b?c=d#e"), asked))).toEqual({
      method: "POST",
      url: "/a%20b?c=d",
      headers: {
        host: `web.example:${server.port}`,
        "x-key": "k\u00e9",
        accept: "*/*",
        "accept-encoding": "gzip, br",
        "user-agent": "Strowger",
        "content-length": "7",
        connection: "keep-alive",
      },
      body: "gr\u00fc\u00dfe",
    });
  });

  it("goes through no proxy that the switch's environment names", async () => {
    answer = (_request, response) => response.end("direct");
    for (const name of ["HTTP_PROXY", "http_proxy"]) vi.stubEnv(name, "http://127.0.0.1:1");
    expect(await web.text(at())).toBe("direct");
  });
});

describe("An answer", () => {
  it("has its status, its reason, its fields one by one and its bytes", async () => {
    const bytes = Buffer.from([0, 0xff, 0x80, 10]);
    answer = (_request, response) => {
      response
        .writeHead(
          418,
          "Short and stout",
          [
            ["Set-Cookie", "a=1"],
            ["Set-Cookie", "b=2"],
            ["X-A", "1"],
          ].flat(),
        )
        .end(bytes);
    };
    const got = await web.fetch(at());
    expect(got).toMatchObject({ status: 418, statusText: "Short and stout", redirected: false, url: at() });
    expect(got.body).toEqual(bytes);
    expect(got.headers.slice(0, 3)).toEqual([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
      ["x-a", "1"],
    ]);
  });

  it.each([
    ["HEAD", 200],
    ["GET", 204],
    ["GET", 304],
  ])("to %s with status %i has no body, even where it says how it is packed", async (method, status) => {
    answer = (_request, response) => response.writeHead(status, { "Content-Encoding": "gzip" }).end();
    expect(await web.fetch(at(), { method })).toMatchObject({ status, body: Buffer.alloc(0) });
  });

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
  ] as const)("packed by %s is unpacked", async (encoding, pack) => {
    answer = (_request, response) => response.writeHead(200, { "Content-Encoding": encoding }).end(pack("packed"));
    expect(await web.text(at())).toBe("packed");
  });

  it("that is not packed as it says, or in a way that nobody asked for, is a failure", async () => {
    for (const [encoding, reason] of [
      ["gzip", "its body is not packed as it says"],
      ["br", "its body is not packed as it says"],
      ["zstd", 'its body is packed as "zstd", which is not known'],
      ["gzip, gzip", 'its body is packed as "gzip, gzip", which is not known'],
    ] as const) {
      answer = (_request, response) => response.writeHead(200, { "Content-Encoding": encoding }).end("plain text");
      expect(await web.problem(at())).toEqual({ code: "network", message: `web.example:${server.port}: ${reason}` });
    }
  });

  it("of a megabyte is taken; one byte more is not, whether it says so before or not", async () => {
    const most = 1024 * 1024;
    answer = (request, response) => {
      const bytes = Buffer.alloc(most + (request.url === "/most" ? 0 : 1), 97);
      if (request.url === "/chunked") response.write("");
      else response.setHeader("Content-Length", bytes.length);
      response.end(bytes);
    };
    expect((await web.fetch(at("/most"))).body.length).toBe(most);
    for (const path of ["/said", "/chunked"]) {
      expect(await web.problem(at(path))).toMatchObject({
        code: "too-large",
        message: `web.example:${server.port}: its answer has more than 1048576 bytes`,
      });
    }
  });

  it("without end is cut off, and so is its connection", async () => {
    answer = (_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on("drain", more);
      more();
    };
    expect((await web.problem(at())).code).toBe("too-large");
    const [socket] = server.connections.slice(-1);
    await expect.poll(() => socket !== undefined && server.open.has(socket)).toBe(false);
  });

  it.each([
    ["gzip", () => gzipSync(Buffer.alloc(100 * 1024 * 1024))],
    [
      "br",
      () => brotliCompressSync(Buffer.alloc(100 * 1024 * 1024), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
    ],
  ])("that would unpack to a hundred megabytes by %s is not unpacked", async (encoding, pack) => {
    const bomb = pack();
    expect(bomb.length).toBeLessThan(200_000);
    answer = (_request, response) => response.writeHead(200, { "Content-Encoding": encoding }).end(bomb);
    const before = process.memoryUsage().rss;
    expect((await web.problem(at())).code).toBe("too-large");
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 * 1024);
  });

  it("whose header is too large, or that is no HTTP, is a failure", async () => {
    const large = await raw((socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(20_000)}\r\n\r\n`));
    expect((await web.problem(large)).message).toContain("the header of its answer is too large");
    const ssh = await raw((socket) => socket.write("SSH-2.0-OpenSSH_9.9\r\n"));
    expect((await web.problem(ssh)).message).toContain("its answer is not HTTP");
    const both = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    expect((await web.problem(await raw((socket) => socket.write(both)))).code).toBe("network");
  });

  it("that would make something else of the connection is a failure", async () => {
    const upgrade = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
    expect((await web.problem(await raw((socket) => socket.write(upgrade)))).code).toBe("network");
  });

  it("that breaks off, before or within its body, is a failure", async () => {
    const message = expect.stringMatching(/^raw\.example:\d+: the connection was cut off$/);
    const early = await raw((socket) => socket.on("data", () => socket.resetAndDestroy()));
    expect(await web.problem(early)).toEqual({ code: "network", message });
    const silent = await raw((socket) => socket.on("data", () => socket.end()));
    expect(await web.problem(silent)).toEqual({ code: "network", message });
    const within = await raw((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
    expect(await web.problem(within)).toEqual({ code: "network", message });
  });

  it("that nobody gives is a failure with the reason", async () => {
    const closed = await serve(() => {});
    closed.close();
    expect(await web.problem(`http://web.example:${closed.port}/`)).toEqual({
      code: "network",
      message: `web.example:${closed.port}: the connection was refused`,
    });
  });
});

describe("Time", () => {
  it.each([
    ["the head of an answer", () => {}],
    [
      "its body",
      (socket: { write(text: string): void }) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nslow"),
    ],
  ] as const)("is bounded where %s does not come, and the connection ends with it", async (_what, begin) => {
    const other = await serveRaw((socket) => socket.on("data", () => begin(socket)));
    others.push(other);
    expect(await web.problem(`http://raw.example:${other.port}/`, { timeoutMs: 150 })).toEqual({
      code: "timeout",
      message: `raw.example:${other.port}: it did not answer in full within 0.15 s`,
    });
    await expect.poll(() => other.open.size).toBe(0);
  });

  it("is bounded over all redirects together", async () => {
    answer = (_request, response) => void setTimeout(() => response.writeHead(302, { Location: "/again" }).end(), 60);
    expect((await web.problem(at(), { timeoutMs: 150 })).code).toBe("timeout");
  });

  it("is bounded where a name is not answered", async () => {
    web.names.set("tarpit.example", [
      new Proxy([], { get: (_target, name) => (name === "then" ? () => {} : undefined) }) as string[],
    ]);
    expect((await web.problem("http://tarpit.example/", { timeoutMs: 50 })).code).toBe("timeout");
  });

  it("is over where nobody waits any more: the connection ends at once", async () => {
    const asked = Promise.withResolvers<void>();
    const other = await serveRaw((socket) => socket.on("data", () => asked.resolve()));
    others.push(other);
    const controller = new AbortController();
    const problem = web.problem(`http://raw.example:${other.port}/`, { signal: controller.signal });
    await asked.promise;
    controller.abort();
    expect((await problem).code).toBe("timeout");
    await expect.poll(() => other.open.size).toBe(0);
  });
});

describe("Connections", () => {
  it("are used again for the same host", async () => {
    answer = (_request, response) => response.end("kept");
    const other = await serve((request, response) => answer(request, response));
    others.push(other);
    for (let times = 0; times < 5; times++) {
      expect(await web.text(`http://kept.example:${other.port}/`)).toBe("kept");
    }
    expect(other.connections.length).toBe(1);
  });

  it("that close under a request are made anew, but for a request that must not be done twice", async () => {
    const other = await serveRaw((socket) => {
      let requests = 0;
      socket.on("data", () => {
        if (++requests === 1) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        else socket.resetAndDestroy();
      });
    });
    others.push(other);
    const url = `http://stale.example:${other.port}/`;
    expect([await web.text(url), await web.text(url)]).toEqual(["ok", "ok"]);
    expect(other.connections.length).toBe(2);
    expect((await web.problem(url, { method: "POST", body: Buffer.from("x") })).message).toContain("cut off");
  });

  it("are sixteen of one script at a time, and leave room for another", async () => {
    const held: (() => void)[] = [];
    answer = (_request, response) => void held.push(() => response.end("done"));
    const all = Array.from({ length: 20 }, () => web.text(at()));
    await expect.poll(() => held.length).toBe(16);
    const other = web.text(at(), { script: "night" });
    await expect.poll(() => held.length).toBe(17);
    for (let done = 0; done < 21; done++) {
      await expect.poll(() => held.length).toBeGreaterThan(0);
      held.shift()?.();
    }
    expect(await Promise.all([...all, other])).toHaveLength(21);
  });

  it("for which too many wait are refused", async () => {
    const held: (() => void)[] = [];
    answer = (_request, response) => void held.push(() => response.end("done"));
    const controller = new AbortController();
    const all = Array.from({ length: 16 + 128 }, () => web.problem(at(), { signal: controller.signal }));
    expect(await web.problem(at())).toEqual({
      code: "overloaded",
      message: `web.example:${server.port}: too many requests wait for their turn already; try again later`,
    });
    controller.abort();
    expect(new Set((await Promise.all(all)).map(({ code }) => code))).toEqual(new Set(["timeout"]));
  });
});

describe("HTTPS", () => {
  it("checks the certificate against the name, and says the name to the server", async () => {
    const secure = await serveSecurely((request, response) => {
      const { servername } = request.socket as unknown as { servername: string };
      response.end(`${servername} ${request.headers.host}`);
    });
    others.push(secure);
    expect(await web.text(`https://secure.example:${secure.port}/`)).toBe(
      `secure.example secure.example:${secure.port}`,
    );
    expect(await web.problem(`https://other.example:${secure.port}/`)).toEqual({
      code: "network",
      message: `other.example:${secure.port}: its certificate is for another name`,
    });
    expect((await web.problem(`https://127.0.0.1:${secure.port}/`)).message).toContain("is for another name");
  });

  it("is not spoken with a server that speaks HTTP", async () => {
    expect((await web.problem(`https://web.example:${server.port}/`)).code).toBe("network");
  });
});
