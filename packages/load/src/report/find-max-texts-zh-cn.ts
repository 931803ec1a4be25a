import type { FindMaxTexts } from './find-max-texts.ts';

/** Simplified Chinese. */
export const ZH_CN_FIND_MAX: FindMaxTexts = {
  begin: '在每秒 {from} 到 {to} 个请求之间，查找满足 P99 < {p99Ms} ms、错误率 < {errorShare} 的最高速率。',
  time: '最多用时 {usual}；若有步骤需要重复，或服务恢复平静较慢，则最多 {most}。',
  most: '最多用时 {most}。',
  columns: { rate: '每秒请求数', sent: '每秒发出', p99: 'P99（ms）', errors: '错误率', outcome: '结果' },
  outcomes: { met: '达标', missed: '未达标', generator: '负载生成器跟不上' },
  found: '每秒 {rate} 个达到 SLO，每秒 {above} 个未达到。',
  atLeast: '≥ 每秒 {rate} 个（{limit}）',
  none: '在最低速率每秒 {above} 个时，服务就未达到 SLO。',
  unknown: '无法得知（{limit}）。',
  limits: {
    generator: '负载生成器的极限',
    range: '已到查找范围的上限',
    steps: '步数用尽',
    time: '查找时间用尽',
    unsettled: '服务未恢复平静',
    stopped: '已停止',
    died: '服务已无法连接',
  },
};
