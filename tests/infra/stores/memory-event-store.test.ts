// The event store in memory keeps the port's contract.
import { memoryEventStore } from '../../../infra/stores/memory-event-store.ts';
import { eventStoreContract } from '../../contracts/event-store.ts';

eventStoreContract('memory', async (clock) => {
  const store = memoryEventStore(clock);
  return { store, another: async () => store };
});
