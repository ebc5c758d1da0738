// Finds entities in the plain index: all of them by id, by a number, by the beginning of a name.
import { type EntityName, entityNames } from '../projections/entity-names.ts';
import { BY_KEY, type Row, ROWS_PER_PAGE_MAX, type Scan } from '../projections/read-model.ts';
import { nameKey } from '../src/name-key.ts';
import { isRegistrationNo } from '../src/registration-no.ts';
import { subjectId } from '../src/subject.ts';
import { isUsccForm, normaliseCode } from '../src/uscc.ts';
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

/** Behind which row a page goes on: cells of the index, then the key of the row. */
export type Place = readonly [...string[], string];

/** One list of entities; every way of finding them is one. */
export interface EntityList {
  /** How many cells the place of a row has. */
  readonly placeCells: number;
  readonly after: (place: Place | undefined, limit: number) => Promise<readonly Found[]>;
  /** How many there are, up to one more than is counted out; undefined when that would take too long. */
  readonly count: () => Promise<number | undefined>;
}

/** All entities that fit, in the order of the index: by id when nothing is asked of them. */
export const allEntities = (readModel: ReadableModel, filter: EntityFilter): EntityList => {
  const { index, equal, cells, isWhole } = indexFor(filter);
  const placeOf = ({ key, doc }: Row<EntityName>): Place => [...cells.map((cell) => doc[cell] ?? ''), key];
  return {
    placeCells: cells.length + 1,
    after: async (place, limit) => {
      const rows = await fitting(readModel, { index, equal }, filter, { place, placeOf, limit });
      return rows.map((row) => ({ subject: row.key, score: 0, why: [], place: placeOf(row) }));
    },
    count: async () => (isWhole ? readModel.count(entityNames, index, equal, LIMITS.totalCountMax + 1) : undefined),
  };
};

/** Entities by what a person typed: a whole code or number finds one, anything else the names that begin with it. */
export const entitiesFound = (readModel: ReadableModel, text: string, filter: EntityFilter): EntityList => {
  const code = normaliseCode(text);
  if (isUsccForm(code)) return listed(readModel, () => subjectsOfUscc(readModel, code), 'CODE', filter);
  if (isRegistrationNo(code)) {
    return listed(readModel, () => subjectsOfRegistrationNo(readModel, code), 'REGISTRATION_NO', filter);
  }
  return named(readModel, nameKey(text), filter);
};

/** Subjects with a code: under the code itself, or under the older number that it joined. */
export const subjectsOfUscc = async (readModel: ReadableModel, uscc: string): Promise<readonly string[]> => {
  const own = subjectId('uscc', uscc);
  const found = await readModel.get(entityNames, own);
  return found === undefined ? scanNumber(readModel, 'by_joined_uscc', uscc) : [own];
};

export const subjectsOfRegistrationNo = (readModel: ReadableModel, number: string): Promise<readonly string[]> =>
  scanNumber(readModel, 'by_regno', number);

const scanNumber = async (readModel: ReadableModel, index: string, number: string): Promise<readonly string[]> => {
  const rows = await readModel.scan(entityNames, { index, equal: [number], limit: LIMITS.pageRowsMax });
  return rows.map(({ key }) => key);
};

/** The few entities that have a number. */
const listed = (
  readModel: ReadableModel,
  subjects: () => Promise<readonly string[]>,
  why: SearchReason,
  filter: EntityFilter,
): EntityList => {
  const found = async (): Promise<readonly Found[]> => {
    const docs = await readModel.getMany(entityNames, await subjects());
    const fitting = [...docs.values()].filter((doc) => fits(doc, filter));
    return fitting.map(({ subject }) => ({ subject, score: 1, why: [why], place: [subject] }));
  };
  return {
    placeCells: 1,
    after: async (place) => (place === undefined ? found() : []),
    count: async () => (await found()).length,
  };
};

/** Score of a name that only begins with what was typed. */
const PREFIX_SCORE = 0.8;
/** Rows of the index that one request may look through for those that fit all of its filter. */
const ROWS_LOOKED_AT_MAX = 20_000;

const placeByName = ({ key, doc }: Row<EntityName>): Place => [doc.nameKey, key];

/** Entities by the beginning of their name; the whole name comes first, because it sorts first. */
const named = (readModel: ReadableModel, prefix: string, filter: EntityFilter): EntityList => {
  const placeOf = placeByName;
  const scan = { index: 'by_name', equal: [], prefix };
  const after = async (place: Place | undefined, limit: number): Promise<readonly Found[]> => {
    const rows = prefix === '' ? [] : await fitting(readModel, scan, filter, { place, placeOf, limit });
    return rows.map((row) => {
      const isWhole = row.doc.nameKey === prefix;
      const why = isWhole ? 'NAME' : 'NAME_PREFIX';
      return { subject: row.key, score: isWhole ? 1 : PREFIX_SCORE, why: [why], place: placeOf(row) };
    });
  };
  const count = async (): Promise<number | undefined> => {
    const { length } = await after(undefined, ROWS_PER_PAGE_MAX);
    return length < ROWS_PER_PAGE_MAX ? length : undefined;
  };
  return { placeCells: 2, after, count };
};

interface Page {
  readonly place: Place | undefined;
  readonly placeOf: (row: Row<EntityName>) => Place;
  readonly limit: number;
}

/** Reads on until enough rows fit. @throws GraphQLError TOO_COSTLY when too few of them do. */
const fitting = async (
  readModel: ReadableModel,
  scan: Pick<Scan, 'index' | 'equal' | 'prefix'>,
  filter: EntityFilter,
  { place, placeOf, limit }: Page,
): Promise<readonly Row<EntityName>[]> => {
  const found: Row<EntityName>[] = [];
  let after = place;
  for (let rows = limit, looked = 0; looked <= ROWS_LOOKED_AT_MAX; rows = ROWS_PER_PAGE_MAX) {
    const page = await readModel.scan(entityNames, { ...scan, after, limit: rows });
    found.push(...page.filter(({ doc }) => fits(doc, filter)));
    const last = page.at(-1);
    if (found.length >= limit || page.length < rows || last === undefined) return found.slice(0, limit);
    looked += page.length;
    after = placeOf(last);
  }
  throw no('TOO_COSTLY', 'too few entities fit the filter as a whole: leave a member of it out');
};

const MEMBERS = ['kind', 'status', 'district'] as const;
type Member = (typeof MEMBERS)[number];
const isMember = (name: string): name is Member => MEMBERS.some((member) => member === name);

const fits = (doc: EntityName, filter: EntityFilter): boolean =>
  MEMBERS.every((member) => (filter[member] ?? doc[member]) === doc[member]);

/** Values that most entities have: an index over another member is the shorter way. */
const COMMON = new Set<unknown>(['REGISTERED', 'ENTERPRISE', 'INDIVIDUAL_BUSINESS']);

interface Choice {
  readonly index: string;
  readonly equal: readonly string[];
  /** Columns of the index behind `equal`. */
  readonly cells: readonly Member[];
  /** Whether the index alone decides what fits. */
  readonly isWhole: boolean;
}

/** The index that leads with most of what was asked; among equals the one over the rarer value. */
const indexFor = (filter: EntityFilter): Choice => {
  const given = MEMBERS.filter((member) => (filter[member] ?? undefined) !== undefined);
  const choices = entityNames.indexes.flatMap(({ name: index, columns }): Choice[] => {
    if (!columns.every(isMember)) return [];
    const members = columns.filter(isMember);
    const gap = members.findIndex((member) => !given.includes(member));
    const led = gap < 0 ? members : members.slice(0, gap);
    const equal = led.map((member) => filter[member] ?? '');
    return [{ index, equal, cells: members.slice(led.length), isWhole: led.length === given.length }];
  });
  const worth = ({ equal }: Choice): number => 2 * equal.length - (equal.every((value) => COMMON.has(value)) ? 1 : 0);
  const none: Choice = { index: BY_KEY, equal: [], cells: [], isWhole: given.length === 0 };
  return choices
    .filter(({ equal }) => equal.length > 0)
    .reduce((best, one) => (worth(one) > worth(best) ? one : best), none);
};
