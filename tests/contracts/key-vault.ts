// The contract of the key vault port, with erasure: every adapter runs it whole.
import { createHash, randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { KEYS_PER_CALL_MAX, KeyVaultMismatch, type ErasableKeyVault } from '../../infra/stores/key-vault-duties.ts';
import { localKms } from '../../infra/stores/kms-file.ts';
import { KmsUnavailable, type Kms, type SubjectKey } from '../../src/seal/key-vault.ts';

/** Opens an empty vault; `another` opens the same one as a second process would. */
export type OpenVault = (kms: Kms) => Promise<{ vault: ErasableKeyVault; another: () => Promise<ErasableKeyVault> }>;

/** A key service that can be switched off, counts the keys it was given, and answers calls out of their order. */
export const switchableKms = () => {
  const kms = localKms({ kek: randomBytes(32), lookup: randomBytes(32) });
  const state = { isUp: true, wrapped: 0, unwrapped: 0, calls: 0 };
  const answer = async (): Promise<void> => {
    state.calls += 1;
    for (let turns = (state.calls * 7) % 5; turns > 0; turns -= 1)
      await new Promise((resolve) => setImmediate(resolve));
    if (!state.isUp) throw new KmsUnavailable('the key service does not answer');
  };
  const switchable: Kms = {
    ...kms,
    async wrap(keys) {
      await answer();
      state.wrapped += keys.length;
      return kms.wrap(keys);
    },
    async unwrap(wrapped) {
      await answer();
      state.unwrapped += wrapped.length;
      return kms.unwrap(wrapped);
    },
  };
  return { kms: switchable, state };
};

/** Lookup hash of a made-up person. */
export const lookup = (person: number | string): string =>
  createHash('sha256').update(`person ${person}`).digest('base64url');
export const lookups = (count: number, from = 0): string[] => Array.from({ length: count }, (_, n) => lookup(from + n));

export const hex = ({ key }: SubjectKey): string => Buffer.from(key).toString('hex');
const plain = (key: SubjectKey | 'erased' | undefined) =>
  key === undefined || key === 'erased' ? key : [key.subject, key.gen, hex(key)];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const one = async (vault: ErasableKeyVault, person: number | string): Promise<SubjectKey> => {
  const [key] = await vault.keysFor([lookup(person)]);
  return key as SubjectKey;
};

export const keyVaultContract = (adapter: string, open: OpenVault): void => {
  describe(`key vault: ${adapter}`, () => {
    const opened: ErasableKeyVault[] = [];
    const fresh = async () => {
      const { kms, state } = switchableKms();
      const { vault, another } = await open(kms);
      opened.push(vault);
      const second = await another();
      if (second !== vault) opened.push(second);
      return { vault, second, service: state, kms };
    };
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((vault) => vault.close()));
    });

    test('peeking finds keys that are there and makes none', async () => {
      const { vault } = await fresh();
      const [there, missing] = ['there', 'missing'].map((text) => vault.kms.lookupHash(text)) as [string, string];
      const [made] = await vault.keysFor([there]);
      expect(await vault.peek([missing, there])).toEqual([undefined, made]);
      expect(await vault.peek([missing])).toEqual([undefined]);
    });

    test('makes a key of 32 bytes under a random subject, and gives the same one from then on', async () => {
      const { vault, second } = await fresh();
      const key = await one(vault, 'a');
      expect([key.subject, key.gen, key.key.length]).toEqual([expect.stringMatching(UUID), 1, 32]);
      expect(plain(await one(vault, 'a'))).toEqual(plain(key));
      expect(plain(await one(second, 'a'))).toEqual(plain(key));
    });

    test('gives different people different keys and subjects', async () => {
      const { vault } = await fresh();
      const keys = await vault.keysFor(lookups(500));
      expect(new Set(keys.map(({ subject }) => subject)).size).toBe(500);
      expect(new Set(keys.map(hex)).size).toBe(500);
    });

    test('answers in the order asked, also when a lookup stands twice and some are there already', async () => {
      const { vault, second } = await fresh();
      await second.keysFor([lookup('b'), lookup('d')]);
      const asked = ['d', 'a', 'b', 'a', 'c', 'd'];
      const keys = await vault.keysFor(asked.map(lookup));
      const wanted = await Promise.all(asked.map(async (person) => one(second, person)));
      expect(keys.map(plain)).toEqual(wanted.map(plain));
    });

    test('gives everybody the same key when fifty callers of two processes ask at once', async () => {
      const { vault, second } = await fresh();
      const all = await Promise.all(
        Array.from({ length: 50 }, async (_, n) => {
          const order = n % 3 === 0 ? lookups(200).toReversed() : lookups(200);
          const keys = await (n % 2 === 0 ? vault : second).keysFor(order);
          return new Map(order.map((name, index) => [name, plain(keys[index])]));
        }),
      );
      for (const name of lookups(200)) expect(new Set(all.map((keys) => String(keys.get(name)))).size).toBe(1);
    });

    test('gives thousands of keys in one call, and finds them again', async () => {
      const { vault, second } = await fresh();
      const made = await vault.keysFor(lookups(10_000));
      expect((await second.keysFor(lookups(10_000))).map(hex)).toEqual(made.map(hex));
      expect((await second.keysOf(made)).map(plain)).toEqual(made.map(plain));
    });

    test('finds keys by subject and generation, in the order asked', async () => {
      const { vault, second } = await fresh();
      const [a, b] = [await one(vault, 'a'), await one(vault, 'b')];
      expect((await second.keysOf([b, a, b])).map(plain)).toEqual([b, a, b].map(plain));
    });

    test('answers nothing for nothing', async () => {
      const { vault } = await fresh();
      expect([await vault.keysFor([]), await vault.keysOf([])]).toEqual([[], []]);
    });

    test('once erased, a key is gone for every process, also where it was in use, and no other is', async () => {
      const { vault, second } = await fresh();
      const [a, b] = [await one(vault, 'a'), await one(second, 'b')];
      await second.keysOf([a, b]);
      expect(await vault.erase(a.subject)).toBe('erased');
      for (const each of [vault, second]) expect((await each.keysOf([a, b])).map(plain)).toEqual(['erased', plain(b)]);
    });

    test('meets an erased person as a new one: other subject, other key, and the old one stays erased', async () => {
      const { vault, second } = await fresh();
      const before = await one(vault, 'a');
      await one(second, 'a');
      await vault.erase(before.subject);
      const after = await one(second, 'a');
      expect([after.subject === before.subject, hex(after) === hex(before), after.gen]).toEqual([false, false, 1]);
      expect(plain(await one(vault, 'a'))).toEqual(plain(after));
      expect((await vault.keysOf([before, after])).map(plain)).toEqual(['erased', plain(after)]);
    });

    test('erases again without a change, and says so of a subject that it never had', async () => {
      const { vault } = await fresh();
      const { subject } = await one(vault, 'a');
      expect([await vault.erase(subject), await vault.erase(subject)]).toEqual(['erased', 'erased']);
      expect(await vault.erase('00000000-0000-4000-8000-000000000000')).toBe('unknown');
    });

    test.each([
      ['subject', { subject: '00000000-0000-4000-8000-000000000000', gen: 1 }],
      ['generation', { gen: 2 }],
    ])('does not take a %s that it never had for erased', async (_case, other) => {
      const { vault } = await fresh();
      const ref = { ...(await one(vault, 'a')), ...other };
      await expect(vault.keysOf([ref])).rejects.toThrow(KeyVaultMismatch);
      await expect(vault.keysOf([ref])).rejects.toThrow(ref.subject);
    });

    test('with the key service down takes nothing for erased, and goes on when it is back', async () => {
      const { vault, second, service } = await fresh();
      const [gone, kept] = [await one(vault, 'gone'), await one(vault, 'kept')];
      await vault.erase(gone.subject);
      service.isUp = false;
      await expect(second.keysFor([lookup('new')])).rejects.toThrow(KmsUnavailable);
      expect(await second.keysOf([gone])).toEqual(['erased']);
      const [answer] = await second.keysOf([kept]).catch((error: unknown) => [error]);
      expect(answer instanceof KmsUnavailable || plain(answer as SubjectKey)?.at(-1) === hex(kept)).toBe(true);
      service.isUp = true;
      expect((await second.keysOf([gone, kept])).map(plain)).toEqual(['erased', plain(kept)]);
      expect((await one(second, 'new')).key).toHaveLength(32);
    });

    test('asks the key service once for a key in use', async () => {
      const { vault, service } = await fresh();
      const keys = await vault.keysFor(lookups(100));
      const asked = service.unwrapped;
      for (let times = 0; times < 3; times += 1) {
        await vault.keysOf(keys);
        await vault.keysFor(lookups(100));
      }
      expect(service.unwrapped - asked).toBeLessThanOrEqual(100);
      expect(service.wrapped).toBe(100);
    });

    test.each(['', 'a person’s number', '99999919900101001X', `${'A'.repeat(42)}=`, 'A'.repeat(44)])(
      'refuses %j as no lookup hash, and does not repeat it',
      async (text) => {
        const { vault } = await fresh();
        const asked = vault.keysFor([lookup('a'), text]);
        await expect(asked).rejects.toThrow(RangeError);
        await expect(asked).rejects.not.toThrow(text === '' ? 'nothing' : text);
      },
    );

    test.each([
      ['a subject that is no UUID', { subject: "' or true --", gen: 1 }],
      ['generation 0', { subject: '00000000-0000-4000-8000-000000000000', gen: 0 }],
      ['a generation past all limits', { subject: '00000000-0000-4000-8000-000000000000', gen: 2 ** 40 }],
    ])('refuses %s', async (_case, ref) => {
      const { vault } = await fresh();
      await expect(vault.keysOf([ref])).rejects.toThrow(RangeError);
    });

    test('refuses more in one call than the limit', async () => {
      const { vault } = await fresh();
      const many = Array.from({ length: KEYS_PER_CALL_MAX + 1 }, () => lookup('a'));
      await expect(vault.keysFor(many)).rejects.toThrow(RangeError);
    });

    test('hashes lookups as its key service does', async () => {
      const { vault, kms } = await fresh();
      expect(vault.kms.lookupHash('x')).toBe(kms.lookupHash('x'));
    });

    test('after any mix of makings and erasures gives what a plain list of keys would', async () => {
      const person = fc.integer({ min: 0, max: 5 });
      const step = fc.oneof(
        fc.record({ do: fc.constant('make' as const), people: fc.array(person, { minLength: 1, maxLength: 4 }) }),
        fc.record({ do: fc.constant('erase' as const), people: fc.array(person, { minLength: 1, maxLength: 1 }) }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
          const { vault, second } = await fresh();
          const current = new Map<number, SubjectKey>();
          const ever = new Map<string, { key: SubjectKey; isErased: boolean }>();
          const breaches: string[] = [];
          for (const [n, { do: what, people }] of steps.entries()) {
            const by = n % 2 === 0 ? vault : second;
            const [first] = people;
            const erased = current.get(first as number);
            if (what === 'erase' && erased !== undefined) {
              await by.erase(erased.subject);
              current.delete(first as number);
              ever.set(erased.subject, { key: erased, isErased: true });
            }
            const keys = what === 'make' ? await by.keysFor(people.map(lookup)) : [];
            for (const [index, key] of keys.entries()) {
              const before = current.get(people[index] as number);
              const isRight =
                before === undefined ? !ever.has(key.subject) : String(plain(before)) === String(plain(key));
              if (!isRight) breaches.push(`step ${n}: person ${people[index]} got another key than expected`);
              current.set(people[index] as number, key);
              ever.set(key.subject, { key, isErased: false });
            }
          }
          expect(breaches).toEqual([]);
          const refs = [...ever.values()];
          const wanted = refs.map(({ key, isErased }) => (isErased ? 'erased' : plain(key)));
          expect((await second.keysOf(refs.map(({ key }) => key))).map(plain)).toEqual(wanted);
        }),
        { seed: 20260301, numRuns: 10 },
      );
    });
  });
};
