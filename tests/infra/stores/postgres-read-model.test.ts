// The read model on PostgreSQL keeps the contract.
import { postgresReadModel } from '../../../infra/stores/postgres-read-model.ts';
import { readModelContract } from '../../contracts/read-model.ts';
import { throwAwayPostgres } from '../../postgres.ts';

readModelContract('postgres', async () => {
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
