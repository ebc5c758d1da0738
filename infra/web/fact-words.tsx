// What a fact says, in words: its members, how it stands to other facts, when it holds.
import type { FactRow } from './documents.ts';
import { cutText, type FactJson, isRecord, isSealed, type Stated } from './fact-data.ts';
import { factPath, hasWord, hrefOf, say, sayAround, shanghaiTime, type View, wordFor } from './view.ts';
import { DayText, Text } from './words.tsx';

interface WithView {
  readonly view: View;
}

/** Characters of one value in a list of facts; the page of the fact shows all of them. */
const SHORT_MAX = 60;

/** Capital as the register wrote it, with the amount in full beside it where that is known. */
export const capitalText = (view: View, capital: FactJson): string => {
  if (!isRecord(capital)) return say(view, 'entity.unknown');
  const { amount, currency, original } = capital;
  const stated = typeof original === 'string' ? original : '';
  if (typeof amount !== 'string' || typeof currency !== 'string') return stated;
  const separator = view.lang === 'zh' ? ['（', '）'] : [' (', ')'];
  return `${stated}${separator[0]}${groupThousands(amount)} ${currency}${separator[1]}`;
};

/** Exact: an amount may have more digits than a number holds. */
const groupThousands = (decimal: string): string => {
  const [whole = '', part] = decimal.split('.');
  return whole.replace(/\B(?=(?:\d{3})+$)/g, ',') + (part === undefined ? '' : `.${part}`);
};

const valueText = (view: View, member: string, value: FactJson): string => {
  if (isSealed(value)) return say(view, 'fact.sealed');
  if (member === 'capital') return capitalText(view, value);
  if (typeof value === 'boolean') return say(view, value ? 'fact.true' : 'fact.false');
  if (typeof value === 'string') return wordForValue(view, member, value);
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
};

const wordForValue = (view: View, member: string, value: string): string =>
  hasWord(`value.${member}`, value) ? wordFor(view, `value.${member}`, value) : value;

const shortened = (text: string): string => (text.length <= SHORT_MAX ? text : `${cutText(text, SHORT_MAX)}…`);

/** Members of a statement; `isShort` cuts long values, for a list of facts. */
export const StatedMembers = ({
  view,
  members,
  isShort = false,
}: WithView & { readonly members: readonly Stated[]; readonly isShort?: boolean }) => {
  const shown = (member: string, value: FactJson) => {
    const text = valueText(view, member, value);
    return <Text view={view} text={isShort ? shortened(text) : text} />;
  };
  if (members.length === 0) return <p>{say(view, 'fact.same')}</p>;
  return (
    <dl class="stated">
      {members.map(({ member, value, before }) => (
        <div key={member}>
          <dt>{hasWord('member', member) ? wordFor(view, 'member', member) : <code>{member}</code>}</dt>
          <dd>
            {before === undefined ? null : (
              <>
                {say(view, 'fact.from')} <del>{shown(member, before)}</del> {say(view, 'fact.to')}{' '}
              </>
            )}
            {shown(member, value)}
          </dd>
        </div>
      ))}
    </dl>
  );
};

const FactLink = ({ view, fact }: WithView & { readonly fact: { readonly id: string; readonly position: string } }) => (
  <a href={hrefOf(view, factPath(fact.id))}>{say(view, 'fact.number', { position: fact.position })}</a>
);

/** A group of words with the kind of a relation in it; a kind that came later has general words. */
type Relations = 'relates' | 'superseded';

const RelationWords = ({
  view,
  group,
  kind,
  fact,
}: WithView & {
  readonly group: Relations;
  readonly kind: string;
  readonly fact: { readonly id: string; readonly position: string } | null;
}) => {
  const key = keyOfRelation(group, kind);
  const [before, after] = sayAround(view, key, 'fact');
  return (
    <li>
      {before}
      {fact === null ? say(view, 'relates.earlier') : <FactLink view={view} fact={fact} />}
      {after}
    </li>
  );
};

const KINDS = ['changes', 'corrects', 'retracts', 'ends'] as const;

const keyOfRelation = (group: Relations, kind: string) => {
  const name = kind.toLowerCase();
  if (group === 'relates' && name === 'confirms') return 'relates.confirms';
  return `${group}.${KINDS.find((known) => known === name) ?? 'other'}` as const;
};

/** How a fact stands to earlier and later ones; nothing where it stands alone. */
export const FactRelations = ({ view, fact }: WithView & { readonly fact: FactRow }) => {
  const { relates, supersededBy } = fact;
  if (relates === null && supersededBy.length === 0) return null;
  return (
    <ul class="relations">
      {relates === null ? null : <RelationWords view={view} group="relates" kind={relates.kind} fact={relates.fact} />}
      {supersededBy.map((later) => (
        <RelationWords
          key={later.id}
          view={view}
          group="superseded"
          kind={later.relates?.kind ?? 'other'}
          fact={later}
        />
      ))}
    </ul>
  );
};

/** Days between which a fact holds; undefined where none is known. */
export const validText = (view: View, { validFrom, validUntil }: FactRow): string | undefined => {
  if (validFrom !== null && validUntil !== null) {
    return say(view, 'fact.validRange', { from: validFrom, until: validUntil });
  }
  if (validFrom !== null) return say(view, 'fact.validFrom', { from: validFrom });
  return validUntil === null ? undefined : say(view, 'fact.validUntil', { until: validUntil });
};

/** Who stated a fact, as of when, and when and where it was recorded. */
export const FactSourceLine = ({ view, fact }: WithView & { readonly fact: FactRow }) => {
  const valid = validText(view, fact);
  const colon = view.lang === 'zh' ? '：' : ': ';
  return (
    <ul class="source">
      <li>
        {say(view, 'fact.agency')}
        {colon}
        <span class="code">{fact.source.agency}</span>
      </li>
      <li>
        {say(view, 'fact.assertedOn')}
        {colon}
        <DayText day={fact.source.assertedOn} />
      </li>
      {valid === undefined ? null : (
        <li>
          {say(view, 'fact.valid')}
          {colon}
          {valid}
        </li>
      )}
      <li>
        {say(view, 'fact.recordedAt')}
        {colon}
        <time dateTime={fact.recordedAt}>{shanghaiTime(fact.recordedAt)}</time>
      </li>
    </ul>
  );
};
