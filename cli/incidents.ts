import type { Command } from 'commander';
import { type IncidentView, viewsOf } from '../local/incidents.ts';
import { ago, count, oneLine } from './say.ts';
import { addStackOptions, type StackOptions, withStack } from './stack.ts';

const EXAMPLES = `
Examples:
  hansho incidents                          # of the hansho local on this machine
  hansho incidents --unowned --stage prod   # what no team owns: whose is it?
  hansho incidents --json | jq '.[].severity'`;

interface Options extends StackOptions {
  readonly unowned: boolean;
  readonly json: boolean;
}

/** Mounts `hansho incidents`: what the table knows, the one heard of last first. */
export function addIncidents(program: Command): void {
  const command = program
    .command('incidents')
    .description('list the incidents, the one heard of last first')
    .option('--unowned', 'only those that no team owns', false)
    .option('--json', 'as JSON, as `GET /api/incidents` of hansho local', false);
  addStackOptions(command).addHelpText('after', EXAMPLES).action(run);
}

async function run(options: Options): Promise<void> {
  const table = await withStack(options, (stack) => stack.table());
  const views = viewsOf(table, options.unowned ? 'unowned' : 'all');
  const words = options.json
    ? JSON.stringify(views, null, 2)
    : linesOf(views, options.unowned, Date.now()).join('\n');
  process.stdout.write(`${words}\n`);
}

function linesOf(views: readonly IncidentView[], unowned: boolean, now: number): readonly string[] {
  const all = unowned
    ? `${count(views.length, 'incident')} that no team owns.`
    : `${count(views.length, 'incident')}.`;
  const hint = unowned && views.length > 0 ? ['Give them a team: `teams`, `owns` in hansho.yml.'] : [];
  return [...views.map((view) => lineOf(view, now)), all, ...hint];
}

/** `SEV3 firing   12× 5 min ago  checkout (logs /aws/lambda/checkout): the title`. */
function lineOf(view: IncidentView, now: number): string {
  const { severity, status, count: n, last, service, source, logGroup, team, title } = view;
  const heard = last === null ? 'never' : `${ago(now - Date.parse(last))} ago`;
  const from = [source, logGroup].filter((part) => part !== null).join(' ');
  const whose = team === null ? '' : ` [${team}]`;
  return oneLine(`${severity} ${status.padEnd(8)} ${n}× ${heard}  ${service} (${from})${whose}: ${title}`);
}
