// How a fact writes the id of an earlier event.
import { z } from 'zod';

/** A UUID in lower case, as the ledger writes it: ids are compared as text. */
export const eventIdForm = z
  .string()
  .regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    'the id of an event, in lower case',
  );
