// CSV: what RFC 4180 says, what files in the wild do, and that one broken row takes no other with it.
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { CSV_LIMITS, readCsv, type CsvLimits, type CsvRow } from '../../../src/import/read-csv.ts';
import { ImportMistake } from '../../../src/import/import-mistake.ts';
import { chunksOf, gathered } from '../../chunks.ts';

const read = async (
  input: string | Uint8Array,
  { limits = CSV_LIMITS, sizes }: { limits?: CsvLimits; sizes?: readonly number[] } = {},
): Promise<readonly CsvRow[]> => gathered(readCsv(chunksOf(Buffer.from(input as string), sizes), limits));

/** line: cells, or line: code. */
const brief = (rows: readonly CsvRow[]) =>
  rows.map(({ line, cells, refusal }) => [line, refusal === undefined ? cells : refusal.code]);

vi.setConfig({ testTimeout: 60_000 });

describe('rows of a CSV file', () => {
  test.each<[string, string, readonly (readonly [number, string | readonly string[]])[]]>([
    [
      'end with LF',
      'a,b\nc,d\n',
      [
        [1, ['a', 'b']],
        [2, ['c', 'd']],
      ],
    ],
    [
      'end with CRLF',
      'a,b\r\nc,d\r\n',
      [
        [1, ['a', 'b']],
        [2, ['c', 'd']],
      ],
    ],
    [
      'may end without a line break',
      'a,b\nc,d',
      [
        [1, ['a', 'b']],
        [2, ['c', 'd']],
      ],
    ],
    ['keep empty cells', ',b,\n', [[1, ['', 'b', '']]]],
    ['keep spaces', ' a , b \n', [[1, [' a ', ' b ']]]],
    ['hold commas in quotes', '"a,1",b\n', [[1, ['a,1', 'b']]]],
    ['hold doubled quotes in quotes', '"a ""x""",""""\n', [[1, ['a "x"', '"']]]],
    [
      'hold line breaks in quotes and count them',
      'a,"1\n2\r\n3"\nb,c\n',
      [
        [1, ['a', '1\n2\r\n3']],
        [4, ['b', 'c']],
      ],
    ],
    [
      'end with a quoted cell before CRLF',
      '"a","b"\r\n"c",""\r\n',
      [
        [1, ['a', 'b']],
        [2, ['c', '']],
      ],
    ],
    [
      'are left out when they are empty',
      'a,b\n\n  \r\n,,\n"",\nc,d\n\n',
      [
        [1, ['a', 'b']],
        [6, ['c', 'd']],
      ],
    ],
    ['may begin with a byte order mark', '\ufeffa,b\n', [[1, ['a', 'b']]]],
    ['keep a carriage return inside a cell', 'a\rb,c\n', [[1, ['a\rb', 'c']]]],
  ])('%s', async (_name, text, rows) => {
    expect(brief(await read(text))).toEqual(rows);
  });

  test.each<[string, string, readonly (readonly [number, string | readonly string[]])[]]>([
    [
      'a quote that is never closed',
      'a,b\nx,"y\nc,d\n',
      [
        [1, ['a', 'b']],
        [2, 'row-unreadable'],
        [3, ['c', 'd']],
      ],
    ],
    [
      'a quote that closes in a later row',
      'x,"y\nc,"d"\ne,f\n',
      [
        [1, 'row-unreadable'],
        [2, ['c', 'd']],
        [3, ['e', 'f']],
      ],
    ],
    [
      'a quote inside an unquoted cell',
      'x,y"z\nc,d\n',
      [
        [1, 'row-unreadable'],
        [2, ['c', 'd']],
      ],
    ],
    [
      'text behind a closing quote',
      '"x"y,z\nc,d\n',
      [
        [1, 'row-unreadable'],
        [2, ['c', 'd']],
      ],
    ],
    [
      'damaged text',
      'x,\ufffd\nc,d\n',
      [
        [1, 'text-damaged'],
        [2, ['c', 'd']],
      ],
    ],
    [
      'U+0000',
      'x,a\u0000b\nc,d\n',
      [
        [1, 'text-damaged'],
        [2, ['c', 'd']],
      ],
    ],
    [
      'a quote open at the end of the file',
      'c,d\nx,"y',
      [
        [1, ['c', 'd']],
        [2, 'row-unreadable'],
      ],
    ],
  ])('refuses %s alone', async (_name, text, rows) => {
    expect(brief(await read(text))).toEqual(rows);
  });

  const limits = { rowUnitsMax: 20, cellUnitsMax: 8, cellsMax: 4 };
  test.each([
    ['a row that is too long', `${'x'.repeat(21)}\nc,d\n`, 'line-too-long'],
    ['a cell that is too long', `${'x'.repeat(9)},y\nc,d\n`, 'line-too-long'],
    ['a quoted row that is too long', `"${'x'.repeat(21)}"\nc,d\n`, 'line-too-long'],
    ['a row of too many cells', '1,2,3,4,5\nc,d\n', 'row-unreadable'],
  ])('refuses %s alone', async (_name, text, code) => {
    expect(brief(await read(text, { limits }))).toEqual([
      [1, code],
      [2, ['c', 'd']],
    ]);
  });

  test('a line far longer than the limit takes no memory and no other row', async () => {
    const long = 'x'.repeat(400_000);
    const rows = await read(`a,b\n${long}\nc,d\n`, { limits, sizes: [1_000] });
    expect(brief(rows)).toEqual([
      [1, ['a', 'b']],
      [2, 'line-too-long'],
      [3, ['c', 'd']],
    ]);
    expect(rows[1]?.cells).toEqual([]);
  });

  test('equal those of another reader for every table that is written as RFC 4180 asks', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', ' ', '名', '😀') });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom('\n', '\r\n'), async (rows, end) => {
        const text = rows.map((row) => row.map(quoted).join(',') + end).join('');
        const expected = parse(text, { relax_column_count: true, record_delimiter: end }).filter(
          (row) => !row.every((one) => one.trim() === ''),
        );
        expect((await read(text)).map(({ cells }) => cells)).toEqual(expected);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('are the same however the bytes arrive, damaged or not', async () => {
    const piece = fc.oneof(
      fc.constantFrom('"', ',', '\n', '\r\n', 'ab', '企业', 'x'.repeat(30)).map((text) => Buffer.from(text)),
      fc.constantFrom('统一', '"', '\n').map(gb18030),
      fc.uint8Array({ maxLength: 3 }),
    );
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 25 }), sizes, async (pieces, sizes) => {
        const bytes = Buffer.concat([Buffer.from('h,i\n'), ...pieces]);
        expect(await read(bytes, { limits, sizes })).toEqual(await read(bytes, { limits }));
      }),
      { seed: 2, numRuns: 1_000 },
    );
  });
});

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** A few characters of GB18030, which Node.js reads but does not write. */
const GB: { readonly [character: string]: readonly number[] } = {
  企: [0xc6, 0xf3],
  业: [0xd2, 0xb5],
  名: [0xc3, 0xfb],
  称: [0xb3, 0xc6],
  统: [0xcd, 0xb3],
  一: [0xd2, 0xbb],
  㐀: [0x81, 0x39, 0xee, 0x39],
};
const gb18030 = (text: string): Buffer =>
  Buffer.from(Array.from(text).flatMap((character) => GB[character] ?? [character.charCodeAt(0)]));

describe('the encoding of a CSV file', () => {
  test.each([
    ['UTF-8', Buffer.from('名称,统一\n企业,x\n'), ['名称', '统一']],
    ['UTF-8 with byte order mark', Buffer.from('\ufeff名称,统一\n企业,x\n'), ['名称', '统一']],
    ['GB18030', gb18030('名称,统一\n企业,x\n'), ['名称', '统一']],
    ['GB18030 with four bytes a character', gb18030('名称,㐀\n企业,x\n'), ['名称', '㐀']],
  ])('is found out: %s', async (_name, bytes, header) => {
    const [first, second] = await read(bytes, { sizes: [1] });
    expect([first?.cells, second?.cells]).toEqual([header, ['企业', 'x']]);
  });

  test('is found out behind any length of ASCII', async () => {
    const ascii = 'a,b\n'.repeat(50_000);
    const rows = await read(Buffer.concat([Buffer.from(ascii), gb18030('企业,名称\n')]), { sizes: [9_999] });
    expect(rows.at(-1)).toEqual({ line: 50_001, cells: ['企业', '名称'] });
  });

  test('stays UTF-8 when some of its rows are damaged', async () => {
    const damaged = Buffer.concat([
      Buffer.from('名称,统一\n企业'),
      Buffer.from([0xc6, 0xf3]),
      Buffer.from(',x\n企业,y\n'),
    ]);
    expect(brief(await read(damaged))).toEqual([
      [1, ['名称', '统一']],
      [2, 'text-damaged'],
      [3, ['企业', 'y']],
    ]);
  });

  test('refuses half a character at the end of a file in GB18030', async () => {
    const rows = await read(gb18030('名称,统一\n企业,名称').subarray(0, -1));
    expect(rows.map(({ refusal }) => refusal?.code)).toEqual([undefined, 'text-damaged']);
  });

  test.each([[[0xff, 0xfe, 0x0d, 0x54]], [[0xfe, 0xff, 0x54, 0x0d]]])('advises against UTF-16: %j', async (bytes) => {
    await expect(read(Uint8Array.from(bytes))).rejects.toThrow(ImportMistake);
  });
});
