// The style sheet and the icon: each under the hash of its bytes, so that browsers may keep it for ever.
import { hash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { STYLE } from './style.ts';

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0b5a4a"/>' +
  '<path d="M9 8v16M23 8v16M9 16h14" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/></svg>';

const HASH_CHARACTERS = 16;
const pathOf = (content: string, suffix: string): string =>
  `/web/${hash('sha256', content, 'hex').slice(0, HASH_CHARACTERS)}.${suffix}`;

export const STYLE_PATH = pathOf(STYLE, 'css');
export const ICON_PATH = pathOf(ICON, 'svg');

/** One year, in seconds: the longest time that caches keep anything. */
const KEPT_S = 31_536_000;

export const addAssets = (app: FastifyInstance): void => {
  const files = [
    [STYLE_PATH, 'text/css; charset=utf-8', STYLE],
    [ICON_PATH, 'image/svg+xml', ICON],
  ] as const;
  for (const [path, type, content] of files) {
    app.get(path, (_request, reply) =>
      reply.header('cache-control', `public, max-age=${KEPT_S}, immutable`).type(type).send(content),
    );
  }
};
