// The first page: what this is, the search and what it found, and how far the data are.
import { classifyCode } from '../../src/uscc.ts';
import type { EntityRow, HomeAnswer, LedgerAnswer } from './documents.ts';
import { isBehind, Layout } from './layout.tsx';
import { entityPath, formatCount, hrefOf, say, type View, wordFor } from './view.ts';
import { SearchForm, Status, Text } from './words.tsx';

interface HomeProps {
  readonly view: View;
  readonly data: HomeAnswer;
  /** What was searched for; absent on the first page itself. */
  readonly text?: string | undefined;
}

export const HomePage = ({ view, data, text }: HomeProps) => (
  <Layout view={view} title={say(view, text === undefined ? 'home.title' : 'search.title')} ledger={data}>
    <h1>{say(view, 'home.title')}</h1>
    {text === undefined ? <p class="lead">{say(view, 'home.what')}</p> : null}
    <SearchForm view={view} text={text} />
    {text === undefined || data.found === undefined ? null : <Results view={view} text={text} found={data.found} />}
    {data.samples === undefined ? null : <Samples view={view} data={data} rows={data.samples.edges} />}
    {isBehind(data) ? <Progress view={view} data={data} /> : null}
    {text === undefined ? <AboutLedger view={view} data={data} /> : null}
  </Layout>
);

const Results = ({ view, text, found }: { view: View; text: string; found: NonNullable<HomeAnswer['found']> }) => {
  const { edges, pageInfo, totalCount } = found;
  const isFirst = view.query['after'] === undefined;
  if (edges.length === 0 && isFirst) return <NothingFound view={view} text={text} />;
  return (
    <section aria-labelledby="results">
      <h2 id="results">{say(view, 'search.title')}</h2>
      <p>
        {typeof totalCount === 'number'
          ? say(view, 'search.count', { n: totalCount, text })
          : say(view, 'search.many', { text })}
      </p>
      <ul class="cards">
        {edges.map(({ why, node }) => (
          <EntityCard key={pathOf(node)} view={view} row={node} why={why} />
        ))}
      </ul>
      <p class="pages">
        {isFirst ? null : <a href={hrefOf(view, '/', { q: text })}>{say(view, 'search.first')}</a>}
        {pageInfo.hasNextPage && pageInfo.endCursor !== null ? (
          <a rel="next" href={hrefOf(view, '/', { q: text, after: pageInfo.endCursor })}>
            {say(view, 'search.more')}
          </a>
        ) : null}
      </p>
    </section>
  );
};

const NothingFound = ({ view, text }: { readonly view: View; readonly text: string }) => {
  const code = classifyCode(text);
  const advice =
    code.kind === 'uscc' && !code.conforming && !code.legalException
      ? 'search.advice.check'
      : code.kind === 'regno' && !code.checkOk
        ? 'search.advice.regno'
        : code.kind === 'uscc' || code.kind === 'regno'
          ? 'search.advice.absent'
          : 'search.advice.name';
  return (
    <section aria-labelledby="results">
      <h2 id="results">{say(view, 'search.none', { text })}</h2>
      <p>{say(view, advice)}</p>
    </section>
  );
};

const numberOf = ({ uscc, identifiers }: EntityRow): string => uscc ?? identifiers[0]?.value ?? '';

const pathOf = (row: EntityRow): string => entityPath(`${row.uscc === null ? 'regno' : 'uscc'}:${numberOf(row)}`);

const EntityCard = ({ view, row, why }: { view: View; row: EntityRow; why?: readonly string[] }) => (
  <li class="card">
    <p class="card-name">
      <a href={hrefOf(view, pathOf(row))}>
        <Text view={view} text={row.name} />
      </a>
    </p>
    <p>
      <Status view={view} status={row.status} />{' '}
      {row.kind === 'UNKNOWN' ? null : <span class="soft">{wordFor(view, 'kind', row.kind)}</span>}
    </p>
    <p class="soft">
      <span class="code">{numberOf(row)}</span>
      {row.address === null ? null : (
        <>
          {' · '}
          <Text view={view} text={row.address} />
        </>
      )}
    </p>
    {why === undefined || why.length === 0 ? null : (
      <p class="soft why">
        {say(view, 'search.why')}
        {view.lang === 'zh' ? '：' : ': '}
        {why.map((reason) => wordFor(view, 'why', reason)).join(view.lang === 'zh' ? '；' : '; ')}
      </p>
    )}
  </li>
);

const Samples = ({
  view,
  data,
  rows,
}: {
  readonly view: View;
  readonly data: LedgerAnswer;
  readonly rows: readonly { readonly node: EntityRow }[];
}) => (
  <section aria-labelledby="samples">
    <h2 id="samples">{say(view, 'samples.title')}</h2>
    {rows.length === 0 ? (
      <p>{say(view, isBehind(data) || data.ledger.generated ? 'samples.behind' : 'samples.empty')}</p>
    ) : null}
    {rows.length > 0 && data.ledger.generated ? <p>{say(view, 'samples.generated')}</p> : null}
    {rows.length === 0 ? null : (
      <ul class="cards">
        {rows.map(({ node }) => (
          <EntityCard key={pathOf(node)} view={view} row={node} />
        ))}
      </ul>
    )}
  </section>
);

const Progress = ({ view, data }: { readonly view: View; readonly data: LedgerAnswer }) => (
  <section aria-labelledby="progress">
    <h2 id="progress">{say(view, 'progress.title')}</h2>
    <p>
      {say(view, 'progress.note')} <a href={hrefOf(view, view.path, view.query)}>{say(view, 'progress.refresh')}</a>
    </p>
    <ul class="progress">
      {data.projections.map(({ name, state, lagEvents }) => {
        const all = data.ledger.events;
        const done = Math.max(0, all - (lagEvents ?? all));
        const label = wordFor(view, 'projection', name);
        return (
          <li key={name}>
            <strong>{label}</strong> <span>{wordFor(view, 'projectionState', state)}</span>{' '}
            <progress max={Math.max(all, 1)} value={all === 0 ? 1 : done} aria-label={label} />{' '}
            <span class="soft">{say(view, 'progress.of', { done, all })}</span>
          </li>
        );
      })}
    </ul>
  </section>
);

const AboutLedger = ({ view, data }: { readonly view: View; readonly data: LedgerAnswer }) => (
  <section aria-labelledby="ledger">
    <h2 id="ledger">{say(view, 'ledger.title')}</h2>
    <dl class="figures">
      <div>
        <dt>{say(view, 'ledger.events')}</dt>
        <dd>{formatCount(view, data.ledger.events)}</dd>
      </div>
      <div>
        <dt>{say(view, 'site.position')}</dt>
        <dd>{data.ledger.head}</dd>
      </div>
      <div>
        <dt>{say(view, 'ledger.kind')}</dt>
        <dd>{say(view, data.ledger.generated ? 'ledger.generated' : 'ledger.stated')}</dd>
      </div>
      <div>
        <dt>{say(view, 'ledger.state')}</dt>
        <dd>{say(view, isBehind(data) ? 'ledger.behind' : 'ledger.current')}</dd>
      </div>
    </dl>
  </section>
);
