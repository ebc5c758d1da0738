// The runner over each read model: exactly once under injected faults.
import { memoryReadModel } from '../../../infra/stores/memory-read-model.ts';
import { postgresReadModel } from '../../../infra/stores/postgres-read-model.ts';
import { exactlyOnce } from '../../contracts/exactly-once.ts';
import { throwAwayPostgres } from '../../postgres.ts';

exactlyOnce('memory', async () => {
  const readModel = memoryReadModel({ now: () => new Date() });
  return { readModel, close: async () => readModel.close() };
});

exactlyOnce('postgres', async () => {
  const postgres = await throwAwayPostgres();
  const readModel = postgresReadModel({ connection: postgres.connection });
  return {
    readModel,
    close: async () => {
      await readModel.close();
      await postgres.stop();
    },
  };
});
