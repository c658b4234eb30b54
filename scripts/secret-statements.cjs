/**
 * The IAM statements for the secrets that are named: the Slack token and the webhook secret in serverless.yml,
 * PagerDuty's keys in hansho.yml, and the KMS key that they are encrypted with. Who adds a destination need not touch a role.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { parse } = require('yaml');

const REFERENCE = /^(ssm|secretsmanager):(.+)$/;
const RULES = join(__dirname, '..', 'hansho.yml');
/** What fires at a destination is resolved there even when hansho.yml no longer names it: its key stays readable. */
const PAGERDUTY_KEYS = 'ssm:/hansho/pagerduty/*';

module.exports = {
  slack: async ({ resolveVariable }) => [
    ...statements([await resolveVariable('param:slackToken')]),
    ...decrypt(await resolveVariable('param:secretsKeyArn')),
  ],
  pagerduty: async ({ resolveVariable }) => [
    ...statements(pagerDutyKeys()),
    ...decrypt(await resolveVariable('param:secretsKeyArn')),
  ],
  // Without a secret there is no function that could read it; its role is not made either.
  webhook: async ({ resolveVariable }) => [
    ...statements([(await resolveVariable('param:webhookSecret')) || 'ssm:/hansho/webhook-secret']),
    ...decrypt(await resolveVariable('param:secretsKeyArn')),
  ],
  pagerDutyKeys,
};

function pagerDutyKeys(source = read()) {
  const { destinations, teams } = source ?? {};
  const elsewhere = namedUnder('pagerduty', [destinations, teams]).filter((key) => !isIn(PAGERDUTY_KEYS, key));
  return [PAGERDUTY_KEYS, ...new Set(elsewhere.sort())];
}

function isIn(folder, key) {
  return key.startsWith(folder.slice(0, -1));
}

/** The references under this key, at any depth; a team may write `{ ssm:/path: SEV2 }`. */
function namedUnder(key, value, within = false) {
  if (typeof value === 'string') return within && REFERENCE.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...namedUnder(key, name, within),
    ...namedUnder(key, inner, within || name === key),
  ]);
}

/** A file that cannot be read is the build's to complain about: it comes next, and says where and why. */
function read() {
  try {
    return parse(readFileSync(RULES, 'utf8'));
  } catch {
    return null;
  }
}

function statements(references) {
  return references.flatMap((reference) => {
    const [, kind, name] = REFERENCE.exec(reference) ?? [];
    if (name === undefined) throw new Error('A secret must be given as ssm:/path or secretsmanager:name.');
    return kind === 'ssm' ? [parameter(name)] : [parameter(`/aws/reference/secretsmanager/${name}`), secret(name)];
  });
}

function parameter(name) {
  return allow('ssm:GetParameter', `ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/${name.replace(/^\/+/, '')}`);
}

/** Secrets Manager ends every ARN with six random characters. */
function secret(name) {
  return allow('secretsmanager:GetSecretValue', `secretsmanager:\${AWS::Region}:\${AWS::AccountId}:secret:${name}-??????`);
}

/** The account's default keys let whoever may read the secret decrypt it; a key of one's own must be named. */
function decrypt(key) {
  if (key === '') return [];
  const services = ['ssm', 'secretsmanager'].map((name) => ({ 'Fn::Sub': `${name}.\${AWS::Region}.amazonaws.com` }));
  const Condition = { StringEquals: { 'kms:ViaService': services } };
  return [{ Effect: 'Allow', Action: ['kms:Decrypt'], Resource: key, Condition }];
}

function allow(action, resource) {
  return { Effect: 'Allow', Action: [action], Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:${resource}` } };
}
