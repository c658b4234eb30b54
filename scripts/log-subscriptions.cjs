/**
 * serverless.yml's custom.logGroups as subscription filters. Each is a log group's name, or
 * `{ logGroup, filter }`; a string holds names separated by commas. CloudWatch allows two filters a group.
 * And custom.accountLogs as the subscription policy of the whole account: `true`, or `{ filter, except }`.
 */
const { createHash } = require('node:crypto');

module.exports = async ({ resolveVariable }) => {
  const [groups, account, functions, service, stage] = await Promise.all([
    resolveVariable('self:custom.logGroups'),
    resolveVariable('self:custom.accountLogs'),
    resolveVariable('self:functions'),
    resolveVariable('self:service'),
    resolveVariable('sls:stage'),
  ]);
  const wanted = listed(groups).map(toSubscription).filter(({ name }) => name !== '');
  const own = Object.keys(functions).map((name) => `/aws/lambda/${service}-${stage}-${name}`);
  // A group that has a filter of its own would be read twice.
  const except = [...own, ...wanted.map(({ name }) => name)];
  return {
    Resources: Object.fromEntries([
      ...wanted.map((one) => resource(one, service, stage)),
      ...accountPolicy(account, except, `${service}-${stage}`),
    ]),
  };
};

/** CloudWatch's limit for the criteria: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html */
const LONGEST_CRITERIA = 25_000;

/** Groups that are made tomorrow are heard too. The criteria know whole names only, no prefixes. */
function accountPolicy(account, except, name) {
  if (!asked(account)) return [];
  const { filter = '', except: more } = typeof account === 'object' ? account : {};
  const left = [...new Set([...except, ...listed(more).map((one) => String(one).trim()).filter(Boolean).map(checked)])];
  const SelectionCriteria = `LogGroupName NOT IN ${JSON.stringify(left)}`;
  if (SelectionCriteria.length > LONGEST_CRITERIA) {
    throw new Error(`custom.accountLogs leaves out too many log groups: their names may be ${LONGEST_CRITERIA} characters together.`);
  }
  // Fn::Sub would take a filter's own braces for a variable.
  const pattern = JSON.stringify(String(filter)).replaceAll('${', '${!');
  return [
    [
      'AccountLogs',
      {
        Type: 'AWS::Logs::AccountPolicy',
        DependsOn: ['LogsMayInvoke'],
        Properties: {
          PolicyName: name,
          PolicyType: 'SUBSCRIPTION_FILTER_POLICY',
          Scope: 'ALL',
          SelectionCriteria,
          PolicyDocument: {
            'Fn::Sub': `{"DestinationArn":"\${IntakeDashlogsLambdaFunction.Arn}","FilterPattern":${pattern}}`,
          },
        },
      },
    ],
  ];
}

/** A parameter is always text. */
function asked(account) {
  if (typeof account === 'object') return account !== null;
  if (['', 'false', 'undefined'].includes(String(account))) return false;
  if (String(account) === 'true') return true;
  throw new Error('custom.accountLogs in serverless.yml is true, false or { filter, except }.');
}

function listed(groups) {
  return typeof groups === 'string' ? groups.split(',') : (groups ?? []);
}

function toSubscription(group) {
  return typeof group === 'string'
    ? { name: group.trim(), filter: '' }
    : { name: String(group.logGroup ?? '').trim(), filter: String(group.filter ?? '') };
}

function resource({ name, filter }, service, stage) {
  // Reading our own lines would write more of them, for ever.
  if (name.startsWith(`/aws/lambda/${service}-`)) {
    throw new Error(`${name} is a log group of Hansho itself: take it out of custom.logGroups in serverless.yml.`);
  }
  const hash = createHash('sha256').update(checked(name)).digest('hex').slice(0, 8);
  return [
    // CloudFormation takes ids of 255 characters.
    `LogsOf${name.replace(/[^A-Za-z0-9]/g, '').slice(0, 240)}${hash}`,
    {
      Type: 'AWS::Logs::SubscriptionFilter',
      DependsOn: ['LogsMayInvoke'],
      Properties: {
        FilterName: `${service}-${stage}`,
        LogGroupName: name,
        FilterPattern: filter,
        DestinationArn: { 'Fn::GetAtt': ['IntakeDashlogsLambdaFunction', 'Arn'] },
      },
    },
  ];
}

function checked(name) {
  if (/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) return name;
  throw new Error(`"${name}" in serverless.yml is not a log group's name.`);
}
