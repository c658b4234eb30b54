import type { Command } from 'commander';
import { readInput } from './input.ts';
import { UserError } from './user-error.ts';

const EXAMPLES = `
Examples:
  hansho send events/alarm/firing.json
  tail -n 200 app.log | hansho send --log-group /aws/lambda/payments-api -`;

/** Mounts `hansho send`: puts raw events or log lines into a running \`hansho local\`. */
export function addSend(program: Command): void {
  program
    .command('send [files...]')
    .description('send raw events or log lines to a running `hansho local`')
    .option('--url <url>', 'where `hansho local` listens', 'http://127.0.0.1:4460')
    .option('--log-group <name>', 'the input is plain log lines of this group')
    .addHelpText('after', EXAMPLES)
    .action(send);
}

/** A file that is not accepted costs only itself; when nobody answers, the rest is not tried. */
async function send(files: readonly string[], options: { url: string; logGroup?: string }): Promise<void> {
  for (const file of files.length === 0 ? ['-'] : files) {
    const read = await readInput(file);
    const sent = 'error' in read ? read : await post(read.text, options);
    if ('error' in sent) {
      process.stderr.write(`hansho: ${sent.error}\n`);
      process.exitCode = 1;
    } else process.stdout.write(`${file}: ${sent.accepted}\n`);
  }
}

type Sent = { readonly accepted: string } | { readonly error: string };

async function post(body: string, { url, logGroup }: { url: string; logGroup?: string }): Promise<Sent> {
  if (!URL.canParse('/intake', url))
    throw new UserError(`--url ${url} is not an address; write it like http://127.0.0.1:4460.`);
  const target = new URL('/intake', url);
  if (logGroup !== undefined) target.searchParams.set('logGroup', logGroup);
  const type = logGroup === undefined ? 'application/json' : 'text/plain; charset=utf-8';
  let response: Response;
  try {
    response = await fetch(target, { method: 'POST', body, headers: { 'content-type': type } });
  } catch {
    throw new UserError(
      `nothing answers at ${url}. Start it with \`npx hansho local\`, or name it with --url.`,
    );
  }
  const answer = await response.text();
  return response.status === 202
    ? { accepted: `accepted ${answer}` }
    : { error: `not accepted (${response.status}): ${answer}` };
}
