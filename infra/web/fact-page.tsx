// The page of one fact: everything that was stated, by whom, and how it stands to other facts.
import { documentIdOf } from '../../graphql/engine.ts';
import { FACT_PAGE, type FactAnswer } from './documents.ts';
import { statedMembers } from './fact-data.ts';
import { FactRelations, StatedMembers, validText } from './fact-words.tsx';
import { Layout } from './layout.tsx';
import { entityPath, hrefOf, say, shanghaiTime, type View, wordFor } from './view.ts';
import { DayText, Rows, ValueRow } from './words.tsx';

export type FactNode = Extract<FactAnswer['node'], { readonly __typename: 'Fact' }>;

interface FactProps {
  readonly view: View;
  readonly data: FactAnswer;
  readonly fact: FactNode;
}

const DOCUMENT_ID = documentIdOf(FACT_PAGE);

/** The same answer as this page has, for a program. */
const machineHref = (id: string): string =>
  `/graphql?${new URLSearchParams({ documentId: DOCUMENT_ID, variables: JSON.stringify({ id }) }).toString()}`;

export const FactPage = ({ view, data, fact }: FactProps) => {
  const title = say(view, 'fact.title', { position: fact.position, type: wordFor(view, 'type', fact.type) });
  const hasRelations = fact.relates !== null || fact.supersededBy.length > 0;
  return (
    <Layout view={view} title={title} ledger={data}>
      <h1>{title}</h1>
      <section aria-labelledby="about">
        <h2 id="about">{say(view, 'fact.about')}</h2>
        <ul>
          {fact.about.map(({ subject }) => (
            <li key={subject}>
              <a class="code" href={hrefOf(view, entityPath(subject))}>
                {subject.slice(subject.indexOf(':') + 1)}
              </a>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="stated">
        <h2 id="stated">{say(view, 'fact.stated')}</h2>
        <StatedMembers view={view} members={statedMembers(fact.data)} />
      </section>
      {fact.original === null ? null : (
        <section aria-labelledby="original">
          <h2 id="original">{say(view, 'fact.original')}</h2>
          <pre lang="zh-CN">{JSON.stringify(fact.original)}</pre>
        </section>
      )}
      <section aria-labelledby="relation">
        <h2 id="relation">{say(view, 'fact.relation')}</h2>
        {hasRelations ? <FactRelations view={view} fact={fact} /> : <p>{say(view, 'fact.noRelation')}</p>}
      </section>
      <Source view={view} fact={fact} />
      <p>
        <a href={machineHref(fact.id)}>{say(view, 'fact.machine')}</a>
      </p>
    </Layout>
  );
};

const Source = ({ view, fact }: { readonly view: View; readonly fact: FactNode }) => {
  const { source, details } = fact;
  return (
    <section aria-labelledby="source">
      <h2 id="source">{say(view, 'fact.source')}</h2>
      <Rows>
        <ValueRow label={say(view, 'fact.agency')}>
          <span class="code">{source.agency}</span>
        </ValueRow>
        <ValueRow label={say(view, 'fact.sourceKind')}>{wordFor(view, 'source', source.kind)}</ValueRow>
        <ValueRow label={say(view, 'fact.assertedOn')}>
          <DayText day={source.assertedOn} />
        </ValueRow>
        <ValueRow label={say(view, 'fact.valid')}>{validText(view, fact) ?? say(view, 'entity.unknown')}</ValueRow>
        <ValueRow label={say(view, 'fact.recordedAt')}>
          <time dateTime={fact.recordedAt}>{shanghaiTime(fact.recordedAt)}</time>
        </ValueRow>
        <ValueRow label={say(view, 'fact.position')}>{fact.position}</ValueRow>
        <ValueRow label={say(view, 'fact.form')}>
          <span class="code">{details.form}</span>
        </ValueRow>
        <ValueRow label={say(view, 'fact.batch')}>
          <span class="code">{details.batch}</span>
        </ValueRow>
        <ValueRow label={say(view, 'fact.line')}>{details.line}</ValueRow>
      </Rows>
    </section>
  );
};
