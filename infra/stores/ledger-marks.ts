// Marks of the ledger: generated data and fixed clocks are told apart from the real thing for ever.
import type pg from 'pg';

export interface LedgerMarks {
  readonly generated: boolean;
  /** Day of the latest fixed clock this ledger was written under. */
  readonly testClock: string | undefined;
}

/** The folder was written under another kind of clock than the one given now. */
export class ClockRefused extends Error {
  override name = 'ClockRefused';
}

type Queryable = Pick<pg.ClientBase, 'query'>;

export const readMarks = async (client: Queryable): Promise<LedgerMarks> => {
  const { rows } = await client.query<{ generated: boolean; test_clock: string | null }>(
    'select generated, test_clock::text from es.marks',
  );
  return { generated: rows[0]?.generated ?? false, testClock: rows[0]?.test_clock ?? undefined };
};

/**
 * Holds the ledger to its clock: under a fixed day it is marked as test, needs a fixed day afterwards, and refuses an
 * earlier one; a real ledger that holds events refuses a fixed day.
 * @throws ClockRefused saying which setting to mend
 */
export const holdToClock = async (client: Queryable, fixedToday: string | undefined): Promise<LedgerMarks> => {
  const marks = await readMarks(client);
  if (fixedToday === undefined) {
    if (marks.testClock === undefined) return marks;
    throw new ClockRefused(
      `This ledger was written under HUIXIN_CLOCK=${marks.testClock} and is a test: set HUIXIN_CLOCK to that day or a later one, ` +
        'or choose another HUIXIN_DATA_DIR.',
    );
  }
  if (marks.testClock !== undefined && fixedToday < marks.testClock) {
    throw new ClockRefused(
      `HUIXIN_CLOCK=${fixedToday} lies before ${marks.testClock}, under which this ledger was written last: set that day or a later one.`,
    );
  }
  const { rows } = await client.query<{ position: string }>('select position from es.head');
  if (marks.testClock === undefined && rows[0]?.position !== '0') {
    throw new ClockRefused(
      'This ledger was written under the real clock: unset HUIXIN_CLOCK, or choose another HUIXIN_DATA_DIR for tests.',
    );
  }
  await client.query('update es.marks set test_clock = greatest(test_clock, $1::date)', [fixedToday]);
  return { ...marks, testClock: fixedToday };
};

/** Labels the ledger as generated; only an empty one can be. */
export const markGenerated = async (client: Queryable): Promise<void> => {
  await client.query('update es.marks set generated = true where (select position from es.head) = 0');
};
