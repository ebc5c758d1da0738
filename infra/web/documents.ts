// The GraphQL documents of the pages, one a page, and the shapes of their answers. Pages read nothing else.
import type { FactJson } from './fact-data.ts';

/** Rows of a search and of a history that one page shows. */
export const FOUND_PER_PAGE = 10;
export const FACTS_PER_PAGE = 8;
const SAMPLES = 6;

/** What every page says of the ledger. */
export interface LedgerAnswer {
  readonly ledger: {
    readonly head: string;
    readonly events: number;
    readonly generated: boolean;
    readonly testClock: boolean;
  };
  readonly projections: readonly {
    readonly name: string;
    readonly position: string;
    readonly lagEvents: number | null;
    readonly state: string;
  }[];
}

const LEDGER = 'ledger { head events generated testClock } projections { name position lagEvents state }';

export interface EntityRow {
  readonly uscc: string | null;
  readonly identifiers: readonly { readonly scheme: string; readonly value: string }[];
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  readonly address: string | null;
  readonly district: { readonly name: string } | null;
}

interface List<Edge> {
  readonly totalCount?: number | null;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly edges: readonly Edge[];
}

export interface HomeAnswer extends LedgerAnswer {
  readonly found?: List<{ readonly why: readonly string[]; readonly node: EntityRow }>;
  readonly samples?: { readonly edges: readonly { readonly node: EntityRow }[] };
}

export const HOME = `query PortalHome($searching: Boolean!, $text: String, $after: String, $lang: Language!) {
  ${LEDGER}
  found: searchEntities(text: $text, first: ${FOUND_PER_PAGE}, after: $after) @include(if: $searching) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { why node { ...row } }
  }
  samples: entities(first: ${SAMPLES}) @skip(if: $searching) { edges { node { ...row } } }
}
fragment row on Entity {
  uscc name kind status address
  identifiers { scheme value }
  district { name(lang: $lang) }
}`;

export interface FactRow {
  readonly id: string;
  readonly type: string;
  readonly data: FactJson;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  readonly recordedAt: string;
  readonly position: string;
  readonly source: { readonly kind: string; readonly agency: string; readonly assertedOn: string };
  readonly relates: {
    readonly kind: string;
    readonly fact: { readonly id: string; readonly position: string; readonly data: FactJson } | null;
  } | null;
  readonly supersededBy: readonly {
    readonly id: string;
    readonly position: string;
    readonly relates: { readonly kind: string } | null;
  }[];
}

const FACT = `fragment fact on Fact {
  id type data validFrom validUntil recordedAt position
  source { kind agency assertedOn }
  relates { kind fact { id position data } }
  supersededBy { id position relates { kind } }
}`;

export interface EntityAnswer extends LedgerAnswer {
  readonly entity:
    | (EntityRow & {
        readonly registeredOn: string | null;
        readonly personInCharge: string | null;
        readonly capital: FactJson;
        readonly businessScope: string | null;
        readonly formerNames: readonly { readonly name: string; readonly until: string | null }[];
        readonly history: List<{ readonly node: FactRow }>;
      })
    | null;
}

export const ENTITY = `query PortalEntity(
  $uscc: USCC, $registrationNo: String, $at: AsOf, $first: Int!, $after: String, $lang: Language!
) {
  ${LEDGER}
  entity(uscc: $uscc, registrationNo: $registrationNo, at: $at) {
    uscc name kind status registeredOn personInCharge address businessScope
    identifiers { scheme value }
    formerNames { name until }
    capital { amount currency original }
    district { name(lang: $lang) }
    history(first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { node { ...fact } }
    }
  }
}
${FACT}`;

export interface FactAnswer extends LedgerAnswer {
  readonly node:
    | (FactRow & {
        readonly __typename: 'Fact';
        readonly about: readonly { readonly subject: string; readonly role: string }[];
        readonly original: FactJson;
        readonly details: { readonly form: string; readonly batch: string; readonly line: number };
      })
    | { readonly __typename: 'Entity' }
    | null;
}

export const FACT_PAGE = `query PortalFact($id: ID!) {
  ${LEDGER}
  node(id: $id) {
    __typename
    ... on Fact { ...fact about { subject role } original details: source { form batch line } }
  }
}
${FACT}`;

/** To be registered with the engine, so that the pages run them and callers can ask for them by id. */
export const portalDocuments: readonly string[] = [HOME, ENTITY, FACT_PAGE];
