/**
 * serverless.yml's custom.logGroups as subscription filters. Each is a log group's name, or
 * `{ logGroup, filter }`; a string holds names separated by commas. CloudWatch allows two filters a group.
 */
const { createHash } = require('node:crypto');

module.exports = async ({ resolveVariable }) => {
  const [groups, service, stage] = await Promise.all([
    resolveVariable('self:custom.logGroups'),
    resolveVariable('self:service'),
    resolveVariable('sls:stage'),
  ]);
  const wanted = (typeof groups === 'string' ? groups.split(',') : (groups ?? [])).map(toSubscription);
  return { Resources: Object.fromEntries(wanted.filter(({ name }) => name !== '').map((one) => resource(one, service, stage))) };
};

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
  if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) throw new Error(`"${name}" in custom.logGroups is not a log group's name.`);
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
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
