// The command line: reads settings and arguments, runs one command, turns every failure into a sentence and an exit code.
import { Command, CommanderError, Option } from 'commander';
import { EXIT, type CommandContext, type Console, type ExitCode } from './commands/command.ts';
import { readConfig } from './config.ts';
import { explainFailure } from './explain-failure.ts';

type Run = (context: CommandContext) => Promise<ExitCode>;

const console: Console = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
};

let exitCode: ExitCode = EXIT.done;
let isDebugging = false;

/** Runs a command with its settings; everything a command needs is loaded only when it runs. */
const run = async (command: Command, start: () => Promise<Run>): Promise<void> => {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
  const json = command.opts<{ json?: boolean }>().json === true;
  const config = readConfig(process.env);
  isDebugging = config.logLevel === 'debug' || config.logLevel === 'trace';
  exitCode = await (await start())({ config, console, json, signal: interrupt.signal });
};

const withJson = (command: Command): Command => command.option('--json', 'one JSON object on stdout');

const program = new Command('huixin')
  .description('Huixin (惠信): the credit and market-supervision ledger of a city.')
  .exitOverride()
  .showHelpAfterError('Run "huixin --help" for the commands.');

withJson(program.command('serve').description('start the portal and the API')).action(
  async (_options, command: Command) => run(command, async () => (await import('./commands/serve.ts')).serve),
);

withJson(
  program
    .command('import')
    .description('put the rows of files on the ledger')
    .argument('<file...>', 'CSV (UTF-8 or GB18030) or NDJSON, also .gz')
    .requiredOption('--form <form>', 'how the rows are read: registration or ndjson')
    .option('--source <uscc>', 'unified social credit code of the body that states the rows')
    .option('--as-of <date>', 'day as of which the file was made, YYYY-MM-DD; default: today')
    .option('--dry-run', 'only count what would happen')
    .addOption(new Option('--refused-to <file>', 'write refused rows with a reason column to this CSV file')),
).action(
  async (
    files: string[],
    options: { form: string; source?: string; asOf?: string; dryRun?: boolean; refusedTo?: string },
    command: Command,
  ) =>
    run(command, async () => {
      const { importFiles } = await import('./commands/import-files.ts');
      return (context) => importFiles(files, options, context);
    }),
);

withJson(
  program
    .command('rebuild')
    .description('make read models anew from the events')
    .argument('[name]', 'read model')
    .option('--all', 'every read model'),
).action(async (name: string | undefined, options: { all?: boolean }, command: Command) =>
  run(command, async () => {
    const { rebuild } = await import('./commands/rebuild.ts');
    return (context) => rebuild(name, options.all === true, context);
  }),
);

withJson(program.command('verify').description('recompute everything that is stored')).action(
  async (_options, command: Command) => run(command, async () => (await import('./commands/verify.ts')).verify),
);

withJson(program.command('doctor').description('say what works and what does not')).action(
  async (_options, command: Command) => run(command, async () => (await import('./commands/doctor.ts')).doctor),
);

withJson(program.command('config').description('print the settings in force, without secrets')).action(
  async (_options, command: Command) =>
    run(command, async () => (await import('./commands/show-config.ts')).showConfig),
);

withJson(program.command('facts').description('print the fact types and their members')).action(
  async (_options, command: Command) => run(command, async () => (await import('./commands/facts.ts')).facts),
);

withJson(program.command('demo').description('serve a small generated city')).action(
  async (_options, command: Command) => run(command, async () => (await import('./commands/demo.ts')).demo),
);

withJson(program.command('bench').description('measure against baselines taken in the same run')).action(
  async (_options, command: Command) => run(command, async () => (await import('./commands/bench.ts')).bench),
);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage; // Commander has printed help or the mistake already.
  } else {
    const { message, code } = explainFailure(error, isDebugging);
    console.err(`huixin: ${message}\n`);
    exitCode = code;
  }
}
process.exitCode = exitCode;
