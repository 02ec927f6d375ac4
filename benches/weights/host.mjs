// A static host: files as they are, texts with gzip at the level that hosts use, and an account of each answer's bytes.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml", ".xml": "application/xml",
  ".png": "image/png", ".ico": "image/x-icon", ".woff2": "font/woff2", ".webmanifest": "application/manifest+json" };
const IS_TEXT = /^(text\/|application\/(json|xml|manifest)|image\/svg)/;

/** Serves a folder; gives its port, the answers since they were last taken, and a way to end it. */
export async function host(folder) {
  let answers = [];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const before = request.socket.bytesWritten;
    const answer = { path, status: 200, type: TYPES[extname(path) || ".html"] ?? "application/octet-stream", whole: 0, bytes: 0 };
    response.on("close", () => answers.push({ ...answer, bytes: request.socket.bytesWritten - before }));
    const file = await readFile(join(folder, normalize(path.endsWith("/") ? `${path}index.html` : path))).catch(() => undefined);
    if (!file) {
      answer.status = 404;
      response.writeHead(404).end();
      return;
    }
    answer.whole = file.length;
    const isPacked = IS_TEXT.test(answer.type);
    const body = isPacked ? gzipSync(file, { level: 6 }) : file;
    const headers = { "content-type": answer.type, "content-length": body.length };
    response.writeHead(200, isPacked ? { ...headers, "content-encoding": "gzip" } : headers).end(body);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const taken = () => {
    const since = answers;
    answers = [];
    return since;
  };
  return { port: server.address().port, taken, end: () => (server.closeAllConnections(), server.close()) };
}
