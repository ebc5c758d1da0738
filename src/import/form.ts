// What an import form is: how one row of a file becomes facts, waits for a person, or is refused.
import type { CapitalProblem } from '../capital.ts';
import type { Fact, FactDefinition, RefusalCode } from '../fact.ts';

/** What a row that is recorded all the same may be told about, beside the codes of refusals. */
export type NoticeCode = CapitalProblem | 'column-ignored' | 'cell-too-long';

/** One thing to say about a row or a file. `column` is the form's name of it. No text of the input stands in any of them. */
export interface Remark {
  readonly code: RefusalCode | NoticeCode;
  readonly message: string;
  readonly fix: string;
  readonly column?: string | undefined;
}

/** A column of a table form: its name and what else it is called. Case, width, spaces, `_` and `-` do not matter. */
export interface Column {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly isRequired?: true;
}

/** Cells of a row by the form's column names, as read; '' where the file has no such column. */
export type Cells<Name extends string = string> = { readonly [Column in Name]: string };

/** A fact that a row states, parsed: its types are true. */
export interface RowFact {
  readonly fact: Fact;
  readonly definition: FactDefinition;
  /** Code of the body that states it, by the fact itself; used where the caller names none for the whole file. */
  readonly agency?: string | undefined;
}

/**
 * What a row says. `facts`: at least one, to be recorded; the notices do not stop that. `quarantined`: it identifies nobody,
 * or a person where none may stand; it waits, sealed, for somebody to decide. `refused`: it cannot be recorded.
 */
export type RowReading =
  | { readonly outcome: 'facts'; readonly facts: readonly RowFact[]; readonly notices: readonly Remark[] }
  | { readonly outcome: 'quarantined' | 'refused'; readonly remarks: readonly [Remark, ...Remark[]] };

interface AnyForm {
  readonly name: string;
  readonly version: number;
  /** Whether the file does not say by itself which body states it, so that the caller must. */
  readonly sourceRequired: boolean;
  /** Column that names the stating body, where the form has one. */
  readonly agencyColumn?: string;
  /** Column from which a member of the facts was read, for refusals that name the member. */
  readonly columnOf: { readonly [member: string]: string };
}

/** Rows of a table (CSV). */
export interface TableForm extends AnyForm {
  readonly format: 'table';
  readonly columns: readonly Column[];
  readonly read: (cells: Cells) => RowReading;
}

/** One JSON value a line (NDJSON). */
export interface JsonForm extends AnyForm {
  readonly format: 'json';
  readonly read: (value: unknown) => RowReading;
}

export type Form = TableForm | JsonForm;

/** Name and version as they stand in `source.form` of every event: `registration@1`. */
export const formId = ({ name, version }: Form): string => `${name}@${version}`;
