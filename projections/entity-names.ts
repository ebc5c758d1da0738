// The plain index of organisations: by name, by old registration number, and by kind, status and district.
import { districtOfAddress } from '../src/district.ts';
import type { Json } from '../src/ledger/canonical-json.ts';
import type { EventData } from '../src/ledger/event.ts';
import { nameKey } from '../src/name-key.ts';
import { parseSubjectId, subjectOf } from '../src/subject.ts';
import { type EntityKind, entityKindOf } from '../src/uscc.ts';
import { foldStatements, packStatements, type Statement, unpackStatements } from './entity-profile.ts';
import { identifiersOf, mergeMembers, type RegistrationStatus, statusOf } from './entity-view.ts';
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

/** Members that the row depends on. */
const MEMBERS = ['name', 'address', 'uscc', 'manner'] as const;

const isOrganisation = (subject: string): boolean => {
  const scheme = parseSubjectId(subject)?.scheme;
  return scheme === 'uscc' || scheme === 'regno';
};

const rowOf = (subject: string, statements: readonly Statement[]): EntityName => {
  const { name, address } = mergeMembers(statements);
  const { uscc, registrationNo, number } = identifiersOf(subject, statements);
  const district = typeof address === 'string' ? districtOfAddress(address) : undefined;
  return {
    subject,
    name: typeof name === 'string' ? name : number,
    nameKey: typeof name === 'string' ? nameKey(name) : '',
    ...(uscc === undefined ? {} : { uscc }),
    ...(registrationNo === undefined ? {} : { regno: registrationNo }),
    kind: uscc === undefined ? 'UNKNOWN' : entityKindOf(uscc),
    status: statusOf(statements).status,
    ...(district === undefined ? {} : { district: district.code }),
    statements,
  };
};

const onlyMembers = (data: EventData): EventData => {
  const kept: { [name: string]: Json } = {};
  for (const name of MEMBERS) {
    const value = data[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
};

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
