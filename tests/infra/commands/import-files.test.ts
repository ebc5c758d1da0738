// `import` as a command: what it checks first, what it says, and whom it lets read.
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Interrupted, UsageError } from '../../../infra/commands/command.ts';
import { importFiles, type ImportOptions } from '../../../infra/commands/import-files.ts';
import { usccCheckCharacter } from '../../../src/uscc.ts';
import { AGENCY } from '../../recorder.ts';
import { givenLedger, listening, type Given } from './given-command.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const code = (n: number): string => {
  const body = `91990000MB${String(n).padStart(7, '0')}`;
  return `${body}${usccCheckCharacter(body)}`;
};
const OPTIONS: ImportOptions = { form: 'registration', source: AGENCY };

let given: Given;
beforeAll(async () => {
  given = await givenLedger();
});
afterAll(async () => given.remove());

const imported = async (paths: readonly string[], options: ImportOptions = OPTIONS, json = true) => {
  const { context, said, value } = listening(given.config, json);
  const exit = await importFiles(paths, options, context);
  return { exit, said: said.join('\n'), value };
};

describe('several files', () => {
  test('are looked at before the first is recorded', async () => {
    const good = await given.write('good.csv', `name,uscc\n甲,${code(1)}\n`);
    await expect(imported([good, join(given.folder, 'nowhere.csv')])).rejects.toThrow(/^nowhere\.csv: .*ENOENT/);
    await expect(imported([good, given.folder])).rejects.toThrow(/no file/);
    expect(await given.position()).toBe('0');
  });

  test('of which one fails on the way give the receipts of those before it', async () => {
    const good = await given.write('good.csv', `name,uscc\n甲,${code(1)}\n`);
    const bad = await given.write('bad.csv', 'a,b\n1,2\n');
    const { context, value } = listening(given.config, true);
    await expect(importFiles([good, bad, good], OPTIONS, context)).rejects.toThrow(UsageError);
    expect(value()).toMatchObject({ files: [{ file: 'good.csv', recorded: 1 }] });
  });
});

test('a dry run has no positions, whatever would be added', async () => {
  const path = await given.write('dry.csv', `name,uscc\n乙,${code(2)}\n丙,${code(1)}\n`);
  const { value } = await imported([path], { ...OPTIONS, dryRun: true });
  expect(value()).toMatchObject({ recorded: 1, changed: 1, firstPosition: null, lastPosition: null });
});

test('says truthfully what --json lists', async () => {
  const rows = Array.from({ length: 1_030 }, () => `,${code(3)}\n`).join('');
  const path = await given.write('nameless.csv', `name,uscc\n${rows}`);
  const { exit, said } = await imported([path], OPTIONS, false);
  expect(exit).toBe(1);
  expect(said).toContain('… and 980 more, which --json lists.');
  expect(said).toContain('… and 30 more, past the 1000 that --json lists.');
});

describe('--refused-to', () => {
  test('is made private also where it was open to others, and holds nothing of before', async () => {
    const path = await given.write('refused-rows.csv', `name,uscc\n,${code(4)}\n`);
    const refusedTo = join(given.folder, 'refused.csv');
    await writeFile(refusedTo, 'x'.repeat(5_000));
    await chmod(refusedTo, 0o644);
    await imported([path], { ...OPTIONS, refusedTo });
    expect((await stat(refusedTo)).mode & 0o777).toBe(0o600);
    expect(await readFile(refusedTo, 'utf8')).toMatch(/^\ufeffname,uscc,reason\r\n.*name-missing[^\n]*\r\n$/);
  });

  test('that cannot be written, or is the file itself, is a mistake before anything is recorded', async () => {
    const path = await given.write('unrecorded.csv', `name,uscc\n丁,${code(5)}\n`);
    const before = await given.position();
    const nowhere = imported([path], { ...OPTIONS, refusedTo: join(given.folder, 'no', 'folder.csv') });
    await expect(nowhere).rejects.toThrow(UsageError);
    await expect(imported([path], { ...OPTIONS, refusedTo: path })).rejects.toThrow(UsageError);
    expect(await readFile(path, 'utf8')).toContain('丁');
    expect(await given.position()).toBe(before);
  });
});

test('an import that is interrupted says so', async () => {
  const path = await given.write('interrupted.csv', `name,uscc\n戊,${code(6)}\n`);
  const { context } = listening(given.config, true);
  const running = importFiles([path], OPTIONS, { ...context, signal: AbortSignal.abort() });
  await expect(running).rejects.toThrow(Interrupted);
});

test('facts without --source are stated by the body that they name', async () => {
  const about = [{ subject: `uscc:${code(7)}`, role: 'subject' }];
  const line = JSON.stringify({ type: 'EntityRegistered', about, data: { name: '己' } });
  const path = await given.write('facts.ndjson', `${line}\n`);
  const { exit, value } = await imported([path], { form: 'ndjson' });
  expect(value()).toMatchObject({ recorded: 0, refused: 1, problems: [{ code: 'code-missing' }] });
  expect(exit).toBe(1);
});
