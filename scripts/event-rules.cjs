/**
 * serverless.yml's custom.events as EventBridge rules: as many as are needed, because one pattern may hold 2,048
 * characters (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html). They all feed the events queue.
 */
const LONGEST_PATTERN = 2048;

module.exports = {
  rules: async ({ resolveVariable }) => ({
    Resources: Object.fromEntries((await patterns(resolveVariable)).map((pattern, i) => [nameOf(i), rule(pattern)])),
  }),
  /** The rules' ARNs: the queue takes messages of theirs only. */
  arns: async ({ resolveVariable }) =>
    (await patterns(resolveVariable)).map((_, i) => ({ 'Fn::GetAtt': [nameOf(i), 'Arn'] })),
};

async function patterns(resolveVariable) {
  return packed(await resolveVariable('self:custom.events'));
}

function nameOf(i) {
  return i === 0 ? 'EventsRule' : `EventsRule${i + 1}`;
}

/** In their order, each rule as full as it may be. */
function packed(events) {
  const rules = [[]];
  for (const event of events) {
    if (length([event]) > LONGEST_PATTERN) {
      throw new Error(`A pattern in custom.events of serverless.yml is longer than ${LONGEST_PATTERN} characters: ${JSON.stringify(event).slice(0, 100)}…`);
    }
    if (length([...rules.at(-1), event]) > LONGEST_PATTERN) rules.push([]);
    rules.at(-1).push(event);
  }
  return rules.map(oneOf);
}

function length(some) {
  return JSON.stringify(oneOf(some)).length;
}

function oneOf(some) {
  return some.length === 1 ? some[0] : { $or: some };
}

function rule(pattern) {
  return {
    Type: 'AWS::Events::Rule',
    Properties: {
      Description: 'what Hansho is told about',
      EventPattern: pattern,
      Targets: [
        {
          Id: 'events',
          Arn: { 'Fn::GetAtt': ['EventsQueue', 'Arn'] },
          RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['EventsDeadQueue', 'Arn'] } },
        },
      ],
    },
  };
}
