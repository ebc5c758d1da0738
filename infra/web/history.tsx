// Every public fact about an organisation, the latest recorded first, each with its source and a link to it.
import type { EntityAnswer, FactRow } from './documents.ts';
import { changedMembers } from './fact-data.ts';
import { FactRelations, FactSourceLine, StatedMembers } from './fact-words.tsx';
import { factPath, hrefOf, say, type View, wordFor } from './view.ts';

interface HistoryProps {
  readonly view: View;
  readonly history: NonNullable<EntityAnswer['entity']>['history'];
  readonly day?: string | undefined;
}

export const History = ({ view, history: { edges, pageInfo, totalCount }, day }: HistoryProps) => (
  <section aria-labelledby="history">
    <h2 id="history">{say(view, 'history.title')}</h2>
    {edges.length === 0 ? (
      <p class="soft">{say(view, 'history.none')}</p>
    ) : (
      <p class="soft">
        {typeof totalCount === 'number' ? say(view, 'history.note', { n: totalCount }) : say(view, 'history.noteMany')}
      </p>
    )}
    <ol class="history">
      {edges.map(({ node }) => (
        <HistoryFact key={node.id} view={view} fact={node} />
      ))}
    </ol>
    <p class="pages">
      {view.query['after'] === undefined ? null : (
        <a href={hrefOf(view, view.path, { at: day })}>{say(view, 'history.newest')}</a>
      )}
      {pageInfo.hasNextPage && pageInfo.endCursor !== null ? (
        <a rel="next" href={hrefOf(view, view.path, { at: day, after: pageInfo.endCursor })}>
          {say(view, 'history.older')}
        </a>
      ) : null}
    </p>
  </section>
);

/** Earlier statements whose members can be compared with those of a later one. */
const COMPARED = new Set(['CHANGES', 'CORRECTS']);

const HistoryFact = ({ view, fact }: { readonly view: View; readonly fact: FactRow }) => {
  const { relates } = fact;
  const earlier = relates !== null && COMPARED.has(relates.kind) ? relates.fact?.data : undefined;
  return (
    <li class="card">
      <h3>
        <a href={hrefOf(view, factPath(fact.id))}>
          {say(view, 'fact.title', { position: fact.position, type: wordFor(view, 'type', fact.type) })}
        </a>
      </h3>
      <StatedMembers view={view} members={changedMembers(fact.data, earlier)} isShort />
      <FactRelations view={view} fact={fact} />
      <FactSourceLine view={view} fact={fact} />
    </li>
  );
};
