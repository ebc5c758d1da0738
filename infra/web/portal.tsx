// The routes of the portal: reads what was asked, runs the page's document, sends the page with its status.
import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { GraphEngine } from '../../graphql/engine.ts';
import { LIMITS } from '../../graphql/limits.ts';
import { parseDay } from '../../src/day.ts';
import { classifyCode } from '../../src/uscc.ts';
import { addAssets } from './assets.ts';
import { type Answer, asking } from './ask.ts';
import {
  ENTITY,
  type EntityAnswer,
  FACT_PAGE,
  type FactAnswer,
  FACTS_PER_PAGE,
  HOME,
  type HomeAnswer,
  type LedgerAnswer,
} from './documents.ts';
import { EntityPage } from './entity-page.tsx';
import { FactPage } from './fact-page.tsx';
import { HomePage } from './home-page.tsx';
import { isBehind } from './layout.tsx';
import { type Notice, NoticePage } from './notice-page.tsx';
import { entityPath, factPath, hrefOf, type PageQuery, say, type View } from './view.ts';

/** What a route answers with. */
interface Page {
  readonly status: number;
  readonly body: JSX.Element;
}

/** Adds every page, the style sheet and the page for unknown addresses, in a scope of its own. */
export const addPortal = (app: FastifyInstance, engine: GraphEngine): void => {
  const pages = { home: homePage(engine), entity: entityPage(engine), fact: factPage(engine) };
  void app.register(async (scope) => {
    addAssets(scope);
    scope.setErrorHandler((error: { statusCode?: number }, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500) request.log.error({ err: error }, 'fault');
      const view = viewOf(request);
      return send(request, reply, status < 500 ? notice(view, 'pageMissing', status) : faultPage(view, request.id));
    });
    scope.setNotFoundHandler((request, reply) => {
      const isPage = request.method === 'GET' && request.headers.accept?.includes('text/html') === true;
      if (isPage) return send(request, reply, notice(viewOf(request), 'pageMissing', 404));
      return reply.code(404).send({ statusCode: 404, error: 'Not Found', message: 'there is nothing at this address' });
    });
    scope.get('/', async (request, reply) => send(request, reply, await pages.home(request)));
    scope.get('/entity/:code', async (request, reply) => {
      const asked = (request.params as { code: string }).code;
      const code = classifyCode(asked);
      if (code.kind !== 'uscc' && code.kind !== 'regno') return send(request, reply, noCode(request, code.kind));
      if (code.kind === 'uscc' && code.code === asked) {
        return send(request, reply, await pages.entity(request, { uscc: asked }));
      }
      const path = entityPath(`${code.kind}:${code.code}`);
      return reply.redirect(hrefOf(viewOf(request), path, { at: queryText(request, 'at') }), 302);
    });
    scope.get('/entity/regno/:number', async (request, reply) => {
      const code = classifyCode((request.params as { number: string }).number);
      if (code.kind !== 'regno') return send(request, reply, noCode(request, code.kind));
      return send(request, reply, await pages.entity(request, { registrationNo: code.code }));
    });
    // A wildcard, because ids are longer than what a named part of an address may hold.
    scope.get('/fact/*', async (request, reply) =>
      send(request, reply, await pages.fact(request, (request.params as { '*': string })['*'])),
    );
  });
};

const queryText = (request: FastifyRequest, name: string): string | undefined => {
  const value = (request.query as Readonly<Record<string, unknown>>)[name];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && first !== '' ? first : undefined;
};

/** `path` is an address we know: what was typed never comes back as a link. */
const viewOf = (request: FastifyRequest, path = '/', query: PageQuery = {}): View => ({
  lang: queryText(request, 'lang') === 'en' ? 'en' : 'zh',
  isLarge: queryText(request, 'type') === 'large',
  path,
  query,
});

const notice = (
  view: View,
  kind: Notice,
  status: number,
  more: Partial<Omit<Parameters<typeof NoticePage>[0], 'view' | 'notice'>> = {},
): Page => ({ status, body: <NoticePage view={view} notice={kind} {...more} /> });

const noCode = (request: FastifyRequest, kind: string): Page =>
  notice(viewOf(request), kind === 'personal' ? 'personal' : 'badCode', 400);

const faultPage = (view: View, id: string): Page => notice(view, 'fault', 500, { values: { id } });

/** The page for an answer that is no more than a no; `bad` is what a wrong input means on this page. */
const refusal = (
  view: View,
  { no, data }: Answer<LedgerAnswer>,
  requestId: string,
  bad: Notice,
  again?: string,
): Page => {
  if (no === undefined || no.status === 500) return faultPage(view, requestId);
  if (no.status === 503) return notice(view, 'unavailable', 503);
  return notice(view, bad, no.status, { ledger: data, again });
};

const homePage = (engine: GraphEngine) => {
  const ask = asking<HomeAnswer>(engine, HOME);
  return async (request: FastifyRequest): Promise<Page> => {
    const text = queryText(request, 'q')?.trim().normalize('NFC');
    if (text !== undefined && classifyCode(text).kind === 'personal') return notice(viewOf(request), 'personal', 400);
    const values = { max: LIMITS.searchCharactersMax };
    if ((text ?? '').length > values.max) return notice(viewOf(request), 'badText', 400, { values });
    const searching = text !== undefined && text !== '';
    const query = searching ? { q: text, after: queryText(request, 'after') } : {};
    const view = viewOf(request, '/', query);
    const variables = { searching, text, after: query.after, lang: languageOf(view) };
    const answer = await ask(variables, request.id);
    if (answer.data === undefined || answer.no !== undefined) {
      return refusal(view, answer, request.id, 'badPage', hrefOf(view, '/', { q: query.q }));
    }
    return { status: 200, body: <HomePage view={view} data={answer.data} text={searching ? text : undefined} /> };
  };
};

interface EntityAsked {
  readonly uscc?: string;
  readonly registrationNo?: string;
}

const entityPage = (engine: GraphEngine) => {
  const ask = asking<EntityAnswer>(engine, ENTITY);
  return async (request: FastifyRequest, asked: EntityAsked): Promise<Page> => {
    const at = queryText(request, 'at');
    const day = at === undefined ? undefined : parseDay(at);
    const path = entityPath(asked.uscc === undefined ? `regno:${asked.registrationNo ?? ''}` : `uscc:${asked.uscc}`);
    const after = queryText(request, 'after');
    const view = viewOf(request, path, { at: day, after });
    if (at !== undefined && day === undefined) return notice(view, 'badDay', 400, { again: hrefOf(view, path) });
    const answer = await ask(
      { ...asked, at: day && { validOn: day }, first: FACTS_PER_PAGE, after, lang: languageOf(view) },
      request.id,
    );
    const { data, no } = answer;
    if (data === undefined || no !== undefined) {
      return refusal(view, answer, request.id, after === undefined ? 'badDay' : 'badPage', hrefOf(view, path));
    }
    if (data.entity === null) {
      const code = asked.uscc ?? asked.registrationNo ?? '';
      const lead = `${say(view, 'missing.lead', { code })}${isBehind(data) ? ` ${say(view, 'missing.behind')}` : ''}`;
      return notice(view, 'missing', 404, { ledger: data, lead });
    }
    return { status: 200, body: <EntityPage view={view} data={data} entity={data.entity} day={day} /> };
  };
};

const factPage = (engine: GraphEngine) => {
  const ask = asking<FactAnswer>(engine, FACT_PAGE);
  return async (request: FastifyRequest, id: string): Promise<Page> => {
    const view = viewOf(request, factPath(encodeURIComponent(id)));
    const answer = await ask({ id }, request.id);
    const { data, no } = answer;
    if (data === undefined || no !== undefined) return refusal(view, answer, request.id, 'factMissing');
    if (data.node?.__typename !== 'Fact') return notice(view, 'factMissing', 404, { ledger: data });
    return { status: 200, body: <FactPage view={view} data={data} fact={data.node} /> };
  };
};

const languageOf = ({ lang }: View): 'ZH' | 'EN' => (lang === 'zh' ? 'ZH' : 'EN');

const ETAG_CHARACTERS = 22;

/** A page may be kept, and is asked for again each time: it changes with the ledger. */
const send = (request: FastifyRequest, reply: FastifyReply, { status, body }: Page): FastifyReply => {
  const html = `<!doctype html>\n${renderToString(body)}\n`;
  void reply.code(status).type('text/html; charset=utf-8');
  if (status !== 200) return reply.header('cache-control', 'no-store').send(html);
  const etag = `"${hash('sha256', html, 'base64url').slice(0, ETAG_CHARACTERS)}"`;
  void reply.header('cache-control', 'no-cache').header('etag', etag);
  return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(html);
};
