// The read model in memory keeps the contract.
import { memoryReadModel } from '../../../infra/stores/memory-read-model.ts';
import { readModelContract } from '../../contracts/read-model.ts';

readModelContract('memory', async () => {
  const readModel = memoryReadModel({ now: () => new Date() });
  return { readModel, close: async () => readModel.close() };
});
