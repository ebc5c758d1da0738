// A mistake in how a file was handed in: nothing was read from it, and the message says what to do.

/** The file, its form or an option is not usable as it is. Messages hold no text of the file. */
export class ImportMistake extends Error {
  override name = 'ImportMistake';
}
