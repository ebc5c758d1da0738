// Who may read what: one class for every field and every fact type. What has no class is not readable, and fails a test.
import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import { parseSubjectId } from '../src/subject.ts';

/** Roles that there are. */
export const ROLES = ['public'] as const;
export type Role = (typeof ROLES)[number];

/** `public`: everybody. `withheld`: nobody yet; the rule that says when and to whom it may be shown is not in place. */
export type AccessClass = 'public' | 'withheld';

/** Roles that may read a class. */
export const READERS: Readonly<Record<AccessClass, readonly Role[]>> = { public: ['public'], withheld: [] };

/** Class of every field, by `Type.field`. */
export const FIELD_ACCESS: Readonly<Record<string, AccessClass>> = {
  ...fieldsOf('About', 'public', ['role', 'subject']),
  ...fieldsOf('Capital', 'public', ['amount', 'currency', 'original']),
  ...fieldsOf('District', 'public', ['code', 'name']),
  ...fieldsOf('Entity', 'public', [
    'address',
    'asOfPosition',
    'businessScope',
    'capital',
    'district',
    'formerNames',
    'history',
    'id',
    'identifiers',
    'kind',
    'name',
    'personInCharge',
    'registeredOn',
    'status',
    'uscc',
  ]),
  ...fieldsOf('EntityConnection', 'public', ['edges', 'pageInfo', 'totalCount']),
  ...fieldsOf('EntityEdge', 'public', ['cursor', 'node']),
  ...fieldsOf('EntitySearchConnection', 'public', ['edges', 'pageInfo', 'totalCount']),
  ...fieldsOf('EntitySearchEdge', 'public', ['cursor', 'node', 'score', 'why']),
  ...fieldsOf('FormerName', 'public', ['name', 'until']),
  ...fieldsOf('Identifier', 'public', ['from', 'scheme', 'value']),
  ...fieldsOf('Suggestion', 'public', ['entity', 'text']),
  ...fieldsOf('Fact', 'public', [
    'about',
    'data',
    'id',
    'original',
    'position',
    'recordedAt',
    'relates',
    'schema',
    'source',
    'supersededBy',
    'type',
    'validFrom',
    'validUntil',
  ]),
  ...fieldsOf('FactConnection', 'public', ['edges', 'pageInfo', 'totalCount']),
  ...fieldsOf('FactEdge', 'public', ['cursor', 'node']),
  ...fieldsOf('FactRelation', 'public', ['fact', 'kind', 'reason']),
  ...fieldsOf('FactSource', 'public', ['agency', 'assertedOn', 'batch', 'form', 'kind', 'line', 'n']),
  ...fieldsOf('Ledger', 'public', ['events', 'generated', 'head', 'testClock']),
  ...fieldsOf('Node', 'public', ['id']),
  ...fieldsOf('PageInfo', 'public', ['endCursor', 'hasNextPage', 'hasPreviousPage', 'startCursor']),
  ...fieldsOf('Projection', 'public', ['lagEvents', 'lagSeconds', 'name', 'position', 'state', 'version']),
  ...fieldsOf('Query', 'public', [
    'entities',
    'entity',
    'ledger',
    'node',
    'nodes',
    'projections',
    'searchEntities',
    'suggestEntities',
  ]),
};

/**
 * Class of every fact type: an event of a type that does not stand here is read by nobody. Penalties and listings are shown
 * only within their publicity periods, complaints and ratings only as their own rules allow.
 */
export const FACT_ACCESS: Readonly<Record<string, AccessClass>> = {
  EntityRegistered: 'public',
  EntityChanged: 'public',
  EntityDeregistered: 'public',
  LicenceGranted: 'public',
  LicenceChanged: 'public',
  LicenceEnded: 'public',
  PenaltyDecided: 'withheld',
  PenaltyWithdrawn: 'withheld',
  ComplaintFiled: 'withheld',
  ComplaintAccepted: 'withheld',
  ComplaintRefused: 'withheld',
  ComplaintSettled: 'withheld',
  ComplaintTerminated: 'withheld',
  ReportFiled: 'withheld',
  RatingGiven: 'withheld',
  RatingWithdrawn: 'withheld',
  RatingSetAside: 'withheld',
  RatingRestored: 'withheld',
  ListingEntered: 'withheld',
  ListingExited: 'withheld',
};

/** Denied unless a class says otherwise. */
export const mayRead = (role: Role, access: AccessClass | undefined): boolean =>
  access !== undefined && READERS[access].includes(role);

/** Schemes of subjects that are organisations; natural persons are never found nor listed by the public. */
const PUBLIC_SCHEMES = new Set(['uscc', 'regno']);

/** Whether everybody may know of a subject. */
export const isPublicSubject = (subject: string): boolean => PUBLIC_SCHEMES.has(parseSubjectId(subject)?.scheme ?? '');

/** Whether everybody may read a fact of this type about this subject. */
export const isPublicFact = ({ type, subject }: { readonly type: string; readonly subject: string }): boolean =>
  mayRead('public', FACT_ACCESS[type]) && isPublicSubject(subject);

/** Fields of a schema without a class, and classes without a field; both empty when the table is right. */
export const accessGaps = (schema: GraphQLSchema): readonly string[] => {
  const fields = Object.values(schema.getTypeMap())
    .filter((type) => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__'))
    .flatMap((type) =>
      isObjectType(type) || isInterfaceType(type)
        ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)
        : [],
    );
  const known = new Set(fields);
  return [
    ...fields.filter((field) => FIELD_ACCESS[field] === undefined).map((field) => `${field} has no class`),
    ...Object.keys(FIELD_ACCESS)
      .filter((field) => !known.has(field))
      .map((field) => `${field} is no field`),
  ];
};

function fieldsOf(type: string, access: AccessClass, fields: readonly string[]): Readonly<Record<string, AccessClass>> {
  return Object.fromEntries(fields.map((field) => [`${type}.${field}`, access]));
}
