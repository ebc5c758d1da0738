// The name under which this process holds leases.
import { randomUUID } from 'node:crypto';

const owner = randomUUID();

/** One random name a process: a restarted process is another owner. */
export const processOwner = (): string => owner;
