// `huixin facts`: the fact types and their members, as JSON Schema or as a readable list.
import { factsJsonSchema, factsMarkdown } from '../generate/facts-reference.ts';
import { EXIT, type CommandContext, type ExitCode } from './command.ts';

export const facts = async ({ console, json }: CommandContext): Promise<ExitCode> => {
  console.out(json ? JSON.stringify(factsJsonSchema(), undefined, 2) : factsMarkdown());
  return EXIT.done;
};
