// A portal over a small ledger in memory, whose facts went through the one way in.
import type { FastifyInstance } from 'fastify';
import { createServer } from '../../../infra/http/server.ts';
import { memoryReadModel } from '../../../infra/stores/memory-read-model.ts';
import { projections } from '../../../projections/index.ts';
import type { ReadModel } from '../../../projections/read-model.ts';
import { catchUp } from '../../../projections/run.ts';
import type { Fact } from '../../../src/fact.ts';
import { organizationCheckCharacter } from '../../../src/organization-code.ts';
import { usccCheckCharacter } from '../../../src/uscc.ts';
import { definitionOf, type HandedIn, handIn, memoryRecorder, TODAY } from '../../recorder.ts';

/** A code of division 990000, which no real body has; `classOf` its first two characters. */
export const usccOf = (n: number, classOf = '91'): string => {
  const number = String(n).padStart(8, '0');
  const body = `${classOf}990000${number}${organizationCheckCharacter(number) ?? ''}`;
  return `${body}${usccCheckCharacter(body) ?? ''}`;
};

/** The same code with a wrong check character. */
export const wrongUsccOf = (n: number): string => {
  const code = usccOf(n);
  return `${code.slice(0, 17)}${code.endsWith('0') ? '1' : '0'}`;
};

type Data = Fact['data'];

const factOf = (type: string, subject: string, data: Data): Fact => ({
  type,
  about: [{ subject, role: 'subject' }],
  data: definitionOf(type).data.parse(data),
  seal: {},
});

export const registered = (subject: string, data: Data): Fact => factOf('EntityRegistered', subject, data);
export const changed = (subject: string, data: Data, from: `${number}-${number}-${number}`): Fact => ({
  ...factOf('EntityChanged', subject, data),
  valid: { from },
});
export const ended = (subject: string, data: Data): Fact => factOf('EntityDeregistered', subject, data);

export const SHOP = usccOf(1);
export const GONE = usccOf(2, '92');
export const FLAGGED = wrongUsccOf(3);
export const OLD = '990000100000001';
export const SCRIPT = usccOf(5);
export const PERSON = `person:${'p'.repeat(43)}`;

/** One shop with a change, one that closed, one with a wrong check character, one of old, one with a hostile name. */
export const HANDED_IN: readonly HandedIn[] = [
  {
    asOf: '2020-01-10',
    facts: [
      registered(`uscc:${SHOP}`, {
        name: '惠信样例餐饮有限公司',
        registeredOn: '2019-03-04',
        personInCharge: '样甲',
        capital: { amount: '1000000.5', currency: 'CNY', original: '100.00005万元' },
        businessScope: '餐饮服务；预包装食品零售。',
        address: '样例市样例区样例路1号',
      }),
      registered(`uscc:${GONE}`, { name: '惠信样例水果店', registeredOn: '2018-05-06' }),
      registered(`uscc:${FLAGGED}`, { name: '惠信样例贸易有限公司', checkCharacter: 'wrong' }),
      registered(`regno:${OLD}`, { name: '惠信样例老店', registeredOn: '1998-07-08' }),
      registered(`uscc:${SCRIPT}`, {
        name: '<script>alert(1)</script>商行',
        address: '"><img src=x onerror=alert(2)>',
        businessScope: "';alert(3)//</title><b>零售</b>",
      }),
    ],
  },
  {
    asOf: '2024-06-01',
    facts: [
      changed(`uscc:${SHOP}`, { name: '惠信样例饮食有限公司', address: '样例市样例区样例路9号' }, '2024-05-20'),
      ended(`uscc:${GONE}`, { endedOn: '2023-03-01', manner: 'deregistered', reason: '决议解散' }),
    ],
  },
];

export interface GivenPortal {
  readonly app: FastifyInstance;
  readonly readModel: ReadModel;
  readonly log: () => string;
  /** The answer to a browser that asks for a page. */
  readonly page: (url: string) => Promise<Answer>;
  readonly fold: () => Promise<void>;
  readonly record: (handedIn: HandedIn) => Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly html: string;
  /** Text of the page, without its tags. */
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

const CLOCK = { now: () => new Date(`${TODAY}T04:00:00.000Z`), monotonicMs: () => performance.now() };

interface Given {
  readonly handedIn?: readonly HandedIn[];
  readonly marks?: { readonly generated: boolean; readonly testClock: boolean };
  /** Facts are recorded and not read into the read models yet. */
  readonly isBehind?: boolean;
  readonly readModel?: (real: ReadModel) => ReadModel;
}

export const givenPortal = async (given: Given = {}): Promise<GivenPortal> => {
  const { handedIn = HANDED_IN, marks = { generated: true, testClock: false }, isBehind = false } = given;
  const recorder = memoryRecorder();
  const readModel = memoryReadModel(CLOCK);
  await readModel.prepare(projections, 1);
  const fold = async (): Promise<void> => {
    const { signal } = new AbortController();
    await catchUp({ store: recorder.store, readModel, projections, parts: 1, owner: 'tests', signal });
  };
  const record = async (one: HandedIn): Promise<void> => {
    const outcomes = await handIn(recorder, one);
    const refused = outcomes.filter(({ outcome }) => outcome === 'refused');
    if (refused.length > 0) throw new Error(`a fact of the test was refused: ${JSON.stringify(refused)}`);
  };
  for (const one of handedIn) await record(one);
  if (!isBehind) await fold();
  let log = '';
  const app = await createServer({
    readModel: given.readModel?.(readModel) ?? readModel,
    eventStore: recorder.store,
    projections,
    clock: CLOCK,
    marks: () => marks,
    config: { logLevel: 'debug', logTo: { write: (line: string) => void (log += line) } },
  });
  const page = async (url: string): Promise<Answer> => {
    const { statusCode, body, headers } = await app.inject({ url, headers: { accept: 'text/html' } });
    const text = body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
    return { status: statusCode, html: body, text, headers };
  };
  return { app, readModel, log: () => log, page, fold, record };
};
