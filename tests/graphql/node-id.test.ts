// Ids of nodes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeNodeId, encodeNodeId } from '../../graphql/node-id.ts';

const EVENT = '0f3a1b2c-0000-8000-8000-0123456789ab';

test.each([
  ['an entity', { type: 'Entity', subject: 'uscc:91440300192317458F' }],
  ['an entity as of a day', { type: 'Entity', subject: 'regno:440301103097413', at: { validOn: '2026-01-31' } }],
  [
    'an entity as of a position',
    { type: 'Entity', subject: 'regno:440301103097413', at: { validOn: '2026-01-31', position: 7n } },
  ],
  ['a fact', { type: 'Fact', event: EVENT, key: 'regno:440301103097413 0000000000000000001' }],
  [
    'a fact as it was known',
    { type: 'Fact', event: EVENT, key: 'regno:440301103097413 0000000000000000001', knownTo: 9n },
  ],
] as const)('the id of %s finds it again', (_name, id) => expect(decodeNodeId(encodeNodeId(id))).toEqual(id));

test('what is no id of ours is none', () =>
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.base64String(),
        fc.string().map((text) => Buffer.from(`Entity/${text}`).toString('base64url')),
      ),
      (text) => {
        const decoded = decodeNodeId(text);
        expect(decoded && decodeNodeId(encodeNodeId(decoded))).toEqual(decoded);
      },
    ),
    { seed: 1 },
  ));

test.each([
  '',
  'Entity',
  'Entity/uscc:short',
  'Entity/uscc:91440300192317458F/2026-13-01',
  'Fact/x/y',
  `Fact/${EVENT}/k/-1`,
])('refuses %j', (text) => expect(decodeNodeId(Buffer.from(text).toString('base64url'))).toBeUndefined());
