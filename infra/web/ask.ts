// Runs the registered document of a page in process. A no is a value with its HTTP status.
import { documentIdOf, type GraphEngine } from '../../graphql/engine.ts';
import { isErrorCode, type ErrorCode, statusOf } from '../../graphql/errors.ts';

/** `data` may be there beside a `no`: then one field of it is null because of that no. */
export interface Answer<Data> {
  readonly data?: Data;
  readonly no?: { readonly code: ErrorCode; readonly status: number };
}

export type Ask<Data> = (variables: Readonly<Record<string, unknown>>, requestId: string) => Promise<Answer<Data>>;

/**
 * `Data` is the shape that the document's selection has; the schema is what guarantees it.
 * @throws Error when the document was not registered with the engine: a mistake of ours that start-up shows.
 */
export const asking = <Data>(engine: GraphEngine, document: string): Ask<Data> => {
  const compiled = engine.registered(documentIdOf(document));
  if (compiled === undefined) {
    throw new Error('a page’s document is not registered: give `portalDocuments` to the engine that the portal gets');
  }
  return async (variables, requestId) => {
    const { data, errors = [] } = await engine.run(compiled, variables, requestId);
    const known = data === undefined || data === null ? {} : { data: data as Data };
    const [first] = errors;
    if (first === undefined) return known;
    const { code } = first.extensions;
    return { ...known, no: { code: isErrorCode(code) ? code : 'INTERNAL', status: statusOf(errors) } };
  };
};
