/** The reference language: every other file of this folder must have exactly these words. */
export const en = {
  /** Between the parts of a line. */
  gap: ' · ',
  /** `label: value`. */
  labelled: (label: string, value: string) => `${label}: ${value}`,

  firing: 'Firing',
  firingAgain: (ended: string) => `Firing again, it had ended ${ended}`,
  resolvedAfter: (span: string) => `Resolved after ${span}`,
  quietFor: (span: string) => `Quiet for ${span}, taken as over`,
  cameBack: (ended: string) => `It came back after ${ended} and is over again`,
  risen: (from: string, to: string) => `Risen from ${from} to ${to}`,
  flapping: (n: string, span: string) => `Flapping: ${n} times in ${span}`,
  flappingMeans: (span: string) =>
    `It keeps ending and firing again. Only the card follows it until nothing has changed for ${span}; then you hear how it came out.`,
  calm: (span: string) => `No longer flapping: it has been firing for ${span} without a break`,
  /** The card that speaks for more new problems than a channel takes. */
  storm: {
    name: 'Storm',
    title: (n: string, where: string) => `${n} new problems in ${where}`,
    since: (time: string) => `Since ${time}`,
    over: (from: string, to: string) => `Over (${from} to ${to}): those that still fire follow one by one`,
    first: 'first storm here',
    services: 'Top services',
    kinds: 'Top kinds',
    others: (n: string) => `others ${n}`,
  },
  toldLate: 'Told late: it was over before this could be delivered.',
  /** What held it back has ended, and it still fires. */
  lateBy: {
    silence: (name: string) => `Told only now: the silence ${name} is over.`,
    window: (name: string) => `Told only now: the window ${name} has closed.`,
    inhibit: (name: string) => `Told only now: what explained it is over (${name}), and this still fires.`,
    storm: 'Told only now: it waited until the storm was over.',
  },
  /** A reminder while it goes on: for how long it has, when the next one comes, by which rule. */
  stillFiring: (span: string) => `Still firing after ${span}`,
  remindsAgain: (span: string, rule: string) =>
    `Next reminder in ${span} if it goes on (${rule}). A silence stops them: hansho silence add.`,
  /** Where it is told only because it goes on for so long. */
  called: (span: string, rule: string) =>
    `Told here as well, because it is not over ${span} after others were told (${rule}).`,
  untracked: (since: string) =>
    `Untracked: Hansho has not reached its own table since ${since}. The card follows when it does.`,
  /** A fallback's card: which address cannot be told, Slack's or PagerDuty's reason, and the next step. */
  standsFor: (where: string, code: string, mend: string) => `${where} cannot be told (${code}). ${mend}`,
  mend: {
    invite: 'Invite the app there: /invite @hansho, or correct the name in hansho.yml.',
    archived: 'Unarchive the channel, or name another in hansho.yml.',
    token: 'Store a new bot token in SSM.',
    scope: 'Add the missing scope to the app, then reinstall it.',
    key: 'Check the integration key in SSM.',
    other: 'The log of the tell function says what to do ("address broken").',
  },
  continues: (where: string, time: string) => `Continues the card in ${where} of ${time}.`,

  once: 'once',
  times: (n: string) => `${n} times`,
  timesIn: (n: string, span: string) => `${n} times in ${span}`,
  first: (time: string) => `first ${time}`,
  last: (time: string) => `last ${time}`,
  ended: (time: string) => `ended ${time}`,
  /** A local time with its zone's name, and the same moment in UTC. */
  withUtc: (local: string, utc: string) => `${local} (${utc} UTC)`,
  /** Two units at most stand side by side. */
  days: (n: number) => `${n} d`,
  hours: (n: number) => `${n} h`,
  minutes: (n: number) => `${n} min`,
  seconds: (n: number) => `${n} s`,
  unitGap: ' ',

  newProblem: 'new problem',
  knownSince: (date: string, occurrence: string) => `known since ${date}, occurrence ${occurrence}`,
  newestOf: (n: string) => `Newest of ${n}:`,
  charactersCut: (n: string) => `… ${n} characters left out …`,
  linesCut: (n: string) => `… ${n} lines left out …`,

  linesAround: 'The lines around it, from the same log stream',

  whatToDo: 'What to do',
  followRunbook: 'Follow the runbook.',
  /** Where to look first when neither the source nor a runbook says what to do. */
  firstLook: {
    logs: 'Open the log at that moment, then compare it with the last deploy.',
    alarm: 'Open the alarm: which metric crossed its limit, and since when.',
    guardduty:
      'Open the finding. If nobody of yours did this, cut off the credentials or the resource it names.',
    securityhub: 'Open the finding: which resource, and what AWS advises.',
    inspector:
      'Update the package to the version that fixes it, or close the port. Say so in the finding if you accept the risk.',
    macie:
      'Open the finding: which objects hold what, and who can read the bucket. Close it off if nobody should.',
    'access-analyzer':
      'Open the finding. If this access is not meant, remove it from the policy; if it is, archive the finding.',
    config:
      'Open the rule: what it asks of the resource. Put the resource right, or change the rule if it asks too much.',
    'trusted-advisor': 'Open the check. For a limit, ask for a higher quota before it is reached.',
    signin:
      'Ask whoever it names. If it was none of you, end the sessions, change the password and look at what was done.',
    cloudtrail:
      'Ask whoever made the call whether it was meant. If not, take it back now and cut off the credentials that made it.',
    acm: 'Renew the certificate: see that its validation record is in DNS, or import a new one if it was imported.',
    'dns-firewall':
      'Find what on that machine asked for the name. If nobody knows, isolate the machine first.',
    'cost-anomaly': 'Open the anomaly: which service, Region and account spend more, and since which change.',
    budgets: 'See in Cost Explorer what grew since the last month, and whether it was meant.',
    ses: 'See in the reputation dashboard which mail does this, and stop sending it: SES may pause the account.',
    webhook: 'Open it in the tool that sent it.',
    health: 'Open the AWS Health event: which of your resources it touches, and when AWS expects it to end.',
    readiness:
      'Go through the list before it begins, and answer here with what is done. hansho explain --at shows what changes.',
    'readiness-summary':
      'See to what is still open, then take what you learned into the review and the next checklist.',
    expect: 'Find out why it was silent: has it run, is it deployed, do its logs still reach Hansho?',
    storm:
      'Look for one cause behind many: a deploy, a network, a service that the others need. The gravest are still told one by one; the rest is held, and docs/storms.md says how to list it.',
    'dead-letter':
      'Read the error and mend its cause (often a permission or a deleted target), then move the letters back.',
    ecs: "Open the task or service: the stop reason, then the container's last log lines.",
    'ecs-out-of-memory':
      "Compare the container's memory limit with its use; raise the limit or find the leak.",
    'ecs-cannot-pull':
      'Check that the image and tag exist, that the execution role may pull it, and that the subnet reaches the registry.',
    'ecs-cannot-start':
      'Read the stop reason: secrets, log group, volumes and network must be reachable before a task can start.',
    'ecs-health-check':
      "Look at the container's log around the check, and whether the check is given enough time after a start.",
    'ecs-placement':
      'Look at the reason: missing CPU, memory, ports or Fargate capacity. Add capacity or loosen the placement rules.',
    'ecs-deployment':
      'Check that the service runs its former version, then find out why the new tasks did not become healthy.',
    batch:
      'Open the job: its status reason and exit code, then its log. Submit it again once the cause is gone.',
    'step-functions':
      'Open the execution: which state failed, with which input. Redrive it from there once the cause is gone.',
    glue: 'Open the run: its error and log. Run the job or crawler again once the cause is gone.',
    'glue-data-quality':
      'Open the result: which rules failed. Hold back what reads this data until they pass.',
    emr: "Open the cluster's step: its stderr. Submit the step again once the cause is gone.",
    lambda:
      "Find the request in the function's log. The event is in the destination's record: send it again once the cause is gone.",
    codepipeline: 'Open the pipeline: which action failed and why. Retry the stage once the cause is gone.',
    codebuild: "Open the build's log at the failed phase.",
    codedeploy:
      'Open the deployment: the failed lifecycle event and its script log. Check that the former version still serves.',
    cloudformation: "Open the stack's events: the first that failed names the cause. Then deploy again.",
    'cloudformation-stuck':
      'The stack takes no change as it is. Continue the rollback, skipping the resources that block it.',
    'cloudformation-drift': 'See what differs: put it into the template, or set it back.',
    ec2: 'Open the instance: its status checks and what it ran.',
    'ec2-spot-interruption':
      'Check that what ran there is started elsewhere. If it happens often, allow more instance types or zones.',
    'auto-scaling': "Open the group's activity: the cause stands there.",
    'auto-scaling-launch':
      'Read the cause: capacity, a quota, the launch template or a permission. More instance types or zones help with capacity.',
    ebs: 'Read the cause; a disabled or deleted KMS key is the usual one.',
    'ebs-attach':
      'The instance runs without this disk. Check the KMS key that encrypts it, then attach it again.',
    'ebs-snapshot': 'Take the snapshot again now: until then there is no newer one to restore from.',
    ecr: 'Rebuild the image on a newer base and deploy it.',
    'ecr-vulnerable': 'See whether the packages are used and a fix exists; rebuild the image and deploy it.',
    rds: "Open the database's events and logs; see whether applications still reach it.",
    'rds-down':
      'See whether the database can be reached. If it cannot be repaired, restore it to a point in time.',
    'rds-failover':
      'Check that applications reconnect: connection pools and DNS caches may hold the old address.',
    'rds-restart':
      'See whether somebody or maintenance restarted it; if not, look at memory and the error log before the shutdown.',
    'rds-storage': 'Raise the allocated storage or the autoscaling limit now; a full database stops writing.',
    'rds-replication': "Look at the replica's error and lag; readers may get old data.",
    backup:
      "Read the job's message and start the backup again: until it completes there is no newer point to restore from.",
    dms: 'Open the task: its last error and table statistics.',
    'dms-task':
      "Read the task's log, mend the cause, then resume the task; do not restart a full load without need.",
    redshift: "Read the statement's error; run it again once the cause is gone.",
    elasticache: "Look at the cluster's events, and whether applications reconnect and the cache warms up.",
    opensearch: "Open the domain's health: shards, disk space and memory.",
    'opensearch-red':
      'Some data cannot be read. Find the red indices, free disk space or nodes, restore them from a snapshot.',
    kms: 'Find what this key encrypted (CloudTrail: who used it last), and restore that from a copy under another key.',
    'kms-material': 'Import the same key material again now; until then nothing under this key can be read.',
    'ses-sending':
      'Read why in the SES console: mostly bounces or complaints. Stop the mail that causes them, then ask to send again.',
    'ses-sending-advisor':
      'Open the SES advisor: it names the domain and the record (DKIM, SPF, DMARC) to add.',
    event: 'Read the event below. A rule in hansho.yml can say how grave it is and what to do.',
  },

  /** What a rule expects to be heard, and was not. */
  expect: {
    notHeard: (name: string) => `Not heard: ${name}`,
    why: (name: string, why: string) => `Not heard: ${name}, ${why}`,
    every: (span: string) => `at least every ${span}`,
    between: (from: string, until: string, timezone: string) => `between ${from} and ${until} (${timezone})`,
    expected: (when: string) => `Expected ${when}.`,
    last: (time: string, timezone: string) => `Last heard ${time} (${timezone}).`,
    overdue: (time: string, timezone: string) => `Overdue since ${time} (${timezone}).`,
  },

  /** A planned readiness: the checklist before it, the summary after it. */
  readiness: {
    firing: 'For your information',
    resolved: 'Over',
    planned: (name: string, level: string) => `Readiness level ${level}: ${name}`,
    over: (name: string, level: string) => `Readiness level ${level} is over: ${name}`,
    time: (from: string, until: string, timezone: string) => `From ${from} to ${until} (${timezone}).`,
    owner: 'Owner',
    meanwhile: 'Meanwhile',
    hears: (name: string, severity: string) => `${name} hears ${severity} and worse`,
    graver: (steps: string) => `severities are graver by ${steps}`,
    sooner: (part: string) => `bursts count to 1/${part} of their limit`,
    passes: 'mute windows do not hold',
    asEver: 'as ever',
    todo: (what: string, who: string) => `☐ ${what} (${who})`,
    none: 'No incident. Nothing to do.',
    incidents: (n: string) => `Incidents (${n})`,
    unnamed: (n: string) => `The figures below are without ${n} of them, which were too many to remember.`,
    open: (n: string) => `Still open: ${n}`,
    longest: 'Longest',
    told: 'Told',
    nobody: 'nobody',
    waiting: (untold: string, held: string) => `Not told yet: ${untold}; held by a rule: ${held}`,
    next: 'Every incident: hansho incidents. Where all of it is: hansho ledger.',
  },

  service: 'Service',
  team: 'Team',
  account: 'Account',
  region: 'Region',
  logGroup: 'Log group',
  resource: 'Resource',
  why: 'Why',
  alsoGoesTo: 'Also goes to',
  pagerDuty: (name: string) => `${name} (PagerDuty)`,
  list: ', ',

  runbook: 'Runbook',
  awsAdvice: "AWS's advice",
  links: {
    'log-stream': (time: string) => `Log at ${time}`,
    'logs-insights': (_time: string) => 'Same lines in Logs Insights',
    alarm: (_time: string) => 'Alarm',
    'guardduty-finding': (_time: string) => 'GuardDuty finding',
    'securityhub-finding': (_time: string) => 'Security Hub finding',
    'health-event': (_time: string) => 'AWS Health event',
    trace: (_time: string) => 'X-Ray trace',
    console: (_time: string) => 'In the AWS console',
    web: (_time: string) => 'In the tool that sent it',
  },
};

/** What every language must say. Functions take values, so that each may order its words as it likes. */
export type Words = typeof en;
