// What every page has: head, skip link, settings, notices about the data, and the place in the ledger it rests on.
import type { ComponentChildren } from 'preact';
import type { LedgerAnswer } from './documents.ts';
import { ICON_PATH, STYLE_PATH } from './assets.ts';
import { hrefOf, say, tagOf, type View } from './view.ts';

interface LayoutProps {
  readonly view: View;
  /** Of this page; the name of the site follows it. */
  readonly title: string;
  /** Absent where the data could not be read. */
  readonly ledger?: LedgerAnswer | undefined;
  readonly children: ComponentChildren;
}

export const Layout = ({ view, title, ledger, children }: LayoutProps) => (
  <html lang={tagOf(view)} class={view.isLarge ? 'large' : undefined}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{`${title} · ${say(view, 'site.name')}`}</title>
      <link rel="icon" href={ICON_PATH} type="image/svg+xml" />
      <link rel="stylesheet" href={STYLE_PATH} />
    </head>
    <body>
      <a class="skip" href="#content">
        {say(view, 'site.skip')}
      </a>
      <Header view={view} />
      {ledger === undefined ? null : <Notices view={view} ledger={ledger} />}
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <Footer view={view} ledger={ledger} />
    </body>
  </html>
);

const Header = ({ view }: { readonly view: View }) => {
  const other = view.lang === 'zh' ? 'en' : 'zh';
  return (
    <header class="site">
      <a class="brand" href={hrefOf(view, '/')}>
        <span lang="zh-CN">惠信</span> <span lang="en">Huixin</span>
      </a>
      <nav aria-label={say(view, 'site.nav')}>
        <a href={hrefOf({ ...view, isLarge: !view.isLarge }, view.path, view.query)}>
          {say(view, view.isLarge ? 'site.normal' : 'site.large')}
        </a>
        <a
          href={hrefOf({ ...view, lang: other }, view.path, view.query)}
          lang={tagOf({ lang: other })}
          hreflang={tagOf({ lang: other })}
        >
          {other === 'en' ? 'English' : '中文'}
        </a>
      </nav>
    </header>
  );
};

/** How many facts the read model that is behind most has not read. */
export const factsBehind = ({ projections }: LedgerAnswer): number =>
  Math.max(0, ...projections.map(({ lagEvents }) => lagEvents ?? 0));

export const isBehind = (ledger: LedgerAnswer): boolean =>
  ledger.projections.some(({ state }) => state !== 'CURRENT') || factsBehind(ledger) > 0;

const Notices = ({ view, ledger }: { readonly view: View; readonly ledger: LedgerAnswer }) => {
  const isHalted = ledger.projections.some(({ state }) => state === 'HALTED');
  const notices = [
    ...(ledger.ledger.generated ? [say(view, 'notice.generated')] : []),
    ...(ledger.ledger.testClock ? [say(view, 'notice.testClock')] : []),
    ...(isHalted ? [say(view, 'notice.halted')] : []),
    ...(isBehind(ledger) && !isHalted ? [say(view, 'notice.behind', { n: factsBehind(ledger) })] : []),
  ];
  if (notices.length === 0) return null;
  return (
    <section class="notices" aria-label={say(view, 'site.notices')}>
      {notices.map((notice) => (
        <p key={notice}>{notice}</p>
      ))}
    </section>
  );
};

const Footer = ({ view, ledger }: Pick<LayoutProps, 'view' | 'ledger'>) => (
  <footer class="site">
    {ledger === undefined ? null : <p>{say(view, 'site.positionNote', { position: ledger.ledger.head })}</p>}
    <p>
      {say(view, 'site.apiHint')} <a href="/graphql">{say(view, 'site.api')}</a>
    </p>
  </footer>
);
