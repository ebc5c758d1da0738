// The plain index of organisations: by name, by old registration number, and by kind, status and district.
import type { Day } from '../src/day.ts';
import type { EventData } from '../src/ledger/event.ts';
import { nameKey } from '../src/name-key.ts';
import { parseSubjectId, subjectOf } from '../src/subject.ts';
import type { EntityKind } from '../src/uscc.ts';
import { foldStatements, packStatements, type Statement, unpackStatements } from './entity-profile.ts';
import { entityOn, type RegistrationStatus } from './entity-view.ts';
import { defineProjection } from './projection.ts';

/**
 * An organisation as the last word of its statements has it, whatever day it is. `statements` hold only the members that
 * this row is made of.
 */
export interface EntityName {
  readonly subject: string;
  /** Its number where nobody stated a name. */
  readonly name: string;
  /** `nameKey` of the stated name, empty when there is none. */
  readonly nameKey: string;
  readonly uscc?: string;
  readonly regno?: string;
  readonly kind: EntityKind;
  readonly status: RegistrationStatus;
  /** Code of the district, GB/T 2260 or ours. */
  readonly district?: string;
  readonly statements: readonly Statement[];
}

/** Day by which everything stated so far has begun. */
const LAST_DAY: Day = '2199-12-31';

/** Members that the row depends on. */
const MEMBERS = ['name', 'address', 'uscc', 'manner'] as const;

const isOrganisation = (subject: string): boolean => {
  const scheme = parseSubjectId(subject)?.scheme;
  return scheme === 'uscc' || scheme === 'regno';
};

const rowOf = (subject: string, statements: readonly Statement[]): EntityName => {
  const {
    name,
    uscc,
    registrationNo,
    kind,
    status,
    district,
    statements: merged,
  } = entityOn({ subject, statements, position: '0' }, LAST_DAY);
  const isNamed = merged.some(({ data }) => data['name'] !== undefined);
  return {
    subject,
    name,
    nameKey: isNamed ? nameKey(name) : '',
    ...(uscc === undefined ? {} : { uscc }),
    ...(registrationNo === undefined ? {} : { regno: registrationNo }),
    kind,
    status,
    ...(district === undefined ? {} : { district: district.code }),
    statements,
  };
};

const onlyMembers = (data: EventData): EventData =>
  Object.fromEntries(MEMBERS.flatMap((name) => (data[name] === undefined ? [] : [[name, data[name]]])));

/**
 * One row an organisation that a register spoke of (schemes `uscc` and `regno`, never a person); gone when every statement
 * was taken back. A joined code gets no second row: `uscc` of the row tells it.
 */
export const entityNames = defineProjection<EntityName>({
  name: 'entity_names',
  version: 1,
  kind: 'fold',
  columns: [
    { name: 'name_key', type: 'text' },
    { name: 'regno', type: 'text' },
    { name: 'joined_uscc', type: 'text' },
    { name: 'kind', type: 'text' },
    { name: 'status', type: 'text' },
    { name: 'district', type: 'text' },
  ],
  indexes: [
    { name: 'by_name', columns: ['name_key'] },
    { name: 'by_regno', columns: ['regno'] },
    { name: 'by_joined_uscc', columns: ['joined_uscc'] },
    { name: 'by_kind', columns: ['kind'] },
    { name: 'by_status', columns: ['status'] },
    { name: 'by_district', columns: ['district'] },
  ],
  keys: ({ event }) => {
    const subject = subjectOf(event.about);
    return subject !== undefined && isOrganisation(subject) ? [subject] : [];
  },
  fold: (row, { position, event }, subject) => {
    const before = row?.statements ?? [];
    const statements = foldStatements(before, { position, event: { ...event, data: onlyMembers(event.data) } });
    if (statements === before) return row;
    return statements.length === 0 ? undefined : rowOf(subject, statements);
  },
  cells: ({ nameKey: name, regno, uscc, kind, status, district }) => [
    name === '' ? undefined : name,
    regno,
    regno === undefined ? undefined : uscc,
    kind,
    status,
    district,
  ],
  encode: (row) => JSON.stringify({ ...row, statements: packStatements(row.statements) }),
  decode: (text) => {
    const stored = JSON.parse(text) as EntityName;
    return { ...stored, statements: unpackStatements(stored.statements) };
  },
});
