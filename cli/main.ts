#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addCheck } from './check.ts';
import { addDeadLetters } from './dead-letters.ts';
import { addDoctor } from './doctor.ts';
import { addExplain } from './explain.ts';
import { addFmt } from './fmt.ts';
import { addIncidents } from './incidents.ts';
import { addInit } from './init.ts';
import { addLedger } from './ledger.ts';
import { addLocal } from './local.ts';
import { addMatch } from './match.ts';
import { addReplay } from './replay.ts';
import { addSend } from './send.ts';
import { addSilenceCommands } from './silence.ts';
import { addSubscribe } from './subscribe.ts';
import { addTest } from './test.ts';
import { UserError } from './user-error.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('hansho')
  .description('Reads AWS events and logs, judges them, and tells the right people, once, with the reason.')
  .version(version)
  .showHelpAfterError('(run with --help for usage and examples)');

addInit(program);
addExplain(program);
addCheck(program);
addTest(program);
addFmt(program);
addMatch(program);
addSend(program);
addSilenceCommands(program);
addSubscribe(program);
addLocal(program);
addLedger(program);
addIncidents(program);
addDeadLetters(program);
addDoctor(program);
addReplay(program);

// A closed pipe (`hansho explain … | head`) is the reader's choice, not a fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`hansho: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
