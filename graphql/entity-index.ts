// Finds entities in the plain index: all of them by id, by a number, by the beginning of a name.
import { type EntityName, entityNames, nameKey } from '../projections/entity-names.ts';
import { BY_KEY, type Row, ROWS_PER_PAGE_MAX } from '../projections/read-model.ts';
import { isRegistrationNo } from '../src/registration-no.ts';
import { subjectId } from '../src/subject.ts';
import { isUsccForm, normaliseCode } from '../src/uscc.ts';
import { isPublicSubject } from './access.ts';
import type { ReadableModel } from './context.ts';
import { no } from './errors.ts';
import { LIMITS } from './limits.ts';

/** All members that are given must hold. */
export interface EntityFilter {
  readonly kind?: string | null | undefined;
  readonly status?: string | null | undefined;
  readonly district?: string | null | undefined;
}

/** Why an entity was found. */
export type SearchReason = 'CODE' | 'REGISTRATION_NO' | 'NAME' | 'NAME_PREFIX';

/** A found entity; `score` 0 to 1 never rises along a list, and `place` is what a cursor carries. */
export interface Found {
  readonly subject: string;
  readonly score: number;
  readonly why: readonly SearchReason[];
  readonly place: Place;
}

/** Behind which row a page goes on: the name key, empty where rows stand by id, then the key of the row. */
export type Place = readonly [nameKey: string, key: string];

/** Rows of the index that one request may look through for those that fit all of its filter. */
const ROWS_LOOKED_AT_MAX = 20_000;

type IndexRow = Row<EntityName>;
type Cells = readonly string[];

/** Entities by id that fit. @throws GraphQLError TOO_COSTLY when too few of the index's rows fit. */
export const entitiesAfter = async (
  readModel: ReadableModel,
  filter: EntityFilter,
  after: Place | undefined,
  limit: number,
): Promise<readonly Found[]> => {
  const { index, equal } = indexFor(filter);
  const rowsAfter = (last: Place | undefined, rows: number) =>
    readModel.scan(entityNames, { index, equal, after: last && [last[1]], limit: rows });
  const rows = await fitting(rowsAfter, filter, after, limit);
  return rows.map(({ key }) => ({ subject: key, score: 0, why: [], place: ['', key] }));
};

/** Entities by what a person typed: a whole code or number finds one, anything else the names that begin with it. */
export const entitiesFound = async (
  readModel: ReadableModel,
  text: string,
  filter: EntityFilter,
  after: Place | undefined,
  limit: number,
): Promise<readonly Found[]> => {
  const code = normaliseCode(text);
  if (isUsccForm(code)) return byNumber(readModel, [subjectId('uscc', code)], 'CODE', filter, after);
  if (isRegistrationNo(code)) {
    return byNumber(readModel, await subjectsOf(readModel, code), 'REGISTRATION_NO', filter, after);
  }
  const prefix = nameKey(text);
  if (prefix === '') return [];
  const rowsAfter = (last: Place | undefined, rows: number) =>
    readModel.scan(entityNames, { index: 'by_name', equal: [], prefix, after: last, limit: rows });
  const rows = await fitting(rowsAfter, filter, after, limit);
  return rows.map(({ key, doc }) => {
    const isWhole = doc.nameKey === prefix;
    const why = isWhole ? 'NAME' : 'NAME_PREFIX';
    return { subject: key, score: isWhole ? 1 : PREFIX_SCORE, why: [why], place: [doc.nameKey, key] };
  });
};

/** Score of a name that only begins with what was typed. */
const PREFIX_SCORE = 0.8;

/** Subjects that have an old registration number, the number itself first. */
export const subjectsOf = async (readModel: ReadableModel, registrationNo: string): Promise<readonly string[]> => {
  const rows = await readModel.scan(entityNames, { index: 'by_regno', equal: [registrationNo], limit: LIMITS.pageRowsMax });
  return rows.map(({ key }) => key);
};

/** How many entities fit, up to one more than is counted out; undefined when no one index can tell. */
export const countEntities = async (readModel: ReadableModel, filter: EntityFilter): Promise<number | undefined> => {
  const { index, equal, isWhole } = indexFor(filter);
  return isWhole ? readModel.count(entityNames, index, equal, LIMITS.totalCountMax + 1) : undefined;
};

const byNumber = async (
  readModel: ReadableModel,
  subjects: readonly string[],
  why: SearchReason,
  filter: EntityFilter,
  after: Place | undefined,
): Promise<readonly Found[]> => {
  if (after !== undefined) return [];
  const docs = await readModel.getMany(entityNames, subjects);
  return subjects.flatMap((subject) => {
    const doc = docs.get(subject);
    return doc === undefined || !fits(doc, filter) ? [] : [{ subject, score: 1, why: [why], place: ['', subject] as const }];
  });
};

/** Reads on until enough rows fit. */
const fitting = async (
  rowsAfter: (last: Place | undefined, rows: number) => Promise<readonly IndexRow[]>,
  filter: EntityFilter,
  after: Place | undefined,
  limit: number,
): Promise<readonly IndexRow[]> => {
  const found: IndexRow[] = [];
  let last = after;
  for (let rows = limit, looked = 0; looked <= ROWS_LOOKED_AT_MAX; rows = ROWS_PER_PAGE_MAX) {
    const page = await rowsAfter(last, rows);
    found.push(...page.filter(({ key, doc }) => isPublicSubject(key) && fits(doc, filter)));
    if (found.length >= limit || page.length < rows) return found.slice(0, limit);
    looked += page.length;
    const end = page.at(-1);
    last = end && [end.doc.nameKey, end.key];
  }
  throw no('TOO_COSTLY', 'too few entities fit the filter together: leave a member of it out');
};

const fits = (doc: EntityName, { kind, status, district }: EntityFilter): boolean =>
  (isAbsent(kind) || doc.kind === kind) &&
  (isAbsent(status) || doc.status === status) &&
  (isAbsent(district) || doc.district === district);

const isAbsent = (value: string | null | undefined): value is null | undefined => value === undefined || value === null;

/** Values that most entities have: an index over another member is the shorter way. */
const COMMON = new Set(['REGISTERED', 'ENTERPRISE', 'INDIVIDUAL_BUSINESS']);

/** The index over the member that leaves the fewest rows. `isWhole`: it alone decides, there is no other member. */
const indexFor = ({ kind, status, district }: EntityFilter): { index: string; equal: Cells; isWhole: boolean } => {
  const given = [
    ['by_status', status],
    ['by_kind', kind],
    ['by_district', district],
  ].filter((one): one is [string, string] => !isAbsent(one[1]));
  const [index, value] = given.find((one) => !COMMON.has(one[1])) ?? given[0] ?? [BY_KEY];
  return { index, equal: value === undefined ? [] : [value], isWhole: given.length <= 1 };
};
