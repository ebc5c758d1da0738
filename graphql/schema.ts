// The schema: one line a concept.
import type { GraphQLSchema } from 'graphql';
import { accessGaps } from './access.ts';
import { builder } from './builder.ts';
import './types/entity.ts';
import './types/fact.ts';
import './types/ledger.ts';
import './types/node.ts';
import './types/projection.ts';
import './types/scalars.ts';
import './types/search.ts';

/** Built once, and only when every field has its access class. */
export const schema: GraphQLSchema = builder.toSchema();

const gaps = accessGaps(schema);
if (gaps.length > 0) throw new Error(`graphql/access.ts does not fit the schema: ${gaps.join('; ')}`);
