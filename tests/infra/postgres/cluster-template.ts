/** A data folder with a fresh cluster, made once and copied for each test: a copy is ten times faster than initdb. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../../infra/postgres/embedded-postgres.ts';
import { testCache } from '../../postgres.ts';

export interface ClusterTemplate {
  /** Owners and modes are kept; `dataDir` must not exist. */
  readonly copyTo: (dataDir: string) => void;
  readonly remove: () => Promise<void>;
}

export const clusterTemplate = async (): Promise<ClusterTemplate> => {
  const dir = await mkdtemp(join(tmpdir(), 'huixin-test-'));
  const server = await startEmbeddedPostgres({ dataDir: join(dir, 'data'), ...testCache });
  await server.stop();
  return {
    copyTo: (dataDir) => execFileSync('cp', ['-Rp', join(dir, 'data'), dataDir]),
    remove: async () => rm(dir, { recursive: true, force: true }),
  };
};
