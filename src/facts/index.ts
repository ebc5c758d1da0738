// The list of fact types: one line a type. Everything that depends on a type asks this list.
import type { FactDefinition } from '../fact.ts';
import { complaintAccepted } from './complaint-accepted.ts';
import { complaintFiled } from './complaint-filed.ts';
import { complaintRefused } from './complaint-refused.ts';
import { complaintSettled } from './complaint-settled.ts';
import { complaintTerminated } from './complaint-terminated.ts';
import { entityChanged } from './entity-changed.ts';
import { entityDeregistered } from './entity-deregistered.ts';
import { entityRegistered } from './entity-registered.ts';
import { licenceChanged } from './licence-changed.ts';
import { licenceEnded } from './licence-ended.ts';
import { licenceGranted } from './licence-granted.ts';
import { listingEntered } from './listing-entered.ts';
import { listingExited } from './listing-exited.ts';
import { penaltyDecided } from './penalty-decided.ts';
import { penaltyWithdrawn } from './penalty-withdrawn.ts';
import { ratingGiven } from './rating-given.ts';
import { ratingRestored } from './rating-restored.ts';
import { ratingSetAside } from './rating-set-aside.ts';
import { ratingWithdrawn } from './rating-withdrawn.ts';
import { reportFiled } from './report-filed.ts';

export const factTypes = [
  entityRegistered,
  entityChanged,
  entityDeregistered,
  licenceGranted,
  licenceChanged,
  licenceEnded,
  penaltyDecided,
  penaltyWithdrawn,
  complaintFiled,
  complaintAccepted,
  complaintRefused,
  complaintSettled,
  complaintTerminated,
  reportFiled,
  ratingGiven,
  ratingWithdrawn,
  ratingSetAside,
  ratingRestored,
  listingEntered,
  listingExited,
] as const;

/** Name of a fact type that this version knows. */
export type FactType = (typeof factTypes)[number]['type'];

const byType = new Map<string, FactDefinition>(
  factTypes.map((definition) => [definition.type, definition as unknown as FactDefinition]),
);

/** The definition of a type; undefined for a type that this version does not know. */
export const factDefinition = (type: string): FactDefinition | undefined => byType.get(type);
