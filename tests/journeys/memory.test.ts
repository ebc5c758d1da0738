// The memory that an import takes does not depend on how long its file is.
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GENERATED_REGISTER, generatedRegister } from '../../infra/demo/generated-registrations.ts';
import { finished, isLong, newPlace, type Place } from './command.ts';

const ROWS = isLong ? 1_000_000 : 100_000;
const RESIDENT_MAX_MIB = 512;
const SAMPLE_MS = 50;

let place: Place;
beforeAll(async () => {
  place = await newPlace();
  await place.run('config'); // Builds the program.
});
afterAll(async () => place.remove());

/** Highest resident set of a process so far, MiB; undefined once it is gone. */
const peakMib = async (pid: number): Promise<number | undefined> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmHWM:\s+(?<kib>\d+) kB$/m.exec(status)?.groups?.['kib'];
  return kib === undefined ? undefined : Number(kib) / 1_024;
};

test.skipIf(process.platform !== 'linux')(
  `${ROWS} rows are imported within ${RESIDENT_MAX_MIB} MiB (needs /proc)`,
  async () => {
    const path = join(place.folder, 'register.csv');
    await pipeline(Readable.from(generatedRegister(3, ROWS)), createWriteStream(path));
    const started = Date.now();
    const child = place.start(['import', path, '--form', 'registration', '--source', GENERATED_REGISTER, '--json']);
    let peak = 0;
    const sampling = setInterval(() => {
      void peakMib(child.pid as number).then((now) => (peak = Math.max(peak, now ?? 0)));
    }, SAMPLE_MS);
    const { code, receipt, stderr } = await finished(child);
    clearInterval(sampling);
    expect(stderr).toBe('');
    expect(receipt()).toMatchObject({ rows: ROWS, recorded: ROWS });
    expect(code).toBe(0);
    process.stdout.write(`| rows ${ROWS} | peak ${Math.round(peak)} MiB | ${Date.now() - started} ms |\n`);
    expect(peak).toBeGreaterThan(30);
    expect(peak).toBeLessThan(RESIDENT_MAX_MIB);
  },
  isLong ? 900_000 : 240_000,
);
