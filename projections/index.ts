// The list of projections: one line each.
import { entityNames } from './entity-names.ts';
import { entityProfile } from './entity-profile.ts';
import { factHistory } from './fact-history.ts';
import type { AnyProjection } from './projection.ts';

export const projections: readonly AnyProjection[] = [entityProfile, factHistory, entityNames];
