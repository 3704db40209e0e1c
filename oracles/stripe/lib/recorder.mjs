// A loopback server that keeps every request. It answers by a function, or passes everything on.

import http from 'node:http';

/**
 * @param answer (request) => {status, headers?, body} — may be async
 * @returns {Promise<{url: string, requests: object[], close: () => Promise<void>}>}
 */
export async function recorder(answer) {
  const requests = [];
  const server = http.createServer(async (incoming, outgoing) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const [path, query = ''] = incoming.url.split('?', 2);
    const raw = Buffer.concat(chunks);
    const request = {
      method: incoming.method,
      path,
      query,
      headers: incoming.headers,
      body: raw.toString('utf8'),
      // A file is not text.
      raw,
    };
    requests.push(request);
    try {
      const given = await answer(request);
      request.answer = given;
      outgoing.writeHead(given.status, { 'content-type': 'application/json', ...given.headers });
      outgoing.end(given.body);
    } catch {
      // The server behind cut the connection: so do we.
      incoming.socket.destroy();
    }
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const close = () => new Promise((done) => {
    server.close(done);
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, requests, close };
}

/** A recorder in front of another server: asks it, keeps both sides, gives its answer unchanged. */
export function passing(baseUrl) {
  return recorder(async (request) => {
    const address = baseUrl + request.path + (request.query ? `?${request.query}` : '');
    const headers = { ...request.headers };
    for (const name of ['host', 'connection', 'content-length', 'keep-alive', 'transfer-encoding', 'accept-encoding', 'expect']) delete headers[name];
    const hasBody = request.method === 'POST' || request.method === 'PUT';
    const answer = await fetch(address, {
      method: request.method,
      headers,
      body: hasBody ? request.raw : undefined,
      redirect: 'manual',
    });
    const kept = Object.fromEntries(answer.headers);
    for (const name of ['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'content-encoding']) delete kept[name];
    return { status: answer.status, headers: kept, body: await answer.text() };
  });
}
