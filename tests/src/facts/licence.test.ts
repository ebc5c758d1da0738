// Licences: what is accepted, what is refused, and by which code.
import { describe, expect, test } from 'vitest';
import { given, keyOf, parsed } from '../../given.ts';
import { CITIZEN_ID, PERSON, sampleOf } from '../../sample-facts.ts';

const granted = sampleOf('LicenceGranted');

const validFrom = (changes: { readonly [name: string]: unknown }) => {
  const { fact, definition } = parsed(sampleOf('LicenceGranted', changes));
  return definition.validFrom?.(fact.data);
};

describe('licence granted', () => {
  test('is accepted before its holder is registered', () => given().when(granted).accepts());
  test('is accepted when its change came first', () => given(sampleOf('LicenceChanged')).when(granted).accepts());
  test('is accepted with a certificate number alone', () =>
    given()
      .when(sampleOf('LicenceGranted', { documentNo: undefined }))
      .accepts());
  test('is accepted when it expires on its first day', () =>
    given()
      .when(sampleOf('LicenceGranted', { startsOn: '2025-01-10', expiresOn: '2025-01-10' }))
      .accepts());
  test('is accepted today', () =>
    given()
      .when(sampleOf('LicenceGranted', { decidedOn: '2026-11-22' }))
      .accepts());

  test.each([
    ['in-the-future', 'decidedOn', { decidedOn: '2026-11-23' }],
    ['ends-before-start', 'expiresOn', { startsOn: '2025-01-10', expiresOn: '2025-01-09' }],
    ['code-personal', 'taxNo', { taxNo: CITIZEN_ID }],
    ['code-personal', 'registrationNo', { registrationNo: CITIZEN_ID }],
    ['invalid', 'partyName', { partyKind: 'person' }],
    ['invalid', 'authority', { authority: '00000000000000000X' }], // Stands for no body.
    ['invalid', undefined, { documentNo: undefined, licenceNo: undefined }],
    ['invalid', undefined, { longTerm: true }], // Beside a last day.
  ] as const)('is refused with %s for %s', (code, member, changes) =>
    given().when(sampleOf('LicenceGranted', changes)).refuses(code, member),
  );

  test('is refused with the name of a person in clear', () =>
    given()
      .when({ ...sampleOf('LicenceGranted', { partyKind: undefined }), about: [{ subject: PERSON, role: 'subject' }] })
      .refuses('invalid', 'partyName'));
  test('of a person is accepted with the name sealed', () =>
    given()
      .when({
        ...sampleOf('LicenceGranted', { partyKind: 'person', partyName: undefined }),
        about: [{ subject: PERSON, role: 'subject' }],
      })
      .accepts());

  test('is valid from its first day, else from its decision', () => {
    expect(validFrom({})).toBe('2025-01-10');
    expect(validFrom({ startsOn: undefined })).toBe('2025-01-06');
  });

  test.each(['LicenceChanged', 'LicenceEnded'] as const)('has one stream with %s', (type) =>
    expect(keyOf(sampleOf(type))).toEqual(keyOf(granted)),
  );

  test.each(['样许[2025]1号', '样许【2025】1号', '样许（２０２５）１号', ' 样许(2025) 1号'])(
    'is the same licence as %s',
    (documentNo) => expect(keyOf(sampleOf('LicenceGranted', { documentNo }))).toEqual(keyOf(granted)),
  );
});

describe('licence changed', () => {
  test('is accepted before the licence is known', () => given().when(sampleOf('LicenceChanged')).accepts());
  test.each([
    ['in-the-future', 'changedOn', { changedOn: '2026-11-23' }],
    ['ends-before-start', 'expiresOn', { startsOn: '2025-01-10', expiresOn: '2025-01-09' }],
  ] as const)('is refused with %s for %s', (code, member, changes) =>
    given().when(sampleOf('LicenceChanged', changes)).refuses(code, member),
  );
  test('is refused when nothing changed', () => {
    const { authority, documentNo } = granted.data;
    given()
      .when({ type: 'LicenceChanged', about: granted.about, data: { authority, documentNo, reason: '无' } })
      .refuses('invalid');
  });
});

describe('licence ended', () => {
  test('is accepted after the grant', () => given(granted).when(sampleOf('LicenceEnded')).accepts());
  test('is accepted without a day', () =>
    given()
      .when(sampleOf('LicenceEnded', { endedOn: undefined }))
      .accepts());
  test('is refused before it has ended', () =>
    given()
      .when(sampleOf('LicenceEnded', { endedOn: '2026-11-23' }))
      .refuses('in-the-future', 'endedOn'));
});
