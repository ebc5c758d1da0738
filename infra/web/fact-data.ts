// What a fact stated, made ready to be read: members in their order, what changed, what is sealed.

export type FactJson = string | number | boolean | null | readonly FactJson[] | { readonly [member: string]: FactJson };

/** A member of a statement; `before` where an earlier statement said something else. */
export interface Stated {
  readonly member: string;
  readonly value: FactJson;
  readonly before?: FactJson;
}

export const isRecord = (value: FactJson | undefined): value is { readonly [member: string]: FactJson } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a member was sealed before it was recorded (`{"$sealed": …}`). */
export const isSealed = (value: FactJson): boolean => isRecord(value) && '$sealed' in value;

/** Members in the order of a business licence; others follow as they stand. */
const ORDER = [
  'name',
  'uscc',
  'checkCharacter',
  'entityType',
  'personInCharge',
  'capital',
  'registeredOn',
  'endedOn',
  'manner',
  'reason',
  'province',
  'city',
  'address',
  'businessScope',
];

const placeOf = (member: string): number => (ORDER.includes(member) ? ORDER.indexOf(member) : ORDER.length);

/** Every member that was stated. */
export const statedMembers = (data: FactJson): readonly Stated[] =>
  isRecord(data)
    ? Object.entries(data)
        .map(([member, value]) => ({ member, value }))
        .toSorted((one, other) => placeOf(one.member) - placeOf(other.member))
    : [];

/** Members that say something else than an earlier statement did; all of them where there is none. */
export const changedMembers = (data: FactJson, earlier: FactJson | undefined): readonly Stated[] => {
  if (!isRecord(earlier)) return statedMembers(data);
  return statedMembers(data)
    .filter(({ member, value }) => !isSame(value, earlier[member]))
    .map((stated) => {
      const before = earlier[stated.member];
      return before === undefined ? stated : { ...stated, before };
    });
};

const isSame = (value: FactJson, other: FactJson | undefined): boolean =>
  JSON.stringify(value) === JSON.stringify(other);

/** The first characters of a text that is longer than `max`; no character is cut in two. */
export const cutText = (text: string, max: number): string =>
  text.length <= max ? text : text.slice(0, max).replace(/[\ud800-\udbff]$/, '');
