// The pages of the portal over a small ledger in memory: what they say, in which language, with which status.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentIdOf } from '../../../graphql/engine.ts';
import { portalDocuments } from '../../../infra/web/documents.ts';
import { en } from '../../../infra/web/messages-en.ts';
import { zh } from '../../../infra/web/messages-zh.ts';
import { ReadModelUnavailable } from '../../../projections/read-model.ts';
import type { HandedIn } from '../../recorder.ts';
import { CITIZEN_ID } from '../../sample-facts.ts';
import {
  changed,
  ended,
  FLAGGED,
  givenPortal,
  type GivenPortal,
  GONE,
  HANDED_IN,
  OLD,
  PERSON,
  registered,
  SCRIPT,
  SHOP,
  usccOf,
} from './given-portal.ts';

let portal: GivenPortal;
beforeAll(async () => {
  portal = await givenPortal();
});
afterAll(async () => portal.app.close());

const SIZE_MAX = 20_000;
const search = (text: string, more = ''): string => `/?q=${encodeURIComponent(text)}${more}`;

describe('the first page', () => {
  test('says in Chinese what this is, with samples, the label of generated data and the position', async () => {
    const { status, html, text } = await portal.page('/');
    expect(status).toBe(200);
    expect(html).toContain('<html lang="zh-CN">');
    expect(html).toContain('<title>查询市场主体 · 惠信</title>');
    for (const said of [zh['home.what'], zh['notice.generated'], '惠信样例饮食有限公司', '均已是最新']) {
      expect(text).toContain(said);
    }
    expect(text).toContain('本页依据账本第 7 号位置');
  });

  test('says the same in English, and keeps the language in every link', async () => {
    const { html, text } = await portal.page('/?lang=en');
    expect(html).toContain('<html lang="en">');
    expect(text).toContain(en['home.what']);
    expect(html).toContain(`href="/entity/${SHOP}?lang=en"`);
    expect(html).toContain('<span lang="zh-CN">惠信样例饮食有限公司</span>');
    expect(html).toContain('name="lang" value="en"');
  });

  test('has large type on asking, and keeps it in links and forms', async () => {
    const { html } = await portal.page('/?type=large');
    expect(html).toContain('class="large"');
    expect(html).toContain(`href="/entity/${SHOP}?type=large"`);
    expect(html).toContain('name="type" value="large"');
  });

  test('says that a ledger is empty, and that it was written under a fixed day', async () => {
    const empty = await givenPortal({ handedIn: [], marks: { generated: false, testClock: true } });
    const { status, text } = await empty.page('/');
    expect(status).toBe(200);
    for (const said of [zh['samples.empty'], zh['notice.testClock'], zh['ledger.stated']]) expect(text).toContain(said);
    expect(text).not.toContain(zh['notice.generated']);
    await empty.app.close();
  });

  test('shows how far each read model is while facts are still read', async () => {
    const behind = await givenPortal({ isBehind: true });
    const { text, html } = await behind.page('/');
    expect(text).toContain('尚有 7 条事实未计入');
    expect(text).toContain(zh['progress.title']);
    expect(text).toContain(zh['samples.behind']);
    expect(html).toContain('<progress max="7" value="0"');
    expect((await behind.page(`/entity/${SHOP}`)).text).toContain(zh['missing.behind']);
    await behind.fold();
    expect((await behind.page('/')).text).not.toContain(zh['progress.title']);
    await behind.app.close();
  });
});

describe('the search', () => {
  test.each([
    ['惠信样例饮', 'NAME_PREFIX', SHOP],
    ['惠信样例饮食有限公司', 'NAME', SHOP],
    [SHOP.toLowerCase(), 'CODE', SHOP],
    [OLD, 'REGISTRATION_NO', `regno/${OLD}`],
  ] as const)('finds by %s and says why', async (typed, why, place) => {
    for (const [lang, words] of [
      ['', zh],
      ['&lang=en', en],
    ] as const) {
      const { status, text, html } = await portal.page(search(typed, lang));
      expect(status).toBe(200);
      expect(text).toContain(words[`why.${why}`]);
      expect(html).toContain(`href="/entity/${place}${lang === '' ? '' : '?lang=en'}"`);
    }
  });

  test('goes on page by page', async () => {
    const shops = Array.from({ length: 12 }, (_, n) =>
      registered(`uscc:${usccOf(100 + n)}`, { name: `惠信连锁${String(n).padStart(2, '0')}号店` }),
    );
    const many = await givenPortal({ handedIn: [{ facts: shops }] });
    const first = await many.page(search('惠信连锁'));
    expect(first.text).toContain('共 12 个主体');
    expect(first.text).not.toContain('惠信连锁10号店');
    const next = /rel="next" href="([^"]+)"/.exec(first.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const second = await many.page(next);
    expect(second.text).toContain('惠信连锁11号店');
    expect(second.text).toContain(zh['search.first']);
    expect(first.html.length).toBeLessThan(SIZE_MAX);
    await many.app.close();
  });

  test.each([
    ['没有这家店', 'search.advice.name'],
    [usccOf(77), 'search.advice.absent'],
    [`${usccOf(78).slice(0, 17)}${usccOf(78).endsWith('0') ? '1' : '0'}`, 'search.advice.check'],
    ['990000100000003', 'search.advice.regno'],
  ] as const)('advises when %s finds nothing', async (typed, advice) => {
    const { status, text } = await portal.page(search(typed));
    expect(status).toBe(200);
    expect(text).toContain(zh[advice]);
  });

  test.each([
    ['a text that is too long', search('字'.repeat(101)), 'badText.title'],
    ['a cursor that is none', search('惠信', '&after=zzz'), 'badPage.title'],
  ] as const)('refuses %s', async (_what, url, title) => {
    const { status, text } = await portal.page(url);
    expect(status).toBe(400);
    expect(text).toContain(zh[title]);
  });

  test('neither uses nor shows nor logs an identity number', async () => {
    for (const url of [search(CITIZEN_ID), `/entity/${CITIZEN_ID}`, `/entity/regno/${CITIZEN_ID}`]) {
      const { status, html, text } = await portal.page(url);
      expect(status).toBe(400);
      expect(text).toContain(zh['search.personal']);
      expect(html).not.toContain(CITIZEN_ID);
    }
    expect(portal.log()).not.toContain(CITIZEN_ID);
  });
});

describe('the page of an organisation', () => {
  test('says its state first, then the particulars, numbers, former names and every fact', async () => {
    const { status, html, text } = await portal.page(`/entity/${SHOP}`);
    expect(status).toBe(200);
    expect(html).toContain('<title>惠信样例饮食有限公司 · 惠信</title>');
    const order = [
      zh['status.REGISTERED'],
      zh['entity.particulars'],
      '样例市样例区样例路9号',
      zh['entity.identifiers'],
      zh['entity.formerNames'],
      '惠信样例餐饮有限公司',
      zh['history.title'],
      '事实 6：变更登记',
      '事实 1：登记',
    ].map((said) => text.indexOf(said));
    expect(order).toEqual(order.toSorted((one, other) => one - other));
    expect(order.every((place) => place >= 0)).toBe(true);
    expect(text).toContain('100.00005万元（1,000,000.5 CNY）');
    expect(html.length).toBeLessThan(SIZE_MAX);
  });

  test('names for each fact its agency, the day asserted, its relation in words and a link to it', async () => {
    const { html, text } = await portal.page(`/entity/${SHOP}`);
    for (const said of [
      '11440300MB2C92168F',
      '2024-06-01',
      '情况有变，接续 第 1 号事实',
      '之后情况有变，见 第 6 号事实',
    ]) {
      expect(text).toContain(said);
    }
    const [, link = ''] = /<h3><a href="(\/fact\/[^"]+)">/.exec(html) ?? [];
    const fact = await portal.page(link);
    expect(fact.status).toBe(200);
    expect(fact.text).toContain('事实 6：变更登记');
    expect(fact.text).toContain('样例市样例区样例路9号');
    expect(fact.html).toContain(`href="/entity/${SHOP}"`);
  });

  test('shows a past day before and after a change', async () => {
    const before = await portal.page(`/entity/${SHOP}?at=2021-05-01`);
    expect(before.html).toContain('<title>惠信样例餐饮有限公司（2021-05-01） · 惠信</title>');
    expect(before.text).toContain('您看到的是 2021-05-01 当天的情况');
    expect(before.text).toContain(zh['entity.noFormerNames']);
    const after = await portal.page(`/entity/${SHOP}?at=2025-05-01&lang=en`);
    expect(after.html).toContain('<title>惠信样例饮食有限公司 on 2025-05-01 · Huixin</title>');
    const early = await portal.page(`/entity/${SHOP}?at=2010-01-01`);
    expect([early.status, early.text.includes(zh['statusNote.NOT_IN_REGISTER'])]).toEqual([200, true]);
    const [open, closed] = [`/entity/${GONE}?at=2022-01-01`, `/entity/${GONE}`];
    expect((await portal.page(open)).text).toContain(zh['status.REGISTERED']);
    expect((await portal.page(closed)).text).toContain(zh['statusNote.DEREGISTERED']);
  });

  test('flags a wrong check character, and says so by word', async () => {
    expect((await portal.page(`/entity/${FLAGGED}`)).text).toContain(zh['check.wrong']);
    expect((await portal.page(`/entity/${FLAGGED}?lang=en`)).text).toContain(en['check.wrong']);
    expect((await portal.page(`/entity/${SHOP}`)).text).not.toContain(zh['check.wrong']);
  });

  test('is found under an old registration number', async () => {
    const { status, text } = await portal.page(`/entity/regno/${OLD}`);
    expect(status).toBe(200);
    expect(text).toContain('惠信样例老店');
    const short = await portal.page(`/entity/${OLD}?lang=en`);
    expect([short.status, short.headers['location']]).toEqual([302, `/entity/regno/${OLD}?lang=en`]);
    const hyphened = await portal.page(`/entity/${SHOP.slice(0, 8)}-${SHOP.slice(8)}?at=2021-05-01`);
    expect([hyphened.status, hyphened.headers['location']]).toEqual([302, `/entity/${SHOP}?at=2021-05-01`]);
  });

  test.each([
    ['404 for a code that nobody has', `/entity/${usccOf(77)}`, 404, 'missing.title'],
    ['404 for an old number that nobody has', '/entity/regno/9900001000001', 404, 'missing.title'],
    ['400 for what is no code', '/entity/hello', 400, 'badCode.title'],
    ['400 for what is no registration number', '/entity/regno/1', 400, 'badCode.title'],
    ['400 for a person', `/entity/${encodeURIComponent(PERSON)}`, 400, 'badCode.title'],
    ['400 for what is no day', `/entity/${SHOP}?at=2021-02-30`, 400, 'badDay.title'],
    ['400 for a future day', `/entity/${SHOP}?at=2126-01-01`, 400, 'badDay.title'],
    ['400 for a cursor that is none', `/entity/${SHOP}?after=zzz`, 400, 'badPage.title'],
    ['404 for a fact that is none', '/fact/RmFjdA', 404, 'factMissing.title'],
    ['404 for an unknown address', '/nothing/here', 404, 'pageMissing.title'],
  ] as const)('answers %s, with advice in both languages', async (_what, url, expected, title) => {
    for (const [lang, words] of [
      ['', zh],
      ['lang=en', en],
    ] as const) {
      const { status, text, html } = await portal.page(`${url}${url.includes('?') ? '&' : '?'}${lang}`);
      expect(status).toBe(expected);
      expect(text).toContain(words[title]);
      expect(html).toContain('role="search"');
    }
  });

  test('goes on to earlier facts, and stays small with a long scope', async () => {
    const scope = '食品销售；'.repeat(1_000);
    const changes = Array.from({ length: 14 }, (_, n): HandedIn => ({
      asOf: `2021-01-${n + 10}`,
      facts: [changed(`uscc:${SHOP}`, { name: `惠信样例${n}店`, businessScope: `${n}${scope}` }, `2021-01-${n + 10}`)],
    }));
    const long = await givenPortal({ handedIn: [...HANDED_IN.slice(0, 1), ...changes] });
    const { html, text } = await long.page(`/entity/${SHOP}`);
    expect(Buffer.byteLength(html)).toBeLessThan(SIZE_MAX);
    expect(text).toContain(zh['entity.cut']);
    const next = /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect((await long.page(next)).text).toContain(zh['type.EntityRegistered']);
    await long.app.close();
  });
});

describe('safety', () => {
  test('a name with markup is inert everywhere', async () => {
    const pages = await Promise.all(
      ['/', search('<script>'), search('"><b>x</b>'), `/entity/${SCRIPT}`, `/entity/${SCRIPT}?lang=en`].map(
        portal.page,
      ),
    );
    const [, link = ''] = /<h3><a href="(\/fact\/[^"]+)">/.exec(pages[3]?.html ?? '') ?? [];
    for (const { html } of [...pages, await portal.page(link)]) {
      expect(html).not.toMatch(/<script|<img|<b>/);
    }
    expect(pages[3]?.html).toContain('&lt;script>alert(1)');
  });

  test('a page holds no script and no style of its own, and has the policy that forbids them', async () => {
    for (const url of ['/', `/entity/${SHOP}`, '/nothing']) {
      const { html, headers } = await portal.page(url);
      expect(html).not.toMatch(/<script|<style| style=| on[a-z]+="/);
      expect(headers['content-security-policy']).toContain("script-src 'self'");
    }
  });

  test('a natural person is never found, listed or shown', async () => {
    const person = registered(PERSON, { name: '惠信样例自然人' });
    const withPerson = await givenPortal({ handedIn: [...HANDED_IN, { facts: [person] }] });
    for (const url of ['/', search('惠信样例')]) {
      expect((await withPerson.page(url)).html).not.toContain('自然人');
    }
    for (const url of [search('惠信样例自然人'), search(PERSON)]) {
      expect((await withPerson.page(url)).text).toContain(zh['search.advice.name']);
    }
    await withPerson.app.close();
  });

  test('an address that is unknown never comes back as a link', async () => {
    const { html } = await portal.page('//example.org/<b>');
    expect(html).not.toContain('example.org');
  });
});

describe('what carries the pages', () => {
  test('the style sheet stands under its hash, for ever', async () => {
    const { html } = await portal.page('/');
    const [, path = ''] = /rel="stylesheet" href="([^"]+)"/.exec(html) ?? [];
    const { statusCode, headers } = await portal.app.inject(path);
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/css; charset=utf-8');
    expect(headers['cache-control']).toContain('immutable');
    expect((await portal.app.inject('/web/0000000000000000.css')).statusCode).toBe(404);
  });

  test('a page that did not change is answered with 304', async () => {
    const { headers } = await portal.page('/');
    const again = await portal.app.inject({ url: '/', headers: { 'if-none-match': String(headers['etag']) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  test('every document of a page is registered, and a caller gets the same answer by its id', async () => {
    for (const text of portalDocuments) {
      const { body } = await portal.app.inject({ url: `/graphql?documentId=${documentIdOf(text)}&variables={}` });
      expect(body).not.toContain('DOCUMENT_UNKNOWN');
    }
    const { html } = await portal.page(`/entity/${SHOP}`);
    const [, link = ''] = /<h3><a href="(\/fact\/[^"]+)">/.exec(html) ?? [];
    const machine =
      /href="(\/graphql\?[^"]+)"/.exec((await portal.page(link)).html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect((await portal.app.inject(machine)).json()).toMatchObject({ data: { node: { type: 'EntityChanged' } } });
  });

  test('says that the data cannot be read for now', async () => {
    const down = await givenPortal({
      readModel: (real) => ({ ...real, states: () => Promise.reject(new ReadModelUnavailable('down')) }),
    });
    for (const [url, words] of [
      ['/', zh],
      [`/entity/${SHOP}?lang=en`, en],
    ] as const) {
      const { status, text } = await down.page(url);
      expect(status).toBe(503);
      expect(text).toContain(words['unavailable.title']);
    }
    await down.app.close();
  });

  test('shows a fault of ours with its number and nothing else', async () => {
    const faulty = await givenPortal({
      readModel: (real) => ({ ...real, states: () => Promise.reject(new TypeError('secret text')) }),
    });
    const { status, html, headers } = await faulty.page('/');
    expect(status).toBe(500);
    expect(html).not.toContain('secret text');
    expect(html).toContain(String(headers['x-request-id']));
    await faulty.app.close();
  });
});

test('an organisation whose licence was revoked says so, and which fact ended it', async () => {
  const closing = ended(`uscc:${SHOP}`, { endedOn: '2024-01-02', manner: 'revoked' });
  const revoked = await givenPortal({ handedIn: [...HANDED_IN.slice(0, 1), { facts: [closing] }] });
  const { text } = await revoked.page(`/entity/${SHOP}`);
  expect(text).toContain(zh['status.REVOKED']);
  expect(text).toContain('所述情况就此终止');
  await revoked.app.close();
});
