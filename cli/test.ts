import { type Command, Option } from 'commander';
import { makeJudge } from '../shared/rules/judge.ts';
import { count, printable } from './print.ts';
import { type Fault, prove, type Tested, testsBeside } from './proof.ts';
import { loadRulesFile } from './rules-file.ts';
import { UserError } from './user-error.ts';

const EXAMPLES = `
Examples:
  hansho test                                # hansho.test.yml beside hansho.yml, and the rules' own examples
  hansho test --config staging/hansho.yml routes.yml

Exit codes: 0 all hold; 1 one does not, or there is nothing to test. docs/testing-rules.md says how to write them.`;

/** Mounts `hansho test`: do the rules still do what people rely on? */
export function addTest(program: Command): void {
  program
    .command('test [files...]')
    .description('run route tests, and the examples of the rules: may this change ship?')
    .addOption(new Option('--config <file>', 'the rules').default('hansho.yml'))
    .addHelpText('after', EXAMPLES)
    .action(test);
}

async function test(files: readonly string[], { config }: { readonly config: string }): Promise<void> {
  const { rules, claims } = await loadRulesFile(config);
  const tests = files.length > 0 ? files : testsBeside(config);
  const results = await prove(makeJudge(rules), claims, tests, Date.now());
  if (results.length === 0)
    throw new UserError(
      `there is nothing to test: write hansho.test.yml beside ${config}, or \`examples\` in a rule (docs/testing-rules.md).`,
    );
  const failed = results.filter(({ because }) => because.length > 0);
  process.stdout.write(`${[...failed.map(toldOf), summary(results, failed)].join('\n')}\n`);
  if (failed.length > 0) process.exitCode = 1;
}

function summary(results: readonly Tested[], failed: readonly Tested[]): string {
  const all = [
    count(results.filter(({ what }) => what === 'test').length, 'route test'),
    count(results.filter(({ what }) => what === 'example').length, 'example'),
  ].join(', ');
  return failed.length === 0 ? `${all}: all hold` : `${all}: ${failed.length} failed`;
}

function toldOf({ name, at, because }: Tested): string {
  return `FAILED ${at} ${printable(name)}\n${because.map(faultOf).join('\n')}\n`;
}

function faultOf(fault: Fault): string {
  const { why } = fault;
  const head =
    fault.is === 'said'
      ? `  ${printable(fault.text)}`
      : `  ${fault.key.padEnd(12)} expected ${printable(fault.expected)}\n${''.padEnd(14)} actual   ${printable(fault.actual)}`;
  return why === null
    ? head
    : `${head}\n${''.padEnd(14)} why      ${why.stage} ${why.rule} (${why.at}): ${printable(why.because)}`;
}
