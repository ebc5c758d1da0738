// One message with several statements, COPYs among them, and the rows sent right behind it: one round trip in all.
import type pg from 'pg';

/** The slice of the driver's connection that a statement uses. */
export interface Wire {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

/**
 * Sends `text` in the simple protocol, then without waiting the rows of each `copy … from stdin` in it, in order. The
 * statements are one implicit transaction: when one fails, nothing stays, and the server skips the rows that follow (they
 * are ignored outside a COPY, see "COPY Operations" in PostgreSQL's protocol manual).
 * Rejects with the first error, the caller's own from `write` before the server's.
 */
export const runCopies = (
  client: Pick<pg.ClientBase, 'query'>,
  text: string,
  copies: readonly ((send: (chunk: Buffer) => void) => void)[],
): Promise<void> =>
  new Promise((resolve, reject) => {
    let failure: Error | undefined;
    const statement = {
      submit(wire: Wire): void {
        wire.query(text);
        for (const write of copies) {
          if (failure === undefined) {
            try {
              write((chunk) => wire.sendCopyFromChunk(chunk));
            } catch (error) {
              failure = error instanceof Error ? error : new Error('rows could not be written', { cause: error });
            }
          }
          if (failure === undefined) wire.endCopyFrom();
          else wire.sendCopyFail('the rows could not be written');
        }
      },
      handleError: (error: Error): void => reject(failure ?? error),
      handleReadyForQuery: (): void => (failure === undefined ? resolve() : reject(failure)),
      handleRowDescription(): void {},
      handleDataRow(): void {},
      handleCommandComplete(): void {},
      handleEmptyQuery(): void {},
      handlePortalSuspended(): void {},
      handleCopyInResponse(): void {},
      handleCopyData(): void {},
    };
    client.query(statement as unknown as pg.Submittable);
  });
