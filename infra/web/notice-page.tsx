// A page that says no: what is wrong, how to go on, and the search.
import type { LedgerAnswer } from './documents.ts';
import { Layout } from './layout.tsx';
import { say, type View } from './view.ts';
import { SearchForm } from './words.tsx';

/** What the page says no to. */
export type Notice =
  | 'badCode'
  | 'badDay'
  | 'badPage'
  | 'badText'
  | 'factMissing'
  | 'fault'
  | 'missing'
  | 'pageMissing'
  | 'personal'
  | 'unavailable';

const WORDS = {
  badCode: ['badCode.title', 'badCode.advice'],
  badDay: ['badDay.title', 'badDay.advice'],
  badPage: ['badPage.title', 'badPage.advice'],
  badText: ['badText.title', 'badText.advice'],
  factMissing: ['factMissing.title', 'factMissing.advice'],
  fault: ['fault.title', 'fault.advice'],
  missing: ['missing.title', 'missing.advice'],
  pageMissing: ['pageMissing.title', 'pageMissing.advice'],
  personal: ['search.personal', 'search.personalAdvice'],
  unavailable: ['unavailable.title', 'unavailable.advice'],
} as const;

interface NoticeProps {
  readonly view: View;
  readonly notice: Notice;
  readonly ledger?: LedgerAnswer | undefined;
  /** Fills the words of the advice. */
  readonly values?: Readonly<Record<string, string | number>> | undefined;
  /** What stands before the advice. */
  readonly lead?: string | undefined;
  /** Address where the page can be opened again. */
  readonly again?: string | undefined;
}

export const NoticePage = ({ view, notice, ledger, values, lead, again }: NoticeProps) => {
  const [title, advice] = WORDS[notice];
  return (
    <Layout view={view} title={say(view, title)} ledger={ledger}>
      <h1>{say(view, title)}</h1>
      {lead === undefined ? null : <p class="lead">{lead}</p>}
      <p>{say(view, advice, values)}</p>
      {again === undefined ? null : (
        <p>
          <a href={again}>{say(view, 'badPage.again')}</a>
        </p>
      )}
      <SearchForm view={view} />
    </Layout>
  );
};
