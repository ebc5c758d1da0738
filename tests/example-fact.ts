// An inspection on the spot.
import { z } from 'zod';
import { day } from '../src/day.ts';
import { defineFact, refusal } from '../src/fact.ts';
import { subjectOf } from '../src/subject.ts';
import { bodyCode } from '../src/facts/authority.ts';
import { shortText } from '../src/facts/members.ts';

/** Inspection (监督检查) of one entity by one authority. Refuses: `in-the-future`. */
export const inspectionRecorded = defineFact({
  type: 'InspectionRecorded',
  schema: 1,
  description: 'An authority inspected (监督检查) an entity on the spot.',
  data: z.strictObject({
    authority: bodyCode.describe('Code of the authority.'),
    documentNo: shortText.describe('Number of the record.'),
    inspectedOn: day.describe('Day of the inspection.'),
    result: z.enum(['no-problem', 'problem-found', 'not-found-there']).describe('Result as recorded.'),
  }),
  seals: {},
  subject: 'required',
  category: 'inspection',
  key: ({ data, about }) => [data.authority, data.documentNo, subjectOf(about) ?? ''],
  repeat: 'corrects',
  decide: ({ data }, _stream, today) =>
    data.inspectedOn > today
      ? refusal('in-the-future', 'the day of inspection lies after today', 'correct the day', 'inspectedOn')
      : undefined,
});
