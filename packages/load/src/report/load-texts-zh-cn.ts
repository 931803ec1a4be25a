import type { LoadTexts } from './load-texts.ts';

/** Simplified Chinese. */
export const ZH_CN_LOAD: LoadTexts = {
  failed: '失败',
  shapes: {
    constant: '恒定速率',
    ramp: '线性变化，此为平均速率',
    steps: '阶梯变化，此为平均速率',
    spike: '尖峰，此为平均速率',
    sine: '正弦变化，此为平均速率',
    closed: '闭环，应答后立即发送下一个请求',
  },
  poisson: '随机到达（泊松过程）',
  interrupted:
    '已中断：以下为中断前的数据。有 {count} 个请求被中途截断，既不算成功，也不算错误；它们已等待的时间作为各项时间的下限。',
  validUntilThen: '有效：中断之前，负载生成器跟上了发送计划。',
  lags: '发送延迟：从计划发送时刻到请求写出，包含等待连接的时间。调度延迟：到负载生成器开始处理该请求为止；有效性以此判断。',
  queued:
    '最多有 {queued} 个请求在等待连接（共打开过 {connections} 个），发送延迟占平均响应时间的 {share}。要么被测服务跟不上此速率，要么连接太少。',
  resent: '重发 {count} 次',
  statuses: '各状态码的应答数',
  thresholds: '阈值',
  outcomes: { met: '达标', missed: '未达标', unknown: '无法判断' },
  remarks: {
    'connections-dropped':
      '被测服务关闭了保持中的连接，影响 {count} 个请求（占已发送请求的 {share}，上限 {boundShare}）；这些请求已重发。',
  },
};
