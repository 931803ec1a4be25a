import type { CompareTexts } from './compare-texts.ts';

/** Simplified Chinese. */
export const ZH_CN_COMPARE: CompareTexts = {
  title: '改动后与改动前对比',
  columns: {
    metric: '指标',
    before: '改动前',
    after: '改动后',
    change: '变化',
    interval: '95 % 置信区间',
    p: '概率（霍尔姆校正）',
    verdict: '结论',
  },
  metrics: {
    p50: 'P50（毫秒）',
    p95: 'P95（毫秒）',
    p99: 'P99（毫秒）',
    goodput: '每秒成功应答数',
    errors: '失败请求占比',
    'flow-p50': '流程 P50（毫秒）',
    'flow-p95': '流程 P95（毫秒）',
    'flow-p99': '流程 P99（毫秒）',
    'flow-failures': '失败流程占比',
    'check-failures': '失败检查占比',
  },
  points: '{value} 个百分点',
  rounds: '改动前 {before} 轮，改动后 {after} 轮，每轮 {seconds} 秒',
  verdicts: { better: '变好', worse: '变差', 'no-difference': '无差异', 'cannot-tell': '无法判断' },
  summaries: {
    better: '变好。',
    worse: '变差。',
    'no-difference': '没有值得计较的差异。',
    'cannot-tell': '这些数据无法判断。',
  },
  mixed: '有变差，也有变好；以变差为准。变差：{worse}。变好：{better}。',
  part: '{name}（{metrics}）',
  flowFigure: '流程 {figure}',
  reasons: {
    noise: '各轮之间波动过大',
    'few-rounds': '轮数太少',
    'few-samples': '有一轮的样本太少，得不出该百分位',
    censored: '超时影响到该百分位，只知道下限',
    'errors-differ': '两侧失败请求的占比不同，得到应答的请求不可比',
  },
  roundsNeeded: '每侧约 {rounds} 轮可以判断，共需 {minutes} 分钟（估计）',
  roundsAtLeast: '每侧至少需要 {rounds} 轮，共 {minutes} 分钟',
  roundsTooMany: '每侧需要 1,000 轮以上',
  minEffect: '要发现 {effectShare} 的变化，每侧约需 {rounds} 轮（估计）。',
  minEffectBeyond: '要发现 {effectShare} 的变化，每侧需 1,000 轮以上（估计）。',
  bases: {
    assumed: '* 轮数太少，无法得知各轮之间的波动：按 20 % 假定，同一服务的各轮曾有这样的波动。',
    windows: '† 依据这些运行内部的各秒数据；换一个进程结果可能不同。',
  },
  method:
    '一轮是对新启动进程的一次运行。区间由对各轮重抽样得出，概率由曼－惠特尼检验得出，并对全部指标校正；确定小于 {effectShare} 的变化不计。',
  warnings: {
    'setup-unknown':
      '注意：{stream} 的结果没有写明用户数、连接数、线程数，也没有写明引擎、节拍方式和到达形状；这些是否相同须由您自行确认。',
    'seeds-differ': '注意：{stream} 两侧的随机种子不同，发送的数据也不同。',
    'not-interleaved': '注意：{stream} 两侧先后运行而未交替；其间机器上的其他变化也会算作差异。',
    'left-out': '注意：有 {count} 次运行无效或被中断，不计入。',
  },
};
