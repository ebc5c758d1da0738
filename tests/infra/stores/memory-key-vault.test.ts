// The key vault in memory keeps the port's contract.
import { memoryKeyVault } from '../../../infra/stores/memory-key-vault.ts';
import { keyVaultContract } from '../../contracts/key-vault.ts';

keyVaultContract('memory', async (kms) => {
  const vault = memoryKeyVault(kms);
  return { vault, another: async () => vault };
});
