import type { Words } from './en.ts';

export const ja = {
  gap: ' / ',
  labelled: (label, value) => `${label}: ${value}`,

  firing: '発生中',
  firingAgain: (ended) => `再発（${ended}にいったん解消）`,
  resolvedAfter: (span) => `解消（発生から${span}）`,
  quietFor: (span) => `${span}以上発生なし（解消とみなします）`,
  cameBack: (ended) => `${ended}の解消後に再発しましたが、すでに解消しています`,
  risen: (from, to) => `深刻度が${from}から${to}に上がりました`,
  flapping: (n, span) => `断続的に発生中: ${span}で${n}回`,
  flappingMeans: (span) =>
    `発生と解消を繰り返しています。${span}変化がなくなるまでは元のカードだけを更新し、その後に結果をお知らせします。`,
  calm: (span) => `断続的な発生は収まりましたが、${span}以上発生し続けています`,
  storm: {
    name: '大量発生',
    title: (n, where) => `${where}で新しい問題が${n}件`,
    since: (time) => `${time}から継続中`,
    over: (from, to) => `収束（${from}〜${to}）。まだ発生中のものは順にお知らせします`,
    first: 'このチャンネルで初めての大量発生',
    services: '多いサービス',
    kinds: '多い種類',
    others: (n) => `その他 ${n}`,
  },
  toldLate: '通知が遅れました。この通知の前に解消しています。',
  untracked: (since) =>
    `未追跡: ${since}からHanshoのテーブルに接続できていません。復旧後にカードを投稿します。`,
  standsFor: (where, code, mend) => `${where}に通知できません（${code}）。${mend}`,
  mend: {
    invite: 'チャンネルで /invite @hansho を実行してアプリを招待するか、hansho.ymlの名前を直してください。',
    archived: 'チャンネルのアーカイブを解除するか、hansho.ymlで別のチャンネルを指定してください。',
    token: '新しいボットトークンをSSMに保存してください。',
    scope: 'アプリに不足しているスコープを追加し、再インストールしてください。',
    key: 'SSMのインテグレーションキーを確認してください。',
    other: '対処方法はtell関数のログ（"address broken"）を確認してください。',
  },
  continues: (where, time) => `${where}の${time}のカードの続きです。`,

  once: '1回',
  times: (n) => `${n}回`,
  timesIn: (n, span) => `${span}で${n}回`,
  first: (time) => `初回 ${time}`,
  last: (time) => `最新 ${time}`,
  ended: (time) => `解消 ${time}`,
  withUtc: (local, utc) => `${local}（${utc} UTC）`,
  days: (n) => `${n}日`,
  hours: (n) => `${n}時間`,
  minutes: (n) => `${n}分`,
  seconds: (n) => `${n}秒`,
  unitGap: '',

  newProblem: '初めて発生した問題',
  knownSince: (date, occurrence) => `既知の問題（初出 ${date}、今回で${occurrence}回目）`,
  newestOf: (n) => `${n}件中の最新:`,
  charactersCut: (n) => `…（${n}文字省略）…`,
  linesCut: (n) => `…（${n}行省略）…`,

  whatToDo: 'まずやること',
  followRunbook: 'Runbookに沿って対応してください。',
  firstLook: {
    logs: 'その時刻のログを開き、直近のデプロイと突き合わせてください。',
    alarm: 'アラームを開き、どのメトリクスがいつからしきい値を超えたかを確認してください。',
    guardduty:
      '検出結果を開いてください。心当たりのない操作なら、該当する認証情報を無効化するか、リソースを隔離してください。',
    securityhub: '検出結果を開き、対象のリソースとAWSが推奨する対処を確認してください。',
    inspector:
      '修正済みのバージョンに更新するか、公開ポートを閉じてください。リスクを受け入れる場合は、検出結果を抑制してください。',
    macie:
      '検出結果を開き、どのオブジェクトに何が含まれ、誰がバケットを読めるかを確認してください。不要な公開は閉じてください。',
    'access-analyzer':
      '検出結果を開いてください。意図しないアクセスならポリシーから削除し、意図したものならアーカイブしてください。',
    config:
      'ルールを開き、リソースに何を求めているかを確認してください。リソースを直すか、厳しすぎるならルールを見直してください。',
    'trusted-advisor':
      'チェック項目を開いてください。上限に近い場合は、到達する前に引き上げを申請してください。',
    signin:
      '本人に確認してください。心当たりがなければ、セッションを無効にしてパスワードを変更し、操作の履歴を調べてください。',
    cloudtrail:
      '意図した操作か、実行した人に確認してください。違う場合はすぐに元へ戻し、使われた認証情報を無効にしてください。',
    acm: '証明書を更新してください。DNSの検証用レコードを確認し、インポートした証明書なら新しいものをインポートしてください。',
    'dns-firewall':
      'その名前を問い合わせたプロセスを調べてください。心当たりがなければ、先にそのマシンを隔離してください。',
    'cost-anomaly':
      '異常を開き、どのサービス、リージョン、アカウントの費用が、いつから増えたかを確認してください。',
    budgets: 'Cost Explorerで先月から何が増えたかを調べ、意図したものか確認してください。',
    ses: '評価ダッシュボードで原因のメールを特定し、送信を止めてください。放置するとSESの送信が停止されることがあります。',
    webhook: '送信元のツールで詳細を確認してください。',
    health: 'AWS Healthのイベントを開き、影響を受けるリソースと復旧見込みを確認してください。',
    expect:
      '止まった原因を確認してください（実行されたか、デプロイされているか、ログがHanshoに届いているか）。',
    storm:
      'デプロイ、ネットワーク、共通の依存先など、まとめて説明できる原因を探してください。SEV1とSEV2はこれまでどおり1件ずつ通知します。それ以外は保留中です（一覧の見方は docs/storms.md）。',
    event: '下のイベントの内容を確認してください。深刻度と対応手順は、hansho.ymlのルールで決められます。',
  },

  expect: {
    notHeard: (name) => `応答なし: ${name}`,
    why: (name, why) => `応答なし: ${name}（${why}）`,
    every: (span) => `${span}ごとに1回以上`,
    between: (from, until, timezone) => `${from}〜${until}（${timezone}）`,
    expected: (when) => `予定: ${when}`,
    last: (time, timezone) => `最後に確認した時刻: ${time}（${timezone}）`,
    overdue: (time, timezone) => `期限: ${time}（${timezone}）を過ぎました`,
  },

  service: 'サービス',
  team: 'チーム',
  account: 'アカウント',
  region: 'リージョン',
  logGroup: 'ロググループ',
  resource: 'リソース',
  why: '判定理由',
  alsoGoesTo: 'ほかの通知先',
  pagerDuty: (name) => `${name}（PagerDuty）`,
  list: '、',

  runbook: 'Runbook',
  awsAdvice: 'AWSが推奨する対処',
  links: {
    'log-stream': (time) => `${time}のログ`,
    'logs-insights': () => 'Logs Insightsで同じ行を探す',
    alarm: () => 'アラーム',
    'guardduty-finding': () => 'GuardDutyの検出結果',
    'securityhub-finding': () => 'Security Hubの検出結果',
    'health-event': () => 'AWS Healthのイベント',
    trace: () => 'X-Rayのトレース',
    console: () => 'AWSコンソールで開く',
    web: () => '送信元のツールで開く',
  },
} satisfies Words;
