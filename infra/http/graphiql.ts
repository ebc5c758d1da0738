// GraphiQL for browsers, from our own server alone: no outside host, no script inside the page.
import type { FastifyInstance } from 'fastify';

/** The editor makes workers out of blobs and sets styles; scripts come from files of this server only. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' blob:",
  'worker-src blob:',
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Huixin GraphiQL</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/graphql/graphiql.css" />
  </head>
  <body id="body" class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"></div>
    <script src="/graphql/graphiql.js"></script>
  </body>
</html>
`;

interface Assets {
  readonly script: Buffer;
  readonly style: Buffer;
}

/** Whether a browser asks for the page and not for an answer. */
export const wantsGraphiql = (accept: string | undefined, query: Readonly<Record<string, unknown>>): boolean =>
  (accept ?? '').includes('text/html') && query['query'] === undefined && query['documentId'] === undefined;

export const graphiqlHeaders = {
  'content-security-policy': POLICY,
  'content-type': 'text/html; charset=utf-8',
} as const;
export const graphiqlPage = PAGE;

/** Adds the two files; they are some megabytes and are loaded when the first browser asks. */
export const addGraphiqlFiles = (app: FastifyInstance): void => {
  let assets: Promise<Assets> | undefined;
  const load = (): Promise<Assets> => (assets ??= loadAssets());
  const headers = { 'cache-control': 'public, max-age=86400' };
  app.get('/graphql/graphiql.js', async (_request, reply) =>
    reply
      .headers(headers)
      .type('text/javascript; charset=utf-8')
      .send((await load()).script),
  );
  app.get('/graphql/graphiql.css', async (_request, reply) =>
    reply
      .headers(headers)
      .type('text/css; charset=utf-8')
      .send((await load()).style),
  );
};

/** Takes the style and the one script out of the page that the package renders. */
const loadAssets = async (): Promise<Assets> => {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({ endpoint: '/graphql', title: 'Huixin GraphiQL', defaultQuery: DEFAULT_QUERY });
  const style = html.slice(html.indexOf('<style>') + '<style>'.length, html.indexOf('</style>'));
  const script = html.slice(html.indexOf('<script>') + '<script>'.length, html.lastIndexOf('</script>'));
  return { script: Buffer.from(script), style: Buffer.from(style) };
};

const DEFAULT_QUERY = `{
  ledger { head events generated }
  entities(first: 5) {
    edges { node { uscc name status } }
  }
}
`;
