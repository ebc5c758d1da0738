// Leases and positions of parts on PostgreSQL. Time is the server's, so that holders need not agree on theirs.
import type pg from 'pg';
import type { Lease, PartRef, PartState } from '../../projections/read-model.ts';

type Queryable = Pick<pg.Pool, 'query'>;

/** Statements go through whoever translates the driver's errors. */
export const postgresParts = (db: Queryable) => ({
  async claim(ref: PartRef, owner: string, leaseMs: number): Promise<Lease | undefined> {
    const { rows } = await db.query<[fence: string, position: string]>({
      name: 'rm-claim',
      text: `update rm.checkpoints
                set fence = fence + case when owner = $5 then 0 else 1 end, owner = $5,
                    lease_until = clock_timestamp() + $6::int * interval '1 millisecond'
              where projection = $1 and version = $2 and part = $3 and parts = $4
                and (owner is null or owner = $5 or lease_until <= clock_timestamp())
          returning fence, position`,
      values: [ref.projection.name, ref.projection.version, ref.part, ref.parts, owner, leaseMs],
      rowMode: 'array',
    });
    const [row] = rows;
    return row === undefined ? undefined : { ref, owner, fence: BigInt(row[0]), position: BigInt(row[1]) };
  },

  async release(lease: Lease): Promise<void> {
    await db.query(`update rm.checkpoints set owner = null, lease_until = null where ${HELD}`, held(lease));
  },

  async halt(lease: Lease, poison: NonNullable<PartState['halted']>): Promise<boolean> {
    const { rowCount } = await db.query(
      `update rm.checkpoints set owner = null, lease_until = null,
         halted_position = $6, halted_event = $7, halted_error = $8 where ${HELD}`,
      [...held(lease), String(poison.position), poison.event, poison.error],
    );
    return rowCount === 1;
  },

  async states(): Promise<readonly PartState[]> {
    const { rows } = await db.query<StateRow>(
      `select projection, version, part, parts, position, halted_position, halted_event, halted_error
         from rm.checkpoints order by projection, version, part`,
    );
    return rows.map(stateOf);
  },
});

const HELD = 'projection = $1 and version = $2 and part = $3 and owner = $4 and fence = $5';
const held = ({ ref: { projection, part }, owner, fence }: Lease) => [
  projection.name,
  projection.version,
  part,
  owner,
  String(fence),
];

interface StateRow {
  readonly projection: string;
  readonly version: number;
  readonly part: number;
  readonly parts: number;
  readonly position: string;
  readonly halted_position: string | null;
  readonly halted_event: string | null;
  readonly halted_error: string | null;
}

const stateOf = (row: StateRow): PartState => ({
  name: row.projection,
  version: row.version,
  part: row.part,
  parts: row.parts,
  position: BigInt(row.position),
  ...(row.halted_position === null
    ? {}
    : {
        halted: {
          position: BigInt(row.halted_position),
          event: row.halted_event ?? '',
          error: row.halted_error ?? '',
        },
      }),
});
