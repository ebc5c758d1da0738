// `huixin import`: puts the rows of files on the ledger and says what became of each.
import { importFile } from '../import/import-file.ts';
export const importFiles = importFile;
