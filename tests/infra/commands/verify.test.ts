// `verify` where it is needed: on events that somebody damaged it says what is wrong, and ends with 4.
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { importFiles } from '../../../infra/commands/import-files.ts';
import { verify } from '../../../infra/commands/verify.ts';
import { openLedger } from '../../../infra/open-ledger.ts';
import { EventStoreIntegrityError } from '../../../src/ledger/event-store.ts';
import { usccCheckCharacter } from '../../../src/uscc.ts';
import { AGENCY } from '../../recorder.ts';
import { givenLedger, listening, type Given } from './given-command.ts';

const COUNT = 6;

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const code = (n: number): string => {
  const body = `91990000MA${String(n).padStart(7, '0')}`;
  return `${body}${usccCheckCharacter(body)}`;
};

let given: Given;
beforeAll(async () => {
  given = await givenLedger();
  const rows = Array.from({ length: COUNT }, (_, n) => `店${n},${code(n)}\n`).join('');
  const path = await given.write('register.csv', `name,uscc\n${rows}`);
  await importFiles([path], { form: 'registration', source: AGENCY }, listening(given.config, true).context);
  await given.change('create table kept_events as select * from es.events');
});
afterAll(async () => given.remove());
beforeEach(async () => {
  await given.change('delete from es.events; insert into es.events select * from kept_events');
});

const verified = async () => {
  const { context, value } = listening(given.config, true);
  const exit = await verify(context);
  return { exit, ...(value() as { sound: boolean; breaches: number; shown: string[] }) };
};

describe('verify', () => {
  test('finds a ledger sound', async () => {
    expect(await verified()).toMatchObject({ exit: 0, sound: true, events: String(COUNT), breaches: 0, shown: [] });
  });

  test.each<[string, string, RegExp]>([
    ['text that is no JSON', `update es.events set event = 'gpfheim' where position = 3`, /^position 3: .*no event/m],
    ['JSON that is no event', `update es.events set event = 'null' where position = 3`, /^position 3: its text is no/m],
    [
      'an instant that is none',
      `update es.events set event = regexp_replace(event, '"recordedAt":"[^"]*"', '"recordedAt":"x"') where position = 3`,
      /^position 3: its text is no event/m,
    ],
    [
      'a deleted event in the middle',
      'delete from es.events where position = 3',
      /^position 3: position 3 is missing/m,
    ],
    ['a deleted last event', `delete from es.events where position = ${COUNT}`, /head says position 6/],
    [
      'a damaged nonce',
      `update es.events set event = regexp_replace(event, '"nonce":"[^"]*"', '"nonce":"x"') where position = 3`,
      /^position 3: .*nonce/m,
    ],
    [
      'null in data',
      `update es.events set event = replace(event, '"name":"店2"', '"name":null') where position = 3`,
      /^position 3: .*\/data\/name/m,
    ],
  ])('tells %s, and goes on behind it', async (_what, sql, says) => {
    await given.change(sql);
    await given.change(`update es.events set type = 'EntityChanged' where position = 5`);
    const found = await verified();
    expect(found).toMatchObject({ exit: 4, sound: false });
    expect(found.breaches).toBe(found.shown.length);
    const text = found.shown.join('\n');
    expect(text).toMatch(says);
    expect(text).toContain('position 5: column type differs from the event');
    expect(text).not.toContain('gpfheim');
  });

  test('is the only command that opens a ledger whose last event is gone', async () => {
    await given.change(`delete from es.events where position = ${COUNT}`);
    await expect(openLedger(given.config)).rejects.toThrow(EventStoreIntegrityError);
  });
});
