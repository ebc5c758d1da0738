// Small pieces of pages: text of a register, a state, a day, the settings a form keeps.
import type { ComponentChildren } from 'preact';
import { settingsOf, tagOf, say, type View, wordFor } from './view.ts';

interface WithView {
  readonly view: View;
}

const HAN = /\p{Script=Han}/u;

/** Text as it was stated: marked as Chinese where it is and the page is not. */
export const Text = ({ view, text }: WithView & { readonly text: string }) =>
  view.lang !== 'zh' && HAN.test(text) ? <span lang="zh-CN">{text}</span> : <>{text}</>;

/** Shape beside the word, so that colour never says it alone. */
const STATUS_SHAPES: Readonly<Record<string, string>> = { REGISTERED: '●', DEREGISTERED: '■', REVOKED: '▲' };

export const Status = ({ view, status }: WithView & { readonly status: string }) => (
  <span class={`status status-${status.toLowerCase()}`}>
    <span aria-hidden="true">{STATUS_SHAPES[status] ?? '◆'}</span> {wordFor(view, 'status', status)}
  </span>
);

export const DayText = ({ day }: { readonly day: string }) => <time dateTime={day}>{day}</time>;

/** Hidden members of a form, so that the settings outlive it. */
export const KeptSettings = ({ view }: WithView) => (
  <>
    {Object.entries(settingsOf(view)).map(([name, value]) =>
      value === undefined ? null : <input key={name} type="hidden" name={name} value={value} />,
    )}
  </>
);

/** The form that finds an organisation; it leads to the home page. */
export const SearchForm = ({ view, text }: WithView & { readonly text?: string | undefined }) => (
  <form role="search" class="search" method="get" action="/" lang={tagOf(view)}>
    <KeptSettings view={view} />
    <label for="q">{say(view, 'search.label')}</label>
    <div class="row">
      <input id="q" name="q" type="search" value={text} maxLength={100} autocomplete="off" aria-describedby="q-hint" />
      <button type="submit">{say(view, 'search.button')}</button>
    </div>
    <p id="q-hint" class="hint">
      {say(view, 'search.hint')}
    </p>
  </form>
);

/** Rows of name and value; a value that was not stated says so. */
export const Rows = ({ children }: { readonly children: ComponentChildren }) => (
  <table class="rows">
    <tbody>{children}</tbody>
  </table>
);

export const ValueRow = ({ label, children }: { readonly label: string; readonly children: ComponentChildren }) => (
  <tr>
    <th scope="row">{label}</th>
    <td>{children}</td>
  </tr>
);
