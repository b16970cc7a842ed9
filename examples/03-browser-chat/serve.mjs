// Serves the page from an origin of its own, under a policy that lets it talk to the proxy and to nothing else.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { build } from 'esbuild';

const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
};

/**
 * @param proxy base URL of the proxy: the only address the page may connect to
 * @param config what the page must know: `{ proxy, registry, registryKey, simulatedRoot? }`
 * @param issueGrant (subkey: hex) => portable grant; called when the page has made its own key
 */
export async function servePage({ proxy, config, issueGrant, port = 0 }) {
  const scripts = await bundle();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://page');
    response.setHeader('content-security-policy', `default-src 'self'; connect-src ${new URL(proxy).origin}`);
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    try {
      if (request.method !== 'GET') return end(response, 405, 'text/plain', '');
      const file = FILES[url.pathname];
      if (file !== undefined)
        return end(response, 200, file[1], await readFile(new URL(file[0], import.meta.url)));
      const script = scripts.get(url.pathname);
      if (script !== undefined) return end(response, 200, 'text/javascript', script);
      // Scripts, because the page may load scripts from here but not fetch: its connections are for the proxy alone.
      if (url.pathname === '/network.js')
        return end(response, 200, 'text/javascript', `export default ${JSON.stringify(config)};`);
      if (url.pathname === '/grant.js') {
        const subkey = url.searchParams.get('subkey') ?? '';
        if (!/^[0-9a-f]{64}$/.test(subkey)) return end(response, 400, 'text/plain', '');
        return end(
          response,
          200,
          'text/javascript',
          `export default ${JSON.stringify(await issueGrant(subkey))};`,
        );
      }
      return end(response, 404, 'text/plain', 'not found');
    } catch {
      return end(response, 500, 'text/plain', 'the page server failed');
    }
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/** The page's script and what it loads later, as files of one origin. */
async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [new URL('page.js', import.meta.url).pathname],
    bundle: true,
    splitting: true,
    // Served by this server, different on every network.
    external: ['./network.js'],
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    write: false,
    outdir: '/',
    logLevel: 'error',
  });
  return new Map(outputFiles.map((file) => [file.path.replaceAll('\\', '/'), file.contents]));
}

function end(response, status, type, body) {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}
