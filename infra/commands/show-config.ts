// `huixin config`: the settings in force, without secrets.
import { redactedConfig } from '../config.ts';
import { EXIT, toJson, type CommandContext, type ExitCode } from './command.ts';

export const showConfig = async ({ config, console, json }: CommandContext): Promise<ExitCode> => {
  const shown = redactedConfig(config);
  if (json) console.out(toJson(shown));
  else for (const [name, value] of Object.entries(shown)) console.out(`${name}: ${value ?? '(not set)'}`);
  return EXIT.done;
};
