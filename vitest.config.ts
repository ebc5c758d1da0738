// How tests run: `unit` needs nothing but Node; `system` starts PostgreSQL, servers and a browser where there is one.
import { defineConfig } from 'vitest/config';
import { closingLine } from './tests/closing-line.ts';

const SYSTEM = ['tests/infra/**/*.test.ts', 'tests/journeys/**/*.test.ts', 'tests/bench/**/*.test.ts'];

export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    reporters: ['default', closingLine()],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['tests/**/*.test.ts'], exclude: SYSTEM, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: SYSTEM,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
